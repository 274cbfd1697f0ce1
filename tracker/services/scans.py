"""Scans: lines of a timeline, by the wall clock of the place where each was made."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from tracker.domain.tiers import ALL, Grant, Sight
from tracker.i18n import formats

from . import words
from .wording import NONE, CustomWord, CustomWords, custom_of

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Scan:
    """A line of the timeline. `by_shop` says that it is the shop's word, `custom` is the shop's own status.

    `machine` is for `<time datetime>`: with its distance from UTC only where known.
    """

    label: str
    when: str = ""
    machine: str = ""
    place: str = ""
    said: str = ""
    by_shop: bool = False
    custom: CustomWord | None = None


def read_scan(event: Json, sight: Sight = ALL, customs: CustomWords = NONE) -> Scan:
    """A statement as a line of the timeline, by the wall clock of its place. `sight` is who reads it."""
    own = customs and Grant.WORDS in sight and event["source"] == "shop"
    custom = custom_of(event["code"], customs) if own else None
    label = custom.label if custom else words.label(event["milestone"])
    place = event["place"] if Grant.PLACES in sight else ""
    said = event["text"] if Grant.WORDS in sight else ""
    if event["local"] is None:
        return Scan(label, place=place, said=said, custom=custom)
    local = datetime.fromisoformat(event["local"])
    if event["source"] == "shop":
        # A shop often tells a day alone (a file, a hand-over): a clock time would be one that nobody said.
        day, date = formats.format_short(local), local.date().isoformat()
        return Scan(label, day, date, place, said, True, custom)
    if Grant.HOURS not in sight:
        return Scan(label, formats.format_short(local), local.date().isoformat(), place, said)
    offset = None if event["offset"] is None else timezone(timedelta(minutes=event["offset"]))
    machine = local.replace(tzinfo=offset).isoformat(timespec="minutes")
    return Scan(label, formats.format_scan(local), machine, place, said)


def isolate(text: str) -> str:
    """Foreign text for use inside a sentence of ours: whatever its direction, it turns nothing around it."""
    return text if text.isascii() else f"\u2068{text}\u2069"
