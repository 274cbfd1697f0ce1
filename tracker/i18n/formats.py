"""Dates, times, windows and numbers as the readers of the locale in force write them.

Every function takes wall clocks as they are: nothing is converted, and no zone is ever printed.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date as babel_date
from babel.dates import format_interval, format_skeleton
from babel.dates import format_time as babel_time
from babel.numbers import format_currency, format_decimal, get_currency_precision

from . import current_locale, pgettext

# Babel prints "PM 2:00" for Korean; the pattern with four letters gives 오후. Its skeletons shorten weekdays.
_PATTERNS: Mapping[str, Mapping[str, str]] = {
    "en": {"day": "EEEE d MMMM", "date": "d MMMM y", "short": "d MMM", "time": "HH:mm"},
    "ko": {"day": "M월 d일 EEEE", "date": "y년 M월 d일", "short": "M월 d일", "time": "aaaa h:mm"},
    "de": {"day": "EEEE, d. MMMM", "date": "d. MMMM y", "short": "d. MMM", "time": "HH:mm"},
    "ar": {"day": "EEEE، d MMMM", "date": "d MMMM y", "short": "d MMM", "time": "h:mm a"},
}
_SKELETONS = {"day": "MMMMEEEEd", "date": "yMMMMd", "short": "MMMd"}
# How two hours of a day are written, by whether the half of the day changes between them and whether both are full.
_SPANS: Mapping[str, Mapping[tuple[bool, bool], tuple[str, str]]] = {
    "en": dict.fromkeys(((False, True), (True, True)), ("H–", "H 'h'"))
    | dict.fromkeys(((False, False), (True, False)), ("HH:mm–", "HH:mm")),
    "ko": {
        (False, True): ("aaaa h시~", "h시"),
        (True, True): ("aaaa h시~", "aaaa h시"),
        (False, False): ("aaaa h:mm~", "h:mm"),
        (True, False): ("aaaa h:mm~", "aaaa h:mm"),
    },
    "de": dict.fromkeys(((False, True), (True, True)), ("H–", "H 'Uhr'"))
    | dict.fromkeys(((False, False), (True, False)), ("HH:mm–", "HH:mm 'Uhr'")),
    "ar": {
        (False, True): ("h–", "h a"),
        (True, True): ("h a – ", "h a"),
        (False, False): ("h:mm–", "h:mm a"),
        (True, False): ("h:mm a – ", "h:mm a"),
    },
}
_MIDNIGHT, _LAST_MINUTE = time(0, 0), time(23, 59)


def format_day(day: date) -> str:
    """A day that is near: `Thursday 26 November`."""
    return _format(day, "day")


def format_date(day: date) -> str:
    """A day with its year: `26 November 2026`."""
    return _format(day, "date")


def format_short(day: date) -> str:
    """A day in a small space: `26 Nov`."""
    return _format(day, "short")


def format_time(moment: datetime | time) -> str:
    """A time of day: `14:00`."""
    return _write_time(_clock(moment), current_locale())


def format_scan(local: datetime) -> str:
    """When something happened: `26 Nov, 14:02`."""
    return _join(format_short(local), format_time(local))


def format_hours(first: datetime | time, last: datetime | time) -> str:
    """Two times of one day: `14–18 h`, or `14:30–18:00` where one of them is no full hour."""
    return _write_hours(_clock(first), _clock(last), current_locale())


def format_window(earliest: datetime, latest: datetime) -> str:
    """When something is expected: `Thursday 26 November, 14–18 h`; whole days without times."""
    if latest.time() == _MIDNIGHT and latest > earliest:
        # Twelve at night is the end of a day: named after the next one, it would be read as a day later.
        latest -= timedelta(minutes=1)
    if earliest.date() == latest.date():
        return _format_hours(earliest, latest)
    whole = earliest.time() == _MIDNIGHT and _is_end(latest)
    first, last = (format_day(one) if whole else _join(format_day(one), format_time(one)) for one in (earliest, latest))
    return pgettext("two days", "%(first)s – %(last)s") % {"first": first, "last": last}


def format_list(parts: Iterable[str]) -> str:
    """Some words one after the other: `On its way, Delivered`."""
    return pgettext("between words of a list", ", ").join(parts)


def format_number(number: float) -> str:
    """A number, in the locale's digits and with its separators: `1,234`."""
    return _write_number(number, current_locale())


def format_money(minor: int, currency: str) -> str:
    """An amount in the smallest unit of a currency (ISO 4217): `€19.90`."""
    amount = Decimal(minor).scaleb(-get_currency_precision(currency))
    return format_currency(amount, currency, locale=current_locale())


def _format_hours(earliest: datetime, latest: datetime) -> str:
    day = format_day(earliest)
    open_start, open_end = earliest.time() == _MIDNIGHT, _is_end(latest)
    if open_start and open_end:
        return day
    if earliest == latest:
        return _join(day, format_time(earliest))
    if open_start:
        return pgettext("window", "%(day)s, by %(time)s") % {"day": day, "time": format_time(latest)}
    if open_end:
        return pgettext("window", "%(day)s, from %(time)s") % {"day": day, "time": format_time(earliest)}
    return _join(day, format_hours(earliest, latest))


def _is_end(moment: datetime) -> bool:
    return _clock(moment) == _LAST_MINUTE


def _clock(moment: datetime | time) -> time:
    clock = moment.time() if isinstance(moment, datetime) else moment
    return clock.replace(second=0, microsecond=0, tzinfo=None)


def _join(day: str, hours: str) -> str:
    return pgettext("day and time", "%(day)s, %(time)s") % {"day": day, "time": hours}


def _format(day: date, length: str) -> str:
    return _write_date(day.date() if isinstance(day, datetime) else day, length, current_locale())


# A page names the same few days and a shop's pages the same hours; Babel takes its time over each.
@lru_cache(maxsize=4096)
def _write_date(day: date, length: str, locale: str) -> str:
    pattern = _PATTERNS.get(locale, {}).get(length)
    if pattern:
        return babel_date(day, pattern, locale=locale)
    return format_skeleton(_SKELETONS[length], datetime.combine(day, _MIDNIGHT), locale=locale)


@lru_cache(maxsize=4096)
def _write_time(clock: time, locale: str) -> str:
    return babel_time(clock, _PATTERNS.get(locale, {}).get("time", "short"), locale=locale)


@lru_cache(maxsize=4096)
def _write_hours(first: time, last: time, locale: str) -> str:
    if locale not in _SPANS:
        return format_interval(first, last, "Hm", locale=locale)
    halves = (first.hour < 12) != (last.hour < 12)
    before, after = _SPANS[locale][halves, first.minute == last.minute == 0]
    return babel_time(first, before, locale=locale) + babel_time(last, after, locale=locale)


@lru_cache(maxsize=1024)
def _write_number(number: float, locale: str) -> str:
    return format_decimal(number, locale=Locale.parse(locale), numbering_system="default")
