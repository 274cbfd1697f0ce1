"""Carriers' dates and times: wall clocks, and how far they are from UTC where somebody tells."""

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from .reading import plain

_REAL = frozenset(timedelta(minutes=minutes) for minutes in range(-12 * 60, 14 * 60 + 1, 15))
_ZERO = timedelta(0)
_TAILS: dict[str, timedelta | None] = {"": None, "Z": _ZERO} | {
    f"{'-' if size < _ZERO else '+'}{abs(size).seconds // 3600:02d}{colon}{abs(size).seconds // 60 % 60:02d}": size
    for size in _REAL
    for colon in (":", "")
}
_OFFSET = re.compile(r"([+-])([0-9]{1,2}):?([0-9]{2})?")
_CLOCK = re.compile(r"([0-9]{1,2})[:.h]?([0-9]{2})(?:[:.]?([0-9]{2}))?(?:[.,][0-9]+)?\s*([AaPp])?\.?[Mm]?\.?")
_USUAL = {(10, 8), (8, 6)}
"""Lengths of `YYYY-MM-DD` with `HH:MM:SS`, and of the same in digits alone."""
_MIDNIGHT = re.compile(r"(?<=[T ])24:?00(?::?00)?(?:\.0+)?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4})")


_new = tuple.__new__  # what a named tuple does in half the time: nearly every scan has one


class Time(NamedTuple):
    """A wall clock without zone, and its distance from UTC; either may be `None`."""

    local: datetime | None
    offset: timedelta | None


NEVER = Time(None, None)


def read_time(value: object, *, zulu: bool = True) -> Time:
    """A date and time in the manner of ISO 8601, with or without an offset; `NEVER` where it is none.

    A space may stand for the `T` and before the offset; fractions of seconds are dropped; 24:00 begins the next day.
    `Z` gives an offset of zero, unless `zulu` is false: for carriers that put it behind local times, where it says
    nothing. An offset that no place on earth keeps is left out.
    """
    if not isinstance(value, str) or not 8 <= len(value) <= 40:
        return NEVER
    if not zulu:
        value = value.rstrip("Zz")
    # Nearly all look alike: nineteen characters, maybe a fraction, and an offset out of a short list.
    tail = value[19:].lstrip(".0123456789") if value[19:20] == "." else value[19:]
    if len(value) >= 19 and tail in _TAILS and (moment := _parse(value[:19])) is not None and moment.tzinfo is None:
        return _new(Time, (moment, _TAILS[tail]))
    if value.isdigit() and len(value) != 8:  # Python would read 1712110112345 as a day of the year 1712
        return NEVER
    moment = _parse(value) or _parse_oddly(value)
    if moment is None:
        return NEVER
    offset = moment.utcoffset()
    if offset:
        offset = real_offset(offset)
    if moment.microsecond or moment.tzinfo is not None:
        moment = moment.replace(microsecond=0, tzinfo=None)
    return Time(moment, offset)


def read_clock(date: object, time: object = "", *, day_first: bool = False) -> datetime | None:
    """A wall clock from a date and a time that stand apart, or `None` where the date is none.

    Dates are `YYYY-MM-DD`, `YYYYMMDD`, `YYYY/MM/DD` or `YYYY.MM.DD`; with `day_first`, `DD.MM.YYYY` and its like too.
    Times are `HH:MM[:SS]`, `HHMM[SS]`, `HHhMM` or `HH:MM AM`; without a readable one the day begins at 00:00.
    """
    if type(date) is str and type(time) is str and (len(date), len(time)) in _USUAL:
        usual = (date + time).isdigit() or (date[4] == "-" and time[2] == ":")
        moment = _parse(f"{date}T{time}") if usual else None
        if moment is not None and moment.tzinfo is None:
            return moment
    day, clock = plain(date, 20), plain(time, 20)
    if day_first and (match := _DAY_FIRST.match(day)):
        day = f"{match[3]}{match[2]:0>2}{match[1]:0>2}"
    day = day.replace("-", "").replace("/", "").replace(".", "")[:8]
    if not (len(day) == 8 and day.isascii() and day.isdigit()):
        return None
    try:
        moment = datetime(int(day[:4]), int(day[4:6]), int(day[6:]))  # noqa: DTZ001 - a wall clock
        return moment + _since_midnight(clock)
    except (ValueError, OverflowError):
        return None


def read_offset(value: object) -> timedelta | None:
    """An offset such as `+09:00`, `-0500` or `Z`; `None` where it is none that a place on earth keeps."""
    text = plain(value, 10)
    if text in ("Z", "z"):
        return _ZERO
    match = _OFFSET.fullmatch(text)
    if match is None or int(match[3] or 0) > 59:
        return None
    size = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return real_offset(-size if match[1] == "-" else size)


def offset_between(local: datetime | None, gmt: datetime | None) -> timedelta | None:
    """How far a wall clock is from the GMT clock, or the aware instant, told beside it.

    `None` where a wrong day in one of them shows.
    """
    if local is None or gmt is None:
        return None
    ahead = gmt.utcoffset() or _ZERO
    return real_offset(local - gmt.replace(tzinfo=None) + ahead)  # such a difference never leaves the calendar


def real_offset(offset: timedelta) -> timedelta | None:
    """The offset where some place on earth keeps it, else `None`."""
    return offset if offset in _REAL else None


def from_epoch(value: object) -> datetime | None:
    """The instant (aware, UTC) of seconds or milliseconds since 1970, as a number or its digits; `None` otherwise."""
    digits = plain(value, 16)
    if not (digits.isascii() and digits.isdigit() and digits):
        return None
    number = int(digits)
    try:
        return datetime.fromtimestamp(number / 1000 if number >= 10**11 else number, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _parse(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _parse_oddly(text: str) -> datetime | None:
    """What carriers write and Python 3.11 does not read."""
    text = " ".join(text.split()).replace(" +", "+").replace(" -", "-").replace(" Z", "Z")
    midnight = _MIDNIGHT.sub("00:00", text, count=1)
    moment = _parse(midnight)
    try:
        return moment if moment is None or midnight == text else moment + timedelta(days=1)
    except OverflowError:
        return None


def _since_midnight(clock: str) -> timedelta:
    # With its colons where they belong it is read like 1205; 12:5 is no time, though 125 is one.
    digits = clock.replace(":", "") if clock[-3:-2] == ":" and clock[-6:-5] in (":", "") else clock
    if digits.isdigit() and digits.isascii():
        if len(digits) > 6:
            return _ZERO
        digits = digits.zfill(6 if len(digits) > 4 else 4).ljust(6, "0")
        hours, minutes, seconds, half = int(digits[:2]), int(digits[2:4]), int(digits[4:]), None
    elif match := _CLOCK.fullmatch(clock):
        hours, minutes, seconds, half = int(match[1]), int(match[2]), int(match[3] or 0), match[4]
    else:
        return _ZERO
    if half and hours <= 12:
        hours = hours % 12 + (12 if half in "Pp" else 0)
    if hours > 24 or minutes > 59 or seconds > 59 or (hours == 24 and minutes + seconds):
        return _ZERO
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)
