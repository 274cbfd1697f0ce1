"""UPS's dates and times: wall clocks, and how far they are from GMT where UPS tells."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from tracker.sdk import plain

_OFFSET = re.compile(r"([+-])([0-9]{2}):?([0-9]{2})")
_QUARTER = timedelta(minutes=15)
_WEST, _EAST = timedelta(hours=-12), timedelta(hours=14)
DAY_END = "235900"


def read_moment(date: object, time: object) -> datetime | None:
    """A wall clock from a date (YYYYMMDD, hyphens allowed) and a time (HHMMSS, colons allowed), or `None`.

    UPS sends some times as numbers and so loses leading zeros; 24:00 is the end of the day.
    """
    day, clock = plain(date, 20).replace("-", ""), plain(time, 20).replace(":", "")
    if not (len(day) == 8 and 1 <= len(clock) <= 6 and (day + clock).isascii() and (day + clock).isdigit()):
        return None
    clock = clock.zfill(6)
    late = clock == "240000"
    try:
        moment = datetime.strptime(day + ("000000" if late else clock), "%Y%m%d%H%M%S")  # noqa: DTZ007
        return moment + timedelta(days=late)
    except (ValueError, OverflowError):
        return None


def read_offset(fields: Mapping[str, Any], local: datetime | None, gmt: datetime | None) -> timedelta | None:
    """The distance from UTC: what UPS says it is, else what its local and GMT clocks differ by; never a guess."""
    if match := _OFFSET.fullmatch(plain(fields.get("gmtOffset"), 10)):
        size = timedelta(hours=int(match[2]), minutes=int(match[3]))
        return _real(-size if match[1] == "-" else size)
    if local is None or gmt is None:
        return None
    return _real(local - gmt)


def _real(offset: timedelta) -> timedelta | None:
    """The offset where some place on earth keeps it; a wrong day in one of two clocks gives none."""
    return offset if _WEST <= offset <= _EAST and not offset % _QUARTER else None
