"""Scans: lines of a timeline, by the wall clock of the place where each was made."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from tracker.i18n import formats

from . import words

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Scan:
    """A line of the timeline. `by_shop` says that it is the shop's word.

    `machine` is for `<time datetime>`: with its distance from UTC only where known.
    """

    label: str
    when: str = ""
    machine: str = ""
    place: str = ""
    said: str = ""
    by_shop: bool = False


def read_scan(event: Json, shared: bool = False) -> Scan:
    """A statement as a line of the timeline, by the wall clock of its place."""
    label = words.label(event["milestone"])
    if event["local"] is None:
        return Scan(label, place=event["place"], said=event["text"])
    local = datetime.fromisoformat(event["local"])
    if shared:
        return Scan(label, formats.format_short(local), local.date().isoformat())
    if event["source"] == "shop":
        # A shop often tells a day alone (a file, a hand-over): a clock time would be one that nobody said.
        return Scan(label, formats.format_short(local), local.date().isoformat(), event["place"], event["text"], True)
    offset = None if event["offset"] is None else timezone(timedelta(minutes=event["offset"]))
    machine = local.replace(tzinfo=offset).isoformat(timespec="minutes")
    return Scan(label, formats.format_scan(local), machine, event["place"], event["text"])


def isolate(text: str) -> str:
    """Foreign text for use inside a sentence of ours: whatever its direction, it turns nothing around it."""
    return text if text.isascii() else f"\u2068{text}\u2069"
