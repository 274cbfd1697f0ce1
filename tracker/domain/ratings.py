"""Ratings: one to five stars, and what several of them say together."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

STARS = (1, 2, 3, 4, 5)
FEW = 5
"""Of fewer ratings no average is told: one bad morning would look like a bad carrier."""
LONGEST_COMMENT = 1000


@dataclass(frozen=True, slots=True)
class Score:
    """How something was rated. `average` is `None` where too few said so; `spread` counts each number of stars."""

    count: int = 0
    average: float | None = None
    spread: Mapping[int, int] = field(default_factory=dict)


def score(given: Iterable[tuple[int, int]]) -> Score:
    """The score of ratings, told as pairs of stars and how often they were given."""
    spread: Counter[int] = Counter()
    for stars, times in given:
        if stars in STARS:
            spread[stars] += times
    count = spread.total()
    average = sum(stars * times for stars, times in spread.items()) / count if count >= FEW else None
    return Score(count, average, {stars: spread[stars] for stars in STARS})


def read_stars(text: str) -> int | None:
    """The stars that a form or an address names; `None` for anything that is no number of stars."""
    return int(text) if text in _WRITTEN else None


_WRITTEN: Sequence[str] = tuple(map(str, STARS))
