"""Writes the tables of docs/carriers.md anew, as the bundled plugins say it: `python -m tools.carrier_table`."""

import inspect
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import BaseModel

from tracker.host.loader import load
from tracker.host.registry import Provider, Registry
from tracker.paths import resource
from tracker.sdk import Carrier, NoSettings

PAGE = Path(__file__).parents[1] / "docs/carriers.md"
NAMES_ALONE = "directory"
"""The plugin of carriers that are known by name, number and link; its hundreds stand in no table."""
OWN = ("demo", "manual")
"""Carriers of the portal's own: the demo's, and the one for everything else."""
EVERYBODYS = "base_url"
"""The setting that every plugin has, for test systems."""


def main() -> None:
    PAGE.write_text(fill(PAGE.read_text(encoding="utf-8"), load_bundled()), encoding="utf-8")


def load_bundled() -> Registry:
    """The bundled plugins, without installed ones."""
    return load([resource("plugins")], installed=False)


def fill(text: str, registry: Registry) -> str:
    """The page with each table between its marks as the plugins say it."""
    known = [one for one in registry.carriers.values() if one.plugin != NAMES_ALONE and one.id not in OWN]
    known.sort(key=lambda one: one.object.names["en"].casefold())
    direct = [one for one in known if not one.object.covers or one.object.formats]
    tables = {
        "carriers": draw(("carrier", "id", "what it does", "else through"), _carriers(direct, registry)),
        "vendors": draw(("vendor", "id", "what it does"), _vendors([one for one in known if one not in direct])),
        "settings": draw(("plugin", "what it needs", "fields"), _settings(known, registry)),
    }
    for name, table in tables.items():
        text = re.sub(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", rf"\1{table}\2", text, flags=re.DOTALL)
    return text


def draw(heads: Sequence[str], rows: Iterator[Sequence[str]]) -> str:
    """A table of Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(row)} |\n" for row in lines)


def _carriers(known: Sequence[Provider[Carrier]], registry: Registry) -> Iterator[Sequence[str]]:
    for one in known:
        vendors = sorted(id for id, vendor in registry.carriers.items() if one.id in vendor.object.covers)
        yield one.object.names["en"], f"`{one.id}`", _abilities(one.object), " ".join(f"`{id}`" for id in vendors)


def _vendors(known: Sequence[Provider[Carrier]]) -> Iterator[Sequence[str]]:
    return ((one.object.names["en"], f"`{one.id}`", _abilities(one.object)) for one in known)


def _abilities(carrier: Carrier) -> str:
    made = type(carrier)
    can = [f"asked, {carrier.limits.batch} at once" if carrier.limits.batch > 1 else "asked"] if carrier.polls else []
    can += ["pushes"] if made.verify is not Carrier.verify else []
    can += ["parcels are announced to it"] if carrier.subscribes else []
    can += ["takes customers’ wishes"] if carrier.instructs else []
    can += ["labels"] if made.label is not Carrier.label else []
    can += [f"wants the {' and the '.join(carrier.inputs)}"] if carrier.inputs else []
    return " · ".join(can) or "number and link"


def _settings(known: Sequence[Provider[Carrier]], registry: Registry) -> Iterator[Sequence[str]]:
    for plugin in dict.fromkeys(one.plugin for one in known):
        model = registry.plugins[plugin].plugin.settings
        if model is not NoSettings:
            yield f"`{plugin}`", " ".join((inspect.getdoc(model) or "").split()), _fields(model)


def _fields(model: type[BaseModel]) -> str:
    shown = {name: field for name, field in model.model_fields.items() if name != EVERYBODYS}
    return " ".join(f"`{name}`" if field.is_required() else f"(`{name}`)" for name, field in shown.items())


if __name__ == "__main__":
    main()
