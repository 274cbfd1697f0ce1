"""Moments of which there are several: each failed attempt to deliver is one, and a day has one attempt.

They are named after the day on the carrier's wall clock, so that the names are the same in whatever order scans come:
an attempt that is heard of late does not rename those that customers were told of.
"""

from datetime import datetime

from .states import Moment

MOST_ATTEMPTS = 5
"""No carrier tries more often. One that goes on saying so means that the parcel waits."""


def add_attempt(moments: dict[str, datetime], wall: datetime, at: datetime) -> None:
    """Adds the failed attempt of a day to what was stated, unless that day has one.

    >>> moments = {}
    >>> add_attempt(moments, datetime(2026, 3, 4, 18, 20), datetime(2026, 3, 4, 17, 20))
    >>> list(moments)
    ['attempt_failed:20260304']
    """
    attempts = sum(read_moment(name) is Moment.ATTEMPT_FAILED for name in moments)
    if attempts < MOST_ATTEMPTS:
        moments.setdefault(f"{Moment.ATTEMPT_FAILED}:{wall:%Y%m%d}", at)


def read_moment(name: str) -> Moment:
    """Which moment a name is of."""
    return Moment(name.partition(":")[0])
