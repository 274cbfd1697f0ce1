"""Phone numbers as networks dial them, where that can be told beyond doubt."""

import re
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple


class Plan(NamedTuple):
    """How a country writes its mobile numbers: its calling code, what is dialled first at home, and the rest."""

    code: str
    trunk: str
    mobile: str


PLANS: Mapping[str, Plan] = {
    "AT": Plan("43", "0", r"6[5-9]\d{7,11}"),
    "AU": Plan("61", "0", r"4\d{8}"),
    "BE": Plan("32", "0", r"4[5-9]\d{7}"),
    "CA": Plan("1", "1", r"[2-9]\d{2}[2-9]\d{6}"),
    "CH": Plan("41", "0", r"7[4-9]\d{7}"),
    "CZ": Plan("420", "", r"[67]\d{8}"),
    "DE": Plan("49", "0", r"1[567]\d{8,9}"),
    "DK": Plan("45", "", r"[2-9]\d{7}"),
    "ES": Plan("34", "", r"[67]\d{8}"),
    "FI": Plan("358", "0", r"(?:4\d|50)\d{5,8}"),
    "FR": Plan("33", "0", r"[67]\d{8}"),
    "GB": Plan("44", "0", r"7[1-57-9]\d{8}"),
    "IE": Plan("353", "0", r"8[35-9]\d{7}"),
    "IT": Plan("39", "", r"3\d{8,9}"),
    "JP": Plan("81", "0", r"[789]0\d{8}"),
    "KR": Plan("82", "0", r"1[016-9]\d{7,8}"),
    "NL": Plan("31", "0", r"6[1-58]\d{7}"),
    "NO": Plan("47", "", r"[49]\d{7}"),
    "NZ": Plan("64", "0", r"2\d{7,9}"),
    "PL": Plan("48", "", r"(?:45|5[0137]|6[069]|7[2389]|88)\d{7}"),
    "PT": Plan("351", "", r"9[1236]\d{7}"),
    "SE": Plan("46", "0", r"7[02369]\d{7}"),
    "US": Plan("1", "1", r"[2-9]\d{2}[2-9]\d{6}"),
}
"""Only countries whose mobile numbers are told from others by how they begin. Of all others a number has to begin with
`+` and the country's code."""
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_DIGITS = re.compile(r"[0-9]+")


def read_phone(text: str, country: str = "") -> str:
    """A number as `+` and digits (E.164), or an empty text where nobody can be sure which number is meant.

    `country` is the two letters of where it was written down.

    >>> read_phone("010-1234-5678", "KR"), read_phone("+49 (0)151 23456789"), read_phone("1234", "DE")
    ('+821012345678', '+4915123456789', '')
    """
    plain = unicodedata.normalize("NFKC", text[:80]).strip()
    international = plain.startswith(("+", "00"))
    if international:
        # "+49 (0)151 ...": what is dialled at home only stands in brackets.
        plain = "+" + plain.removeprefix("+").removeprefix("00").replace("(0)", "")
    digits = re.sub(r"[\s().\-/\u00b7]", "", plain.removeprefix("+"))
    if not _DIGITS.fullmatch(digits):
        return ""
    if international:
        return f"+{digits}" if _E164.fullmatch(f"+{digits}") else ""
    plan = PLANS.get(country.upper())
    if plan is None:
        return ""
    national = digits.removeprefix(plan.trunk) if plan.trunk else digits
    if plan.trunk == "0" and not digits.startswith("0"):
        return ""
    return f"+{plan.code}{national}" if re.fullmatch(plan.mobile, national) else ""
