"""When UPS expects to deliver, as two wall clocks at the destination."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from tracker.sdk import Event, Milestone, Window, plain

from .clock import DAY_END, read_moment

DONE = {Milestone.DELIVERED, Milestone.RETURNING, Milestone.RETURNED, Milestone.CANCELLED}
STALE = timedelta(days=60)
"""An expected day this long before the newest scan says nothing about this journey."""

Told = tuple[Window | None, str]


def package_window(package: dict[str, Any], events: Iterable[Event]) -> Told:
    """The window of a package in an answer, and a warning where UPS gave one that makes no sense."""
    rows = package.get("deliveryDate")
    rows = rows if isinstance(rows, list) else []
    dates = {plain(row.get("type")): row.get("date") for row in rows if isinstance(row, dict)}
    hours = package.get("deliveryTime")
    hours = hours if isinstance(hours, dict) else {}
    now = package.get("currentStatus")
    if dates.get("DEL") or (isinstance(now, dict) and now.get("type") == "D"):
        return None, ""
    day = dates.get("RDD") or dates.get("SDD")
    kind = plain(hours.get("type"))
    start = hours.get("startTime") if kind in ("EDW", "CDW", "IDW") else ""
    end = hours.get("endTime") if kind in ("EDW", "CDW", "IDW", "CMT") else ""
    return _window(day, start, end, events)


def alert_window(message: dict[str, Any], event: Event) -> Told:
    """The window that a Track Alert message tells, and a warning where it makes no sense."""
    if plain(message.get("actualDeliveryDate")):
        return None, ""
    times = (message.get("deliveryStartTime"), message.get("deliveryEndTime"))
    return _window(message.get("scheduledDeliveryDate"), *times, [event])


def _window(day: object, start: object, end: object, events: Iterable[Event]) -> Told:
    events = list(events)
    if not plain(day) or any(event.status.milestone in DONE for event in events):
        return None, ""
    earliest = read_moment(day, start) or read_moment(day, "0")
    latest = read_moment(day, end) or read_moment(day, DAY_END)
    newest = max((e.local for e in events if e.local), default=datetime.min)  # noqa: DTZ901
    if earliest is None or latest is None or latest < earliest or (newest > latest and newest - latest > STALE):
        return None, f"expected delivery {plain(day, 20)} {plain(start, 10)}-{plain(end, 10)} makes no sense"
    return Window(earliest, latest), ""
