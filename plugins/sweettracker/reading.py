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
    Payload,
    Problem,
    Problems,
    Rules,
    Time,
    TrackingResult,
    Window,
    find_contacts,
    from_epoch,
    offset_between,
    part,
    read_json,
    read_time,
    rows,
    word,
)

RULES = Rules.load(Path(__file__).with_name("statuses.toml"))
PROBLEMS = Problems({"101": "auth", "102": "auth", "103": "rate_limit", "104": "not_found"}, otherwise="upstream")
ASKED_TOO_OFTEN = "105"
"""The code of a number that was asked for too often today; others may still be."""
LONGEST_KIND = 12
"""A longer kind is a sentence with places in it, and cannot stand for a code."""
ENDS = {Milestone.DELIVERED, Milestone.RETURNING, Milestone.RETURNED, Milestone.CANCELLED}
TROUBLES = {Milestone.ATTEMPT_FAILED, Milestone.EXCEPTION}
DELIVERED, RULE = RULES.read(level="6")
_HOURS = re.compile(r"([0-9]{1,2}) ?[∼~-] ?([0-9]{1,2}) ?시")


def read_answer(payload: Payload) -> Parsed:
    """What one answer says. An answer without rows is no error: the label exists, and nothing was scanned yet."""
    data = part(read_json(payload.body))
    if data.get("status") is False:  # errors come under HTTP 200, and only they have a `status`
        return Parsed(errors=(_read_problem(data, payload.number),))
    number = word(data, "invoiceNo", limit=64) or payload.number
    if not number or not {"level", "complete", "trackingDetails"} & data.keys():
        raise BadPayload("neither a parcel nor an error of SweetTracker")
    events = tuple(map(_read_event, rows(data, "trackingDetails")))
    if data.get("complete") is True or word(data, "level") == "6":
        events = _complete(events)
    window = _read_window(word(data, "estimate"), events)
    return Parsed((TrackingResult(number, events, window, carrier=payload.carrier),))


def _read_problem(data: dict[str, Any], number: str) -> Problem:
    code, text = word(data, "code", limit=10), word(data, "msg")
    if code == ASKED_TOO_OFTEN:
        return Problem("rate_limit", f"{code}: {text}", number)
    return PROBLEMS.read(code, text, number)


def _read_event(row: dict[str, Any]) -> Event:
    """One row. Its `code` is mostly empty; a short kind without what is added in brackets then stands for one."""
    text, level = word(row, "kind", limit=300), word(row, "level", limit=5)
    status, rule = RULES.read(trouble=text, level=level, text=text)
    kind = text.partition("(")[0].strip()
    code = word(row, "code", limit=60) or (kind if len(kind) <= LONGEST_KIND else "") or level
    local, offset = _read_moment(row)
    private = find_contacts(text, *(word(row, name) for name in ("manName", "telno", "telno2")))
    place = word(row, "where", limit=120)
    return Event(local, status, offset, code=code, text=text, place=place, rule=rule, private=private)


def _read_moment(row: dict[str, Any]) -> Time:
    """The wall clock, and its distance from UTC where the instant is told beside it."""
    local, instant = read_time(row.get("timeString")).local, from_epoch(row.get("time"))
    utc = instant.astimezone(UTC).replace(tzinfo=None, microsecond=0) if instant and instant.year > 1970 else None
    if local is None:
        return Time(utc, None if utc is None else timedelta(0))
    return Time(local, offset_between(local, utc))


def _complete(events: tuple[Event, ...]) -> tuple[Event, ...]:
    """The events of a parcel that is told to be home: where no row says so, the newest one must be it."""
    dated = [event for event in events if event.local is not None]
    if not dated or any(event.status.milestone in ENDS for event in events):
        return events
    newest = max(dated, key=lambda event: event.local or datetime.min)  # noqa: DTZ901 - a wall clock
    if newest.status.milestone in TROUBLES:
        return events
    return tuple(replace(event, status=DELIVERED, rule=RULE) if event is newest else event for event in events)


def _read_window(text: str, events: Sequence[Event]) -> Window | None:
    """The hours that are told, on the day when the parcel went out; without that day they say nothing."""
    match = _HOURS.search(text)
    days = [event.local for event in events if event.status.milestone is Milestone.OUT_FOR_DELIVERY and event.local]
    if not (match and days):
        return None
    first, last = int(match[1]), int(match[2])
    if not 0 <= first < last <= 23:
        return None
    day = max(days).replace(minute=0, second=0)
    return Window(day.replace(hour=first), day.replace(hour=last))
