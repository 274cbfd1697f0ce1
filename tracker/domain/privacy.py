"""Privacy: what a carrier's text tells of people, hidden."""

import re
from collections.abc import Iterable

HIDDEN = "●●●"
_PHONE = re.compile(
    r"(?<![0-9])(?:\+82[- ]?|0)[0-9]{1,3}[-. ][0-9]{3,4}[-. ][0-9]{4}(?![0-9])"
    r"|(?<![0-9])01[016-9][0-9]{7,8}(?![0-9])"
)
"""Korean numbers with and without hyphens, and any that is written in the same three groups."""


def mask(text: str, private: Iterable[str] = ()) -> str:
    """The text without these pieces, and without what is written like a telephone number."""
    for piece in sorted(filter(None, private), key=len, reverse=True):
        text = text.replace(piece, HIDDEN)
    return _PHONE.sub(HIDDEN, text)
