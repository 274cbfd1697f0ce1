"""Dates as people and spreadsheets write them; what could be two dates is refused."""

import re
from collections.abc import Callable
from datetime import date, datetime

_TIME = r"(?:[ T]+(?P<time>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)(?:\.[0-9]{1,6})?(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?)?"
_YEAR_FIRST = re.compile(r"(?P<y>[0-9]{4})(?P<s>[-/]|\. ?)(?P<m>[0-9]{1,2})(?P=s)(?P<d>[0-9]{1,2})\.?" + _TIME)
_COMPACT = re.compile(r"(?P<y>(?:19|20)[0-9]{2})(?P<m>[0-9]{2})(?P<d>[0-9]{2})" + _TIME)
_KOREAN = re.compile(r"(?P<y>[0-9]{4})년 ?(?P<m>[0-9]{1,2})월 ?(?P<d>[0-9]{1,2})일" + _TIME)
_DOTTED = re.compile(r"(?P<d>[0-9]{1,2})\. ?(?P<m>[0-9]{1,2})\. ?(?P<y>[0-9]{4})" + _TIME)
_SLASHED = re.compile(r"(?P<a>[0-9]{1,2})(?P<s>[/-])(?P<b>[0-9]{1,2})(?P=s)(?P<y>[0-9]{4})" + _TIME)


class Ambiguous(ValueError):
    """The text can be read as two dates."""


def read_date(text: str) -> date | datetime:
    """The date in a text; a `datetime` where a time is told, aware where an offset is. Raises `ValueError`.

    Year first, eight digits, Korean, and day.month.year are read; 25/12/2026 too, since no month has number 25.
    Raises `Ambiguous` for 03/04/2026.
    """
    text = " ".join(text.split())
    for pattern in (_YEAR_FIRST, _COMPACT, _KOREAN, _DOTTED):
        if match := pattern.fullmatch(text):
            return _build(match, int(match["m"]), int(match["d"]))
    if match := _SLASHED.fullmatch(text):
        first, second = int(match["a"]), int(match["b"])
        if first <= 12 and second <= 12 and first != second:
            raise Ambiguous(text)
        month, day = (second, first) if first > 12 else (first, second)
        return _build(match, month, day)
    raise ValueError("no date")


def _build(match: re.Match[str], month: int, day: int) -> date | datetime:
    on = date(int(match["y"]), month, day)
    if not 2000 <= on.year <= 2100:
        raise ValueError("no date of a parcel")
    if match["time"] is None:
        return on
    hour, _, rest = match["time"].partition(":")
    zone = (match["zone"] or "").replace("Z", "+00:00")
    make: Callable[[str], datetime] = datetime.fromisoformat
    return make(f"{on.isoformat()}T{int(hour):02d}:{rest}{zone}")
