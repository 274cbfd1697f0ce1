"""Privacy: what a carrier's text tells of people, hidden."""

import re
from collections.abc import Iterable

HIDDEN = "●●●"
_PHONE = re.compile(
    r"(?<![0-9])(?:\+82[- ]?|0)[0-9]{1,3}[-. ][0-9]{3,4}[-. ][0-9]{4}(?![0-9])"
    r"|(?<![0-9])01[016-9][0-9]{7,8}(?![0-9])"
    r"|(?<![0-9])\+[1-9](?:[ ().-]{0,2}[0-9]){7,13}(?![0-9])"
)
"""Korean numbers with and without hyphens, any in the same three groups, and those that begin with a `+`."""
SHORTEST = 2
"""One letter alone tells of nobody, and is in every text."""
LONGEST = 300
"""Characters of a text that are kept. What hides a piece may be longer than the piece."""


def mask(text: str, private: Iterable[str] = ()) -> str:
    """The text without these pieces, in whatever letter case, and without what is written like a telephone number."""
    pieces = sorted({piece for piece in private if len(piece) >= SHORTEST}, key=lambda piece: (-len(piece), piece))
    if pieces:
        # All in one go: a piece may look like what hides another one.
        text = re.sub("|".join(map(re.escape, pieces)), HIDDEN, text, flags=re.IGNORECASE)
    return _PHONE.sub(HIDDEN, text)[:LONGEST]
