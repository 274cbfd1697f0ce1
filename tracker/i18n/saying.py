"""Messages whose holes need care when they are filled: Korean particles, and foreign words between Arabic ones."""

import re
import unicodedata
from collections.abc import Mapping
from html import unescape
from typing import Any

from markupsafe import Markup

from .particles import choose_particle

FIRST_STRONG, POP = "\u2068", "\u2069"
_PARTICLE = re.compile(r"\{(으로|은|을|이|과)/(로|는|를|가|와)\}")
_HOLE = re.compile(r"%\(\w+\)")
_TAG = re.compile(r"<[^>]*>")


class Said(str):
    """A message that is filled by `%` as any other text is, with care.

    `%(carrier)s{은/는}` ends in the particle that belongs to what stands in the hole. In a text that is written from
    right to left whatever is not keeps its own direction.
    """

    _isolates: bool

    def __new__(cls, text: str, isolates: bool = False) -> "Said":
        made = super().__new__(cls, text)
        made._isolates = isolates
        return made

    def __mod__(self, values: Any) -> str:
        return self._fill(values, str)

    def mark_up(self, values: Mapping[str, Any]) -> Markup:
        """The message filled for HTML: what stands in its holes is escaped."""
        return Markup(self._fill(values, Markup))  # noqa: S704 - every piece was filled as Markup

    def _fill(self, values: Any, kind: "type[str]") -> str:
        if self._isolates and isinstance(values, Mapping):
            values = {name: isolate(value) for name, value in values.items()}
        # A word in a hole may look like a particle of ours: only what the message itself says is taken for one.
        pieces = _PARTICLE.split(str(self))
        whole: str = kind(pieces[0]) % values
        for closed, opened, rest in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
            heard = unescape(_TAG.sub("", whole)) if kind is Markup else whole
            whole = whole + choose_particle(heard, closed, opened) + kind(rest) % values
        return whole


def dress(text: str, rtl: bool) -> str:
    """A translated message as `Said` where filling it needs care, else as it is."""
    if "{" in text and _PARTICLE.search(text):
        return Said(text)
    return Said(text, isolates=True) if rtl and _HOLE.search(text) else text


def isolate(value: Any) -> Any:
    """A word that is not written from right to left, wrapped so that it does not turn what stands around it.

    Numbers, and texts that are not foreign, are answered as they are.
    """
    if not isinstance(value, str) or not _needs_isolation(str(value)):
        return value
    if isinstance(value, Markup):
        return Markup("\u2068{}\u2069").format(value)
    return f"{FIRST_STRONG}{value}{POP}"


def _needs_isolation(text: str) -> bool:
    if not text or text[0] == FIRST_STRONG:
        return False
    kinds = {unicodedata.bidirectional(sign) for sign in text}
    if "L" in kinds:
        return True
    return not kinds & {"R", "AL"} and not kinds <= {"EN", "AN", "CS", "WS"}
