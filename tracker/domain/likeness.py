"""Likeness: whether two words can be taken for each other at sight, in any script."""

import re
import unicodedata
from functools import lru_cache

SHORTEST = 4
"""Words of fewer letters differ by one letter and are still different words."""
_LOOKS = str.maketrans("авекмнорстухіјѕαεικνορτυχ01", "abekmhopctyxijsaeikvoptuxol")
"""Letters of other alphabets, and digits, that look like Latin ones."""


@lru_cache(maxsize=4096)
def fold_label(text: str) -> str:
    """A label as the eye takes it in: without case, accents, spaces and marks; Korean syllables in their letters."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in plain if unicodedata.category(letter) != "Mn")
    return re.sub(r"[\W_]+", "", bare.translate(_LOOKS))


def looks_like(one: str, other: str) -> bool:
    """Whether two labels are the same after folding, or differ by one letter (more, less, other, or two swapped)."""
    return _is_near(fold_label(one), fold_label(other))


def _is_near(one: str, other: str) -> bool:
    if one == other:
        return bool(one)
    if min(len(one), len(other)) < SHORTEST or abs(len(one) - len(other)) > 1:
        return False
    short, long = sorted((one, other), key=len)
    start = next((at for at, letter in enumerate(short) if letter != long[at]), len(short))
    if len(short) < len(long):
        return short[start:] == long[start + 1 :]
    rest, swapped = (short[start + 1 :], long[start + 1 :]), long[start : start + 2][::-1] + long[start + 2 :]
    return rest[0] == rest[1] or short[start:] == swapped
