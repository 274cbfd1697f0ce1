"""Tracking numbers: one canonical spelling, the carriers they may belong to, and whether they were typed right."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from tracker.sdk import NumberFormat

from .checks import check_character
from .messages import N_

LONGEST = 64
"""Characters of a tidied number; no known carrier needs more than 40."""
TYPED = 256
"""Characters that are looked at before tidying; longer input is not a number."""
_SPACERS = frozenset("#.,:;='\"`_/\\")
CONFIDENCE = {"checked prefix": 0.97, "checked": 0.8, "prefix": 0.7, "shape": 0.4, "stranger": 0.2}
ENABLED, HOME, AWAY = 0.1, 0.05, -0.15


@dataclass(frozen=True, slots=True)
class CarrierFormats:
    """A carrier's id, its countries and its number formats, as the host collects them from the plugins."""

    carrier: str
    formats: Sequence[NumberFormat]
    countries: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A carrier that a number may belong to. `confidence` runs from 0 to 1; `reason` is a sentence for staff."""

    carrier: str
    confidence: float
    reason: str


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

    Full-width letters and digits become plain ones. Letters that only look Latin are kept, so that such a number
    matches nothing and is reported as it stands. Longer input than any number can be gives "".
    """
    if len(text) > TYPED:
        return ""
    for _ in range(2):  # what is dropped may have kept two characters apart that now become one
        text = "".join(c for c in unicodedata.normalize("NFKC", text) if not _skipped(c))
    kept = "".join(c.upper() if c.isascii() else c for c in text)
    return kept if len(kept) <= LONGEST else ""


def verify(number: str, formats: Iterable[NumberFormat]) -> Verdict:
    """Whether a tidied number fits one of a carrier's formats, and if only its check digit is wrong, which is right."""
    wrong: Verdict | None = None
    for one in formats:
        match = _compiled(one.pattern).fullmatch(number) if _plain(number) else None
        if match is None:
            continue
        expected = _expected(one, match)
        if expected in ("", match.groupdict().get("check")):
            return Verdict("ok")
        text = LAST if match.end("check") == len(number) else OTHER
        values = {"expected": expected, "typed": match["check"], "digit": str(match.start("check") + 1)}
        wrong = wrong or Verdict("bad_check", text, values)
    return wrong or Verdict("no_format", NO_FORMAT)


def rank(
    number: str,
    carriers: Sequence[CarrierFormats],
    countries: Sequence[str] = (),
    enabled: Sequence[str] = (),
) -> list[Candidate]:
    """The carriers whose formats a tidied number fits, best first, each once.

    A check digit that holds ranks above a prefix, and a prefix above a mere shape; a mere shape ranks last unless the
    shop has `enabled` the carrier. `countries` lifts carriers that are at home there and lowers those that are not.
    """
    best: dict[str, Candidate] = {}
    if not _plain(number):
        return []
    for carrier in carriers:
        for one in carrier.formats:
            match = _compiled(one.pattern).fullmatch(number)
            if match is None or (found := _candidate(carrier, one, match, countries, enabled)) is None:
                continue
            if carrier.carrier not in best or found.confidence > best[carrier.carrier].confidence:
                best[carrier.carrier] = found
    return sorted(best.values(), key=lambda candidate: (-candidate.confidence, candidate.carrier))


def _candidate(
    carrier: CarrierFormats, one: NumberFormat, match: re.Match[str], countries: Sequence[str], enabled: Sequence[str]
) -> Candidate | None:
    expected = _expected(one, match)
    if expected and expected != match["check"]:
        return None
    kind = " ".join(["checked"] * bool(expected) + ["prefix"] * one.prefix) or "shape"
    if kind == "shape" and carrier.carrier not in enabled:
        kind = "stranger"
    confidence = CONFIDENCE[kind] + (ENABLED if carrier.carrier in enabled else 0)
    if countries and (home := one.countries or carrier.countries):
        confidence += HOME if set(countries) & set(home) else AWAY
    reason = f"{one.name}: " + ("the check digit holds" if expected else "the shape fits")
    return Candidate(carrier.carrier, round(min(max(confidence, 0.01), 0.99), 2), reason)


def _expected(one: NumberFormat, match: re.Match[str]) -> str:
    """The check character that the serial calls for; empty where the format has no check."""
    if not one.check or "check" not in match.re.groupindex:
        return ""
    return check_character(one.check, match["serial"], one.options) or "?"


def _skipped(character: str) -> bool:
    return character in _SPACERS or unicodedata.category(character)[0] in "CZ" or _is_dash(character)


def _is_dash(character: str) -> bool:
    return unicodedata.category(character) == "Pd" or character in "\u2212\u30fc\u02d7"


def _plain(number: str) -> bool:
    return 0 < len(number) <= LONGEST and number.isascii() and number.isalnum()


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)
