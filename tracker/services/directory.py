"""The directory: every carrier that is loaded, as other programs list them."""

from typing import Any

from tracker.host.registry import Provider, Registry
from tracker.sdk import Carrier


def list_carriers(registry: Registry) -> list[dict[str, Any]]:
    """All carriers by id: names by locale, countries, link template, plugin, and what it can do.

    `polls`: it can be asked. `pushes`: it sends news by itself. `formats` counts the shapes of numbers that are known.
    """
    return [_describe(registry.carriers[id]) for id in sorted(registry.carriers)]


def _describe(provider: Provider[Carrier]) -> dict[str, Any]:
    carrier = provider.object
    return {
        "id": provider.id,
        "names": dict(carrier.names),
        "countries": list(carrier.countries),
        "url": carrier.url,
        "plugin": provider.plugin,
        "polls": carrier.polls,
        "pushes": type(carrier).verify is not Carrier.verify,
        "formats": len(carrier.formats),
    }
