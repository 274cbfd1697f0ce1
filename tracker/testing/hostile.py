"""Payloads, numbers and headers that no plugin may fall over."""

from collections.abc import Iterator
from functools import lru_cache

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
    "deep xml": b"<a>" * 5_000,
    "entities": b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>',
    "long number": b'{"a": ' + b"9" * 5000 + b"}",
}
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
    "1Z\"'&</x>",
    "?x=y#z",
)
"""Numbers as strangers type them, for the addresses and requests that are made of them."""

HEADERS = (
    "",
    " ",
    "x",
    "Bearer",
    "Basic =",
    "Basic Og==",
    "t=,v1=",
    "sha256=",
    "=" * 40,
    "00" * 32,
    "A" * 43 + "=",
    "é",
    "\ud800",
    "\u0661" * 64,
    "x" * 100_000,
)
"""Values of a header in which a signature is looked for."""

SLOW = ("0", "A", " ", "1Z", "A0", "00 ", "AA000000000AA", "0" * 29 + "!")


@lru_cache(maxsize=64)
def long_strings(size: int, more: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Strings of a size that make a careless pattern take for ever, with further pieces to repeat."""
    return tuple(_repeated(size, (*SLOW, *more)))


def _repeated(size: int, pieces: tuple[str, ...]) -> Iterator[str]:
    for piece in pieces:
        whole = (piece * (size // len(piece) + 1))[:size]
        yield whole
        yield whole[:-1] + "!"
