"""Matching: whose number is this, and which carrier is called so; without a database and without a shop."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tracker.domain.names import Names
from tracker.domain.numbers import Candidate, CarrierFormats, Index, tidy, verify
from tracker.host.registry import Registry, Shelf
from tracker.sdk import Carrier

Json = dict[str, Any]
SURE = 0.9
"""From this confidence on a number names its carrier by itself."""
MOST_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class _Ready:
    """What was made of one registry's carriers; `count` tells whether they are still the same."""

    carriers: Shelf[Carrier]
    count: int
    index: Index
    names: Names
    texts: dict[int, tuple[tuple[Candidate, ...], str]]


_kept: list[_Ready] = []


def index_of(registry: Registry) -> Index:
    """The number formats of all carriers that are loaded, made ready once."""
    return _ready(registry).index


def names_of(registry: Registry) -> Names:
    """The names of all carriers that are loaded, made ready once."""
    return _ready(registry).names


def name_surely(registry: Registry, number: str) -> str:
    """The carrier that a tidied number names by itself, whoever the shop uses; an empty text where it names none."""
    found = index_of(registry).ranker()(number)
    return found[0].carrier if found and found[0].confidence >= SURE else ""


def match(registry: Registry, number: str, countries: Sequence[str] = (), carriers: Sequence[str] = ()) -> Json:
    """The tidied number and the carriers it may belong to, best first. `carriers` are those that a shop uses."""
    tidied = tidy(number)
    found = index_of(registry).ranker([country.upper() for country in countries], carriers)(tidied)
    return {"tidied": tidied, "candidates": [_describe(one) for one in found]}


def list_mistyped(registry: Registry, number: str) -> list[tuple[str, str]]:
    """The carriers that have such numbers but for a check character, each with what it should be; the surest first."""
    tidied = tidy(number)
    near = index_of(registry).mistyped(tidied)
    return [(carrier, verify(tidied, registry.carriers[carrier].object.formats).message) for carrier in near]


def match_line(registry: Registry, line: bytes) -> str:
    """The answer to one line of `tracker match --batch`. Never raises; a line that is no request has no candidates."""
    try:
        asked = json.loads(line)
        number, countries, carriers = asked.get("number"), asked.get("countries"), asked.get("carriers")
        text = str(number) if isinstance(number, str | int) and not isinstance(number, bool) else ""
        tidied = tidy(text)
        ready = _ready(registry)
        way = tuple(country.upper() for country in _texts(countries)) if countries else ()
        found = ready.index.ranker(way, _texts(carriers) if carriers else ())(tidied)
        return f'{{"tidied":{json.dumps(tidied, ensure_ascii=False)},"candidates":{_write(ready, found)}}}'
    except Exception:
        return '{"tidied":"","candidates":[]}'


def _ready(registry: Registry) -> _Ready:
    carriers = registry.carriers
    for one in _kept:
        if one.carriers is carriers and one.count == len(carriers):
            return one
    formats = [CarrierFormats(id, one.object.formats, tuple(one.object.countries)) for id, one in carriers.items()]
    names = Names((id, one.object.names, one.object.aliases) for id, one in carriers.items())
    made = _Ready(carriers, len(carriers), Index(formats), names, {})
    _kept[:] = [made]  # a process has one registry; tests have several, one after the other
    return made


def _write(ready: _Ready, found: tuple[Candidate, ...]) -> str:
    """The candidates as JSON. Few answers are different: each is written once."""
    known = ready.texts.get(id(found))
    if known is None or known[0] is not found:
        if len(ready.texts) >= MOST_KEPT:
            ready.texts.clear()
        text = json.dumps([_describe(one) for one in found], ensure_ascii=False, separators=(",", ":"))
        known = ready.texts[id(found)] = (found, text)
    return known[1]


def _describe(one: Candidate) -> Json:
    return {"carrier": one.carrier, "confidence": one.confidence, "reason": one.reason}


def _texts(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
