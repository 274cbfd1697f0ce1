"""People's names inside carriers' texts."""

from collections.abc import Iterable

SHORTEST = 3
"""Shorter names than this are found in too many words."""


def find_names(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """The pieces of a text that repeat one of these names, in whatever letter case: what `Event.private` lists."""
    fold = str.casefold if len(text.casefold()) == len(text) else str.lower  # some letters fold to two
    low = fold(text)
    found = ((low.find(fold(name)), len(name)) for name in names if len(name) >= SHORTEST)
    return tuple(dict.fromkeys(text[at : at + size] for at, size in found if at >= 0))
