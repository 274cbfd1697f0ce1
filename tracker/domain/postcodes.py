"""The shapes of postcodes, by country."""

import re
import unicodedata
from collections.abc import Mapping

_DIGITS = {
    3: "FO IS",
    4: "AT AU BD BE BG CH CY DK GE GL HU LI LU MD MK NO NZ PH SI TN ZA",
    5: "DE EE ES FI FR HR IT KR KW MA MC MX MY RS SA SM TH TR UA ZM",
    6: "BY CN CO IN KG KZ RO RU SG",
}
SHAPES: Mapping[str, str] = {
    **{country: rf"[0-9]{{{count}}}" for count, names in _DIGITS.items() for country in names.split()},
    "BR": r"[0-9]{5}-?[0-9]{3}",
    "CA": r"[ABCEGHJ-NPRSTVXY][0-9][ABCEGHJ-NPRSTV-Z] ?[0-9][ABCEGHJ-NPRSTV-Z][0-9]",
    "CZ": r"[0-9]{3} ?[0-9]{2}",
    "GB": r"[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}",
    "GR": r"[0-9]{3} ?[0-9]{2}",
    "IL": r"[0-9]{5}(?:[0-9]{2})?",
    "JP": r"[0-9]{3}-?[0-9]{4}",
    "LT": r"(?:LT-?)?[0-9]{5}",
    "LV": r"(?:LV-?)?[0-9]{4}",
    "MT": r"[A-Z]{3} ?[0-9]{2,4}",
    "NL": r"[1-9][0-9]{3} ?[A-Z]{2}",
    "PL": r"[0-9]{2}-?[0-9]{3}",
    "PT": r"[0-9]{4}-?[0-9]{3}",
    "SE": r"[0-9]{3} ?[0-9]{2}",
    "SK": r"[0-9]{3} ?[0-9]{2}",
    "TW": r"[0-9]{3}(?:[0-9]{2,3})?",
    "US": r"[0-9]{5}(?:-?[0-9]{4})?",
    "VN": r"[0-9]{5,6}",
}
"""Countries whose shape is known. Everywhere else what is written is taken."""
_NONE = "AE AG AO BJ BS BW CI CM DJ FJ GH GM HK IE JM KI KM ML MO MR MW PA QA RW SC SR TG TO TZ UG YE"
WITHOUT = frozenset(_NONE.split())
"""Countries whose addresses may well have none."""
WITH_REGIONS = frozenset({"AU", "BR", "CA", "IN", "MX", "US"})
"""Countries whose addresses name a state or province."""
_ANYWHERE = re.compile(r"[A-Z0-9][A-Z0-9 -]{0,11}")


def read_postcode(text: str, country: str) -> str | None:
    """A postcode in capitals and plain digits, empty where there need be none; `None` for one that cannot be.

    >>> read_postcode("ec1a 1bb", "GB"), read_postcode("０４５２４", "KR"), read_postcode("1011", "DE")
    ('EC1A 1BB', '04524', None)
    """
    plain = " ".join(write_digits(unicodedata.normalize("NFKC", text[:40])).upper().split())
    if not plain:
        return "" if not country or country in WITHOUT else None
    shape = SHAPES.get(country)
    fits = re.fullmatch(shape, plain) if shape else _ANYWHERE.fullmatch(plain)
    return plain if fits else None


def write_digits(text: str) -> str:
    """The text with the digits of every script written as 0 to 9, which is all that carriers read."""
    return "".join(str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in text)
