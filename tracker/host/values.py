"""Values that plugins return, as input: the small checks that all others are made of."""

import unicodedata
from collections.abc import Callable
from typing import Any, TypeVar

from tracker.sdk import plain

T = TypeVar("T")


class Wrong(Exception):
    """A value that the plugin API does not allow here."""


def clean(text: object, limit: int) -> str:
    """Foreign text: one line, no controls, no direction overrides, NFC, at most `limit` characters."""
    if not isinstance(text, str):
        raise Wrong(f"{type(text).__name__} where text belongs")
    if len(text) <= limit and text.isascii() and text.isprintable() and text == text.strip():
        return text
    return unicodedata.normalize("NFC", plain(text, limit))[:limit]


def items_of(value: object) -> tuple[Any, ...]:
    """A tuple or list as a tuple. Raises `Wrong`."""
    if isinstance(value, tuple):
        return value
    if isinstance(value, list):
        return tuple(value)
    raise Wrong(f"{type(value).__name__} where a tuple belongs")


def cut(items: tuple[Any, ...], most: int, name: str, warnings: list[str]) -> tuple[Any, ...]:
    """The first `most` items; a warning where there are more."""
    if len(items) > most:
        warnings.append(f"{len(items)} {name}: only the first {most} are kept")
    return items[:most]


def expect(value: object, kind: type[T]) -> T:
    """The value itself, where it is of that type. Raises `Wrong`."""
    if not isinstance(value, kind):
        raise Wrong(f"{type(value).__name__} where {kind.__name__} belongs")
    return value


def optional(value: object, check: Callable[[object], T]) -> T | None:
    """`None` as it is, everything else as `check` makes it."""
    return None if value is None else check(value)


def check_point(value: object) -> None:
    """Raises `Wrong` for what is no latitude and longitude in degrees."""
    if not (isinstance(value, tuple) and len(value) == 2 and all(isinstance(side, float) for side in value)):
        raise Wrong("a point that is not a latitude and a longitude")
    if not (abs(value[0]) <= 90 and abs(value[1]) <= 180):
        raise Wrong("a point that is not on earth")
