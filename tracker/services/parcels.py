"""Parcels as their customer reads them: how far, in whose words, where, and when to expect it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracker.domain.tiers import ALL, Grant, Sight
from tracker.i18n import choose_name, formats, gettext
from tracker.sdk import https_url

from . import words
from .answers import Answer, answer_parcel
from .scans import Scan, isolate, read_scan
from .wording import NONE, CustomWord, CustomWords

REACHED = {
    "picked_up": 1,
    "in_transit": 2,
    "out_for_delivery": 3,
    "available_for_pickup": 3,
    "attempt_failed": 3,
    "delivered": 4,
}
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way. `state` is `done`, `current` or `ahead`; `when` is a short day or empty."""

    label: str
    state: str
    when: str = ""


SPEAK_FOR_THEMSELVES = {"available_for_pickup", "attempt_failed"}
"""Milestones whose own sentence says what is to be done."""


@dataclass(frozen=True, slots=True)
class Onward:
    """The carrier that a parcel was handed over to: its name, the number there, and its page or an empty text."""

    carrier: str
    number: str
    url: str


@dataclass(frozen=True, slots=True)
class Parcel:
    """One parcel. `tone` is `calm`, `good` or `trouble`; `attribution` says whose word the status is.

    `custom` is there where that word is a status of the shop's own making.
    """

    id: int
    milestone: str
    label: str
    sentence: str
    attribution: str
    tone: str
    delayed: bool
    action_required: bool
    carrier: str
    number: str
    url: str
    contents: Sequence[tuple[int, str]]
    steps: Sequence[Step]
    answers: Sequence[Answer]
    scans: Sequence[Scan]
    undated: Sequence[Scan]
    custom: CustomWord | None = None
    onward: Sequence[Onward] = ()


def read_parcel(told: Json, sight: Sight = ALL, customs: CustomWords = NONE) -> Parcel:
    """A parcel of an order's view, as far as `sight` goes.

    `customs` are the shop's own statuses that the view speaks of.
    """
    milestone, events = str(told.get("milestone", "pending")), list(told.get("events") or ())
    shown = [one for one in events if one["source"] != "portal"]
    carrier = isolate(choose_name(told.get("names") or {}))
    trouble = bool(told.get("trouble"))
    custom = customs.get(str(told.get("custom", ""))) if Grant.WORDS in sight else None
    return Parcel(
        id=int(told["id"]),
        milestone=milestone,
        label=custom.label if custom else words.label(milestone),
        sentence=words.sentence(milestone, str(told.get("reason", ""))),
        attribution=_attribute(told, carrier),
        tone="trouble" if trouble else "good" if milestone == "delivered" else "calm",
        delayed=bool(told.get("delayed")),
        action_required=bool(told.get("action_required")) and milestone not in SPEAK_FOR_THEMSELVES,
        carrier=carrier,
        number=str(told.get("number", "")) if Grant.NUMBERS in sight else "",
        url=_checked(str(told.get("url", ""))) if Grant.NUMBERS in sight else "",
        contents=_read_contents(told) if Grant.PIECES in sight else [],
        steps=read_steps(milestone, shown),
        answers=answer_parcel(told, milestone, carrier, shown, sight),
        scans=[read_scan(one, sight, customs) for one in reversed(shown)],
        undated=[read_scan(one, sight, customs) for one in _undated(told, sight)],
        custom=custom,
        onward=[_read_onward(each) for each in told.get("onward") or ()] if Grant.NUMBERS in sight else [],
    )


def _read_contents(told: Json) -> list[tuple[int, str]]:
    return [(int(one["quantity"]), str(one["title"])) for one in told.get("contents") or ()]


def _undated(told: Json, sight: Sight) -> Sequence[Json]:
    """Without a date, a scan says only what it says in words."""
    return told.get("undated") or () if Grant.WORDS in sight else ()


def _read_onward(told: Json) -> Onward:
    name = isolate(choose_name(told.get("names") or {}))
    return Onward(name, str(told.get("number", "")), _checked(str(told.get("url", ""))))


def read_steps(milestone: str, events: Sequence[Json]) -> list[Step]:
    """The five steps. A parcel in trouble stays at the furthest step that anybody saw.

    A step's day is the carrier's where it named one, as in the answers: the shop's word comes before the first scan.
    """
    first: dict[int, str] = {}
    for event in sorted(events, key=lambda one: one["source"] != "carrier"):
        index = REACHED.get(event["milestone"])
        if index is not None and index not in first and event["local"]:
            first[index] = formats.format_short(datetime.fromisoformat(event["local"]))
    furthest = max((REACHED.get(event["milestone"], 0) for event in events), default=0)
    reached = REACHED.get(milestone, furthest)
    names = list(words.STEPS)
    return [
        Step(words.step_label(name), _state(index, reached), first.get(index, "") if index <= reached else "")
        for index, name in enumerate(names)
    ]


def _checked(url: str) -> str:
    """The link if it is one that `https_url` would let in today: rows may be older than the rules."""
    try:
        return https_url(url) if url else ""
    except ValueError:
        return ""


def _state(index: int, reached: int) -> str:
    return "current" if index == reached else "done" if index < reached else "ahead"


def _attribute(told: Json, carrier: str) -> str:
    if not told.get("since"):
        return ""
    if told.get("source") == "carrier":
        return gettext("%(carrier)s says") % {"carrier": carrier} if carrier else gettext("The carrier says")
    return gettext("The shop says")
