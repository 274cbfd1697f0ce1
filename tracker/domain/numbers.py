"""Tracking numbers: one canonical spelling, the carriers they may belong to, and whether they were typed right."""

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from tracker.sdk import NumberFormat

from .messages import N_
from .numbers_confidence import Candidate
from .numbers_index import CarrierFormats, Index
from .numbers_patterns import expect_check, match_format
from .numbers_shapes import LONGEST, read_shapes

__all__ = ["LONGEST", "Candidate", "CarrierFormats", "Index", "Verdict", "find_shortest", "rank", "tidy", "verify"]

TYPED = 256
"""Characters that are looked at before tidying; longer input is not a number."""
_SPACERS = frozenset("#.,:;='\"`_/\\")
_ASCII = [chr(code) for code in range(128)]
LAST = N_("last digit should be %(expected)s; typed %(typed)s")
OTHER = N_("digit %(digit)s should be %(expected)s; typed %(typed)s")
NO_FORMAT = N_("no known format of this carrier")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a number was typed right: `state` is `ok`, `bad_check` or `no_format`.

    `text` says what to do, to be translated and then filled with `values`; `message` is that in English.
    """

    state: str
    text: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def message(self) -> str:
        return self.text % self.values


def tidy(text: str) -> str:
    """The one spelling of a number: upper case, without spaces, hyphens, invisible characters and a leading `#`.

    Full-width letters and digits, and the digits of any script, become plain ones. Letters that only look Latin are
    kept, so that such a number matches nothing and is reported as it stands. Longer input than any number can be
    gives "".
    """
    if len(text) > TYPED:
        return ""
    if not text.isascii():
        for _ in range(2):  # what is dropped may have kept two characters apart that now become one
            text = "".join(_plain(c) for c in unicodedata.normalize("NFKC", text) if not _is_skipped(c))
        kept = "".join(c.upper() if c.isascii() else c for c in text)
    else:
        kept = text.encode().translate(_UPPER, _SKIPPED).decode()
    return kept if len(kept) <= LONGEST else ""


def verify(number: str, formats: Iterable[NumberFormat]) -> Verdict:
    """Whether a tidied number fits one of a carrier's formats, and if only its check digit is wrong, which is right."""
    wrong: Verdict | None = None
    for one in formats:
        match = match_format(one, number)
        if match is None:
            continue
        expected = expect_check(one, match)
        if expected in ("", match.groupdict().get("check")):
            return Verdict("ok")
        text = LAST if match.end("check") == len(number) else OTHER
        values = {"expected": expected, "typed": match["check"], "digit": str(match.start("check") + 1)}
        wrong = wrong or Verdict("bad_check", text, values)
    return wrong or Verdict("no_format", NO_FORMAT)


def find_shortest(formats: Iterable[NumberFormat]) -> int:
    """Characters of the shortest number that fits one of these formats; 0 where that cannot be told."""
    known = [read_shapes(one.pattern) for one in formats]
    return min((min((len(shape.places) for shape in shapes or ()), default=0) for shapes in known), default=0)


def rank(
    number: str,
    formats: Index | Iterable[CarrierFormats],
    countries: Collection[str] = (),
    enabled: Collection[str] = (),
) -> list[Candidate]:
    """The carriers whose formats a tidied number fits, best first, each once.

    What many carriers' numbers look like says little, and what has a check digit or a prefix of its own says much; see
    `numbers_confidence`. `countries` are those on the parcel's way, `enabled` the carriers that the shop uses. Whoever
    asks often makes an `Index` once.
    """
    index = formats if isinstance(formats, Index) else Index(formats)
    return list(index.ranker(countries, enabled)(number))


def _plain(character: str) -> str:
    digit = unicodedata.decimal(character, None)
    return character if digit is None else str(digit)


def _is_skipped(character: str) -> bool:
    return character in _SPACERS or unicodedata.category(character)[0] in "CZ" or _is_dash(character)


def _is_dash(character: str) -> bool:
    return unicodedata.category(character) == "Pd" or character in "\u2212\u30fc\u02d7"


_UPPER = bytes(ord(chr(code).upper()) if code < 128 else code for code in range(256))
_SKIPPED = bytes(ord(c) for c in _ASCII if _is_skipped(c))
