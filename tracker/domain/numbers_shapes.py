"""Patterns of numbers taken apart: for each length the characters that may stand at each place.

Read are the patterns that number formats are made of: characters, classes, groups, alternatives, `?`, `{n}`, `{n,m}`.
Others are left to the regular expression.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

Places = tuple[frozenset[int], ...]
"""The characters (as codes) that may stand at each place."""
LONGEST = 64
MOST = 400
"""Shapes of one pattern; a pattern with more is left to the regular expression."""
DIGITS = frozenset(b"0123456789")
LETTERS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ")
ANY = DIGITS | LETTERS
_KNOWN = {one: one for one in (DIGITS, LETTERS, ANY)}


class Shape(NamedTuple):
    """Numbers of one length: what may stand at each place, and from where to where the named groups go."""

    places: Places
    groups: tuple[tuple[str, int, int], ...] = ()


class _Strange(Exception):
    """The pattern holds something that is not read here."""


@lru_cache(maxsize=4096)
def read_shapes(pattern: str) -> tuple[Shape, ...] | None:
    """The shapes of a pattern, each of at most 64 characters; `None` where it cannot be taken apart."""
    reader = _Reader(pattern)
    try:
        shapes = reader.read_alternatives()
    except (_Strange, ValueError, RecursionError):
        return None
    return tuple(shapes) if reader.at_end() else None


class _Reader:
    """A pattern that is read from left to right."""

    def __init__(self, pattern: str) -> None:
        self._pattern, self._next = pattern, 0

    def at_end(self) -> bool:
        return self._next == len(self._pattern)

    def read_alternatives(self) -> list[Shape]:
        shapes = self._read_sequence()
        while self._take("|"):
            shapes = _bound([*shapes, *self._read_sequence()])
        return shapes

    def _read_sequence(self) -> list[Shape]:
        shapes = [Shape(())]
        while not self.at_end() and self._pattern[self._next] not in "|)":
            item = self._read_item()
            shapes = _join(shapes, self._read_times(item))
        return shapes

    def _read_item(self) -> list[Shape]:
        if self._take("("):
            return self._read_group()
        if self._take("["):
            end = self._pattern.index("]", self._next)
            text, self._next = self._pattern[self._next : end], end + 1
            return [Shape((_read_class(text),))]
        character = self._pattern[self._next]
        if ord(character) not in ANY:
            raise _Strange(character)
        self._next += 1
        return [Shape((frozenset((ord(character),)),))]

    def _read_group(self) -> list[Shape]:
        name = ""
        if self._take("?P<"):
            end = self._pattern.index(">", self._next)
            name, self._next = self._pattern[self._next : end], end + 1
        elif not self._take("?:") and self._pattern[self._next : self._next + 1] == "?":
            raise _Strange("?")
        shapes = self.read_alternatives()
        if not self._take(")"):
            raise _Strange(")")
        return [Shape(one.places, (*one.groups, (name, 0, len(one.places)))) if name else one for one in shapes]

    def _read_times(self, item: list[Shape]) -> list[Shape]:
        least, most = 1, 1
        if self._take("?"):
            least = 0
        elif self._take("{"):
            end = self._pattern.index("}", self._next)
            low, comma, high = self._pattern[self._next : end].partition(",")
            self._next = end + 1
            least, most = int(low), int(high) if comma else int(low)
        if len(item) == 1 and not item[0].groups:
            return _bound(Shape(item[0].places * times) for times in range(least, most + 1))
        repeated = [Shape(())]
        for _ in range(least):
            repeated = _join(repeated, item)
        shapes = list(repeated)
        for _ in range(min(most, LONGEST) - least):
            repeated = _join(repeated, item)
            shapes = _bound([*shapes, *repeated])
        return shapes

    def _take(self, text: str) -> bool:
        found = self._pattern.startswith(text, self._next)
        self._next += len(text) * found
        return found


def _join(left: list[Shape], right: list[Shape]) -> list[Shape]:
    return _bound(_append(one, other) for one in left for other in right)


def _append(one: Shape, other: Shape) -> Shape:
    size = len(one.places)
    moved = ((name, begin + size, end + size) for name, begin, end in other.groups)
    return Shape(one.places + other.places, (*one.groups, *moved))


def _bound(shapes: Iterable[Shape]) -> list[Shape]:
    kept = [shape for shape in shapes if len(shape.places) <= LONGEST]
    if len(kept) > MOST:
        raise _Strange("too many shapes")
    return kept


@lru_cache(maxsize=1024)
def _read_class(text: str) -> frozenset[int]:
    codes: set[int] = set()
    at = 0
    while at < len(text):
        last = at + 2 if text[at + 1 : at + 2] == "-" and at + 2 < len(text) else at
        codes.update(range(ord(text[at]), ord(text[last]) + 1))
        at = last + 1
    if not codes or not codes <= ANY:  # `^`, a backslash, a lone hyphen
        raise _Strange(text)
    found = frozenset(codes)
    return _KNOWN.get(found, found)
