"""Directory: every carrier that some plugin knows, with what it can do, for people and programs to look through."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tracker.host.registry import Provider, Registry
from tracker.sdk import Carrier


@dataclass(frozen=True, slots=True)
class Known:
    """A carrier: `names` by locale, `countries` by code, `url` with `{number}` in it.

    `polls` tells whether it can be asked, `pushes` whether it sends news by itself.
    """

    id: str
    names: Mapping[str, str]
    countries: Sequence[str]
    url: str
    plugin: str
    polls: bool
    pushes: bool

    def as_json(self) -> dict[str, Any]:
        """The carrier as JSON values."""
        return asdict(self)


def list_carriers(registry: Registry) -> list[Known]:
    """All carriers, by id."""
    return [_know(registry.carriers[id]) for id in sorted(registry.carriers)]


def _know(provider: Provider[Carrier]) -> Known:
    one = provider.object
    pushes = type(one).verify is not Carrier.verify
    return Known(one.id, dict(one.names), list(one.countries), one.url, provider.plugin, one.polls, pushes)
