"""Reads Sendle's tracking answers."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tracker.sdk import (
    BadPayload,
    Event,
    Parsed,
    Problem,
    Rules,
    TrackingResult,
    Window,
    ZoneSource,
    offset_between,
    part,
    read_clock,
    read_json,
    read_time,
    rows,
    word,
)

RULES = Rules.load(Path(__file__).with_name("statuses.toml"))
KINDS = {"not_found": "not_found", "unauthorized": "auth", "unauthorised": "auth", "payment_required": "auth"}
END = timedelta(hours=23, minutes=59)


def read_answer(body: bytes, number: str) -> Parsed:
    """What one answer says about the parcel it was asked for. Raises `BadPayload` where it is no answer of Sendle."""
    data = part(read_json(body))
    if code := word(data, "error", limit=60):
        detail = f"{code}: {word(data, 'error_description')}"
        return Parsed(errors=(Problem(KINDS.get(code, "bad_request"), detail, number),))
    if "tracking_events" not in data:
        raise BadPayload("neither tracking events nor an error of Sendle")
    events = tuple(map(_event, rows(data, "tracking_events")))
    unread = tuple(f"{event.code} has no readable time" for event in events if event.local is None)
    return Parsed((TrackingResult(number, events, _window(part(data, "scheduling"))),), warnings=unread)


def _event(row: dict[str, Any]) -> Event:
    code, text = word(row, "event_type", limit=60), word(row, "description", limit=300)
    status, rule = RULES.read(code=code, why=word(row, "reason"), type=code)
    local, offset = _read_moment(row)
    source = ZoneSource.UNKNOWN if offset is None else ZoneSource.CARRIER
    return Event(local, status, offset, source, code, text, word(row, "location", limit=120), rule)


def _read_moment(row: dict[str, Any]) -> tuple[datetime | None, timedelta | None]:
    """The wall clock of a scan and its distance from UTC, where Sendle knows the zone of the place.

    Where it knows none, it gives one clock in all fields, with a Z behind it that says nothing.
    """
    shown = read_time(row.get("display_time"))
    if shown.local and shown.offset:
        return shown.local, shown.offset
    scan, local = read_time(row.get("scan_time")), read_time(row.get("local_scan_time")).local
    if local is None or local == scan.local:
        return local or shown.local or scan.local, None
    return local, offset_between(local, scan.local)


def _window(scheduling: dict[str, Any]) -> Window | None:
    first = read_clock(word(scheduling, "estimated_delivery_date_minimum"))
    last = read_clock(word(scheduling, "estimated_delivery_date_maximum")) or first
    return Window(first, last + END) if first and last and first <= last else None
