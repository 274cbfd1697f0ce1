"""Steps: the way of a parcel in five, and how far it has come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracker.i18n import formats

from . import words

REACHED = {
    "picked_up": 1,
    "in_transit": 2,
    "out_for_delivery": 3,
    "available_for_pickup": 3,
    "attempt_failed": 3,
    "delivered": 4,
}
BACK = {"picked_up": 1, "in_transit": 2, "returning": 3, "returned": 4}
"""The way of a parcel that goes back to the shop: it ends there, and at no door."""
DOORS = frozenset({"available_for_pickup", "attempt_failed"})
"""What a parcel may come to in place of a vehicle to the door: the step is called so."""
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way. `state` is `done`, `current` or `ahead`; `when` is a short day or empty."""

    label: str
    state: str
    when: str = ""


def read_steps(milestone: str, events: Sequence[Json]) -> list[Step]:
    """The five steps. A parcel in trouble stays at the furthest step that anybody saw; one that goes back has its own.

    A step's day is the carrier's where it named one, as in the answers: the shop's word comes before the first scan.
    """
    way = BACK if milestone in ("returning", "returned") else REACHED
    first: dict[int, str] = {}
    for event in sorted(events, key=lambda one: (one["source"] != "carrier", one["milestone"] != milestone)):
        index = way.get(event["milestone"])
        if index is not None and index not in first and event["local"]:
            first[index] = formats.format_short(datetime.fromisoformat(event["local"]))
    furthest = max((way.get(event["milestone"], 0) for event in events), default=0)
    reached = way.get(milestone, furthest)
    return [
        Step(label, _state(index, reached), first.get(index, "") if index <= reached else "")
        for index, label in enumerate(_name_steps(milestone))
    ]


def _name_steps(milestone: str) -> list[str]:
    names = [words.step_label(name) for name in words.STEPS]
    if milestone in BACK and BACK[milestone] > 2:
        return [*names[:3], words.label("returning"), words.label("returned")]
    if milestone in DOORS:
        names[3] = words.label(milestone)
    return names


def _state(index: int, reached: int) -> str:
    return "current" if index == reached else "done" if index < reached else "ahead"
