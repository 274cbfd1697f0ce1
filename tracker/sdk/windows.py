"""Delivery windows out of the dates that carriers tell."""

from datetime import datetime, time

from .events import Window
from .times import read_time

_DAY_END = time(23, 59)


def read_window(latest: object, earliest: object = None) -> Window | None:
    """The window between two clocks at the destination, or ISO dates and times of it; one of them alone will do.

    A date, or midnight, means the whole day; without `earliest` the window opens with the last day. `None` where
    nothing can be read, or it would end before it begins.
    """
    end, start = _clock(latest), _clock(earliest)
    end = end or start
    if end is None:
        return None
    start = start or datetime.combine(end, time())
    if end.time() == time() or end == start:
        end = datetime.combine(end, _DAY_END)
    return Window(start, end) if start <= end else None


def _clock(value: object) -> datetime | None:
    return value if isinstance(value, datetime) else read_time(value).local
