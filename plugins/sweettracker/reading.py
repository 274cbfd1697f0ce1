"""Reads SweetTracker's answers. Senders, receivers and their addresses are left where they are.

Rows come in any order, with seconds or milliseconds or without a time. A parcel is delivered when a row says so, or
when the answer is complete although none does; a return stands only in a row's words.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tracker.sdk import (
    BadPayload,
    Event,
    Milestone,
    Parsed,
    Problem,
    Rules,
    TrackingResult,
    Window,
    ZoneSource,
    from_epoch,
    offset_between,
    part,
    read_json,
    read_time,
    rows,
    word,
)

RULES = Rules.load(Path(__file__).with_name("statuses.toml"))
KINDS = {"101": "auth", "102": "auth", "103": "rate_limit", "104": "not_found", "105": "rate_limit"}
LONGEST_KIND = 12
"""A longer kind is a sentence with places in it, and cannot stand for a code."""
ENDS = {Milestone.DELIVERED, Milestone.RETURNING, Milestone.RETURNED, Milestone.CANCELLED}
TROUBLES = {Milestone.ATTEMPT_FAILED, Milestone.EXCEPTION}
DELIVERED, RULE = RULES.read(level="6")
_HOURS = re.compile(r"([0-9]{1,2}) ?[∼~-] ?([0-9]{1,2}) ?시")
_PERSON = re.compile(r"(?:담당|기사|사원|배달원|집배원)[자님]? ?[:：] ?([가-힣]{2,5})")
_PHONE = re.compile(r"(?<![0-9])(?:\+82[- ]?|0)[0-9]{1,3}[- ]?[0-9]{3,4}[- ]?[0-9]{4}(?![0-9])")


def read_answer(body: bytes, number: str, carrier: str) -> Parsed:
    """What one answer says. An answer without rows is no error: the label exists, and nothing was scanned yet."""
    data = part(read_json(body))
    if refusal := read_refusal(data, number):
        return Parsed(errors=(refusal,))
    number = word(data, "invoiceNo", limit=64) or number
    if not number or not {"level", "complete", "trackingDetails"} & data.keys():
        raise BadPayload("neither a parcel nor an error of SweetTracker")
    events = [_event(row) for row in rows(data, "trackingDetails")]
    unread = tuple(f"{event.code} has no readable time" for event in events if event.local is None)
    if data.get("complete") is True or word(data, "level") == "6":
        events = _completed(events)
    window = _window(word(data, "estimate"), events)
    return Parsed((TrackingResult(number, tuple(events), window, carrier=carrier),), warnings=unread)


def read_refusal(data: Any, number: str) -> Problem | None:
    """The error of an answer, which comes under HTTP 200; only errors have a `status` at all."""
    told = part(data)
    if told.get("status") is not False:
        return None
    code = word(told, "code", limit=10)
    return Problem(KINDS.get(code, "upstream"), f"{code}: {word(told, 'msg')}", number)


def _event(row: dict[str, Any]) -> Event:
    """One row. Its `code` is mostly empty; a short kind without what is added in brackets then stands for one."""
    text = word(row, "kind", limit=300)
    level = word(row, "level", limit=5)
    status, rule = RULES.read(trouble=text, level=level, text=text)
    kind = text.partition("(")[0].strip()
    code = word(row, "code", limit=60) or (kind if len(kind) <= LONGEST_KIND else "") or level
    local, offset = _read_moment(row)
    source = ZoneSource.UNKNOWN if offset is None else ZoneSource.CARRIER
    place = word(row, "where", limit=120)
    return Event(local, status, offset, source, code, text, place, rule, private=_people(text, row))


def _read_moment(row: dict[str, Any]) -> tuple[datetime | None, timedelta | None]:
    """The wall clock, and its distance from UTC where the instant is told beside it."""
    local = read_time(row.get("timeString")).local
    instant = from_epoch(row.get("time"))
    utc = instant.astimezone(UTC).replace(tzinfo=None, microsecond=0) if instant and instant.year > 1970 else None
    if local is None:
        return utc, None if utc is None else timedelta(0)
    return local, offset_between(local, utc)


def _people(text: str, row: dict[str, Any]) -> tuple[str, ...]:
    """The names and telephone numbers of people that stand in a text."""
    name = word(row, "manName")
    if not (name or "0" in text or ":" in text or "：" in text):
        return ()
    named = (one for one in (name, word(row, "telno"), word(row, "telno2")) if one and one in text)
    return tuple(dict.fromkeys([*_PERSON.findall(text), *_PHONE.findall(text), *named]))


def _completed(events: Sequence[Event]) -> list[Event]:
    """The events of a parcel that is told to be home: where no row says so, the newest one must be it."""
    dated = [event for event in events if event.local is not None]
    if not dated or any(event.status.milestone in ENDS for event in events):
        return list(events)
    newest = max(dated, key=lambda event: event.local or datetime.min)  # noqa: DTZ901 - a wall clock
    if newest.status.milestone in TROUBLES:
        return list(events)
    return [replace(event, status=DELIVERED, rule=RULE) if event is newest else event for event in events]


def _window(text: str, events: Sequence[Event]) -> Window | None:
    """The hours that are told, on the day when the parcel went out; without that day they say nothing."""
    match = _HOURS.search(text)
    days = [event.local for event in events if event.status.milestone is Milestone.OUT_FOR_DELIVERY and event.local]
    if not (match and days) or any(event.status.milestone in ENDS for event in events):
        return None
    first, last = int(match[1]), int(match[2])
    if not 0 <= first < last <= 23:
        return None
    day = max(days).replace(minute=0, second=0)
    return Window(day.replace(hour=first), day.replace(hour=last))
