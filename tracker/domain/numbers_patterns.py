"""One number against one format, by the format's regular expression."""

import re
from functools import lru_cache

from tracker.sdk import NumberFormat

from .checks import check_character
from .numbers_shapes import LONGEST


def match_format(one: NumberFormat, number: str) -> re.Match[str] | None:
    """The match of a tidied number with a format, whatever its check character; `None` where the shape differs."""
    if not (0 < len(number) <= LONGEST and number.isascii() and number.isalnum()):
        return None
    match = _compiled(one.pattern).fullmatch(number)
    if match is None or not one.countries or "country" not in match.re.groupindex:
        return match
    return match if match["country"] in one.countries else None


def expect_check(one: NumberFormat, match: re.Match[str]) -> str:
    """The check character that the serial calls for; empty where the format has no check, `?` where none can be."""
    if not one.check or "check" not in match.re.groupindex or match["check"] is None:
        return ""
    return check_character(one.check, match["serial"], one.options) or "?"


def holds(one: NumberFormat, number: str) -> bool:
    """Whether a tidied number has the shape and the check character of a format."""
    match = match_format(one, number)
    return match is not None and expect_check(one, match) in ("", match.groupdict().get("check"))


@lru_cache(maxsize=2048)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)
