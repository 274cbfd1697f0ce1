"""UPS's wall clocks, and when it expects to deliver, as two of them at the destination."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from tracker.sdk import Event, Milestone, Window, part, plain, read_clock, rows

DAY_END = "235900"
DONE = {Milestone.DELIVERED, Milestone.RETURNING, Milestone.RETURNED, Milestone.CANCELLED}
STALE = timedelta(days=60)
"""An expected day this long before the newest scan says nothing about this journey."""
WITH_START, WITH_END = ("EDW", "CDW", "IDW"), ("EDW", "CDW", "IDW", "CMT")

Told = tuple[Window | None, str]


def read_moment(date: object, time: object) -> datetime | None:
    """A wall clock from YYYYMMDD and HHMMSS, hyphens and colons allowed; the day alone where the time is none.

    UPS sends some times as numbers and so loses leading zeros.
    """
    clock = time if isinstance(time, str) else plain(time, 20)
    return read_clock(date, clock.zfill(6) if clock.isdigit() else clock)


def is_time(value: object) -> bool:
    """Whether it is a time of day, midnight and 24:00 included."""
    clock = plain(value, 20).replace(":", "")
    return 0 < len(clock) <= 6 and clock.isascii() and clock.isdigit() and clock.zfill(6) <= "240000"


def package_window(package: dict[str, Any], events: Sequence[Event]) -> Told:
    """The window of a package in an answer, and a warning where UPS gave one that makes no sense."""
    dates = {plain(row.get("type")): row.get("date") for row in rows(package, "deliveryDate")}
    if dates.get("DEL") or part(package, "currentStatus").get("type") == "D":
        return None, ""
    hours = part(package, "deliveryTime")
    kind = plain(hours.get("type"))
    start = hours.get("startTime") if kind in WITH_START else ""
    end = hours.get("endTime") if kind in WITH_END else ""
    return _window(dates.get("RDD") or dates.get("SDD"), start, end, events)


def alert_window(message: dict[str, Any], event: Event) -> Told:
    """The window that a Track Alert message tells, and a warning where it makes no sense."""
    if plain(message.get("actualDeliveryDate")):
        return None, ""
    times = (message.get("deliveryStartTime"), message.get("deliveryEndTime"))
    return _window(message.get("scheduledDeliveryDate"), *times, [event])


def _window(day: object, start: object, end: object, events: Sequence[Event]) -> Told:
    if not plain(day) or any(event.status.milestone in DONE for event in events):
        return None, ""
    earliest = read_moment(day, start if is_time(start) else "0")
    latest = read_moment(day, end if is_time(end) else DAY_END)
    newest = max((e.local for e in events if e.local), default=datetime.min)  # noqa: DTZ901
    if earliest is None or latest is None or latest < earliest or (newest > latest and newest - latest > STALE):
        return None, f"expected delivery {plain(day, 20)} {plain(start, 10)}-{plain(end, 10)} makes no sense"
    return Window(earliest, latest), ""
