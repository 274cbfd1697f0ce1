"""When a carrier is asked again about a parcel."""

from datetime import timedelta

from tracker.sdk import Milestone

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

PACE = {
    Milestone.PENDING: 2 * HOUR,
    Milestone.INFO_RECEIVED: 2 * HOUR,
    Milestone.PICKED_UP: 2 * HOUR,
    Milestone.IN_TRANSIT: 2 * HOUR,
    Milestone.OUT_FOR_DELIVERY: 15 * MINUTE,
    Milestone.AVAILABLE_FOR_PICKUP: 3 * HOUR,
    Milestone.ATTEMPT_FAILED: HOUR,
    Milestone.EXCEPTION: HOUR,
    Milestone.RETURNING: 6 * HOUR,
    Milestone.UNKNOWN: 2 * HOUR,
}
"""Milestones that are missing here are final: nothing more is asked."""

AFTERMATH = DAY
GIVE_UP = 45 * DAY
PAGE_PACE = {Milestone.OUT_FOR_DELIVERY: 10, Milestone.ATTEMPT_FAILED: 30, Milestone.PENDING: 120}
PAGE_DEFAULT = 60
PAGE_ON_ITS_DAY = 10
SILENT_AFTER = 3
"""Failures in a row after which a carrier's system is said not to answer."""


def next_ask(
    milestone: Milestone, quiet: timedelta, failures: int, quickest: timedelta, slowest: timedelta
) -> timedelta | None:
    """How long to wait before the next question; `None` for never.

    `quiet` is the time since the newest scan (or since the shipment was made), `failures` the errors in a row. A
    parcel that rests is asked for less and less; a delivered one once more the day after.
    """
    if quiet > GIVE_UP:
        return None
    if milestone not in PACE:
        return AFTERMATH if milestone is Milestone.DELIVERED and quiet < AFTERMATH else None
    pace = 6 * HOUR if quiet > 7 * DAY else PACE[milestone]
    pace = min(max(pace, quickest), slowest)
    return max(pace, min(5 * MINUTE * 2 ** min(failures - 1, 7), 6 * HOUR)) if failures else pace


def is_silent(failures: int) -> bool:
    """Whether so many failures in a row are more than a hiccup, and worth telling customers."""
    return failures >= SILENT_AFTER


def page_pace(milestone: Milestone, near: bool = False) -> int | None:
    """Seconds until an open page asks again; `None` once nothing more will happen. `near` says that it is its day."""
    if milestone not in PACE:
        return None
    if near:
        return PAGE_ON_ITS_DAY
    return PAGE_PACE.get(milestone, PAGE_DEFAULT)
