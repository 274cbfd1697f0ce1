"""Reads the demo carrier's JSON: what `parse` is made of."""

from datetime import datetime
from typing import Any

from tracker.sdk import UNKNOWN, Event, Pickup, Window, ZoneSource, plain, read_point

from .tables import STATUSES


def read_scan(scan: dict[str, Any], warnings: list[str]) -> Event:
    """One scan as an event. What cannot be read becomes a warning and costs only its field."""
    code = plain(scan.get("code"), 20)
    status = STATUSES.get(code)
    if status is None:
        warnings.append(f"unknown demo code {code or '(none)'}")
    moment = _moment(scan.get("at"))
    if moment is None:
        warnings.append(f"scan {code} has no readable time")
    offset = moment.utcoffset() if moment else None
    return Event(
        local=moment.replace(tzinfo=None) if moment else None,
        status=status or UNKNOWN,
        offset=offset,
        zone_source=ZoneSource.UNKNOWN if offset is None else ZoneSource.CARRIER,
        code=code,
        text=plain(scan.get("text")),
        place=plain(scan.get("place"), 120),
    )


def read_window(window: object, warnings: list[str]) -> Window | None:
    """The expected delivery, two wall clocks at the destination."""
    if not isinstance(window, dict):
        return None
    earliest, latest = (_moment(window.get(key)) for key in ("from", "to"))
    if not earliest or not latest or earliest.tzinfo or latest.tzinfo or latest < earliest:
        warnings.append("the expected delivery cannot be read")
        return None
    return Window(earliest, latest)


def read_pickup(place: object) -> Pickup | None:
    """Where a parcel waits to be collected."""
    if not isinstance(place, dict) or not plain(place.get("name")):
        return None
    hours, until = place.get("hours"), _moment(place.get("until"))
    return Pickup(
        plain(place.get("name")),
        plain(place.get("street")),
        tuple(filter(None, map(plain, hours if isinstance(hours, list) else ()))),
        until if until and until.tzinfo is None else None,
        plain(place.get("code"), 20),
        read_point(place.get("latitude"), place.get("longitude")),
    )


def _moment(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(plain(text, 40))
    except ValueError:
        return None
