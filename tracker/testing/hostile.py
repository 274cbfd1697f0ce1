"""Payloads and numbers that no plugin may fall over."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tracker.sdk import Payload

NONSENSE = {
    "empty": b"",
    "space": b" \n",
    "object": b"{}",
    "list": b"[]",
    "null": b"null",
    "text": b'"x"',
    "number": b"7",
    "truth": b"true",
    "html": b"<!doctype html><html><body>Service unavailable</body></html>",
    "xml": b'<?xml version="1.0"?><a/>',
    "not utf-8": b"\xff\xfe\x00{",
    "byte order mark": b"\xef\xbb\xbf{}",
    "lone surrogate": b'{"a": "\\ud800"}',
    "not finite": b'{"a": NaN, "b": 1e999}',
    "deep": b"[" * 100_000,
    "long number": b'{"a": ' + b"9" * 5000 + b"}",
}
WRONG_VALUES: tuple[Any, ...] = (None, True, -7, 1e30, "", "x", [], {}, [None], {"x": [{}]}, "\ud800", "9" * 400)
MOST_FIELDS = 300
MOST_CUTS = 60


def truncations(body: bytes) -> Iterator[bytes]:
    """The beginning of a body, cut at up to 60 places."""
    step = max(1, len(body) // MOST_CUTS)
    return (body[:end] for end in range(0, len(body), step))


def spoiled(payload: Payload) -> Iterator[tuple[str, Payload]]:
    """The payload with one field of a wrong type, for up to 300 fields and each wrong value; nothing if not JSON."""
    try:
        data = json.loads(payload.body)
    except ValueError:
        return
    for path in list(_paths(data, ()))[:MOST_FIELDS]:
        for value in WRONG_VALUES:
            body = json.dumps(_put(data, path, value)).encode()
            yield f"{'.'.join(map(str, path))} = {value!r:.40}", replace(payload, body=body)


def _paths(data: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield from _paths(value, (*path, key))


def _put(data: Any, path: tuple[str | int, ...], value: Any) -> Any:
    """A copy of the data along the path, with the value at its end."""
    if not path:
        return value
    copy = data.copy()
    copy[path[0]] = _put(data[path[0]], path[1:], value)
    return copy


NUMBERS = (
    "",
    "../../x",
    "1Z<script>",
    "1Z\r\nSet-Cookie: a",
    "javascript:alert(1)",
    "한국\u202e",
    "a b",
    "%2e%2e",
    "@evil",
)
"""Numbers as strangers type them, for the addresses that are made of them."""


def long_strings(size: int) -> Iterator[str]:
    """Strings of a size that make a careless pattern take for ever."""
    for piece in ("0", "A", " ", "1Z", "A0", "00 ", "AA000000000AA", "0" * 29 + "!"):
        yield (piece * (size // len(piece) + 1))[:size]
        yield (piece * (size // len(piece) + 1))[: size - 1] + "!"
