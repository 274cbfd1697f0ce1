"""A made-up language that shows which texts are not translated, and whether longer ones still fit.

Every text that customers read comes accented, in brackets and 40 % longer: `⟦Ðéļîvéŕéð ~~~⟧`; where it is written from
right to left, turned round. Whatever stands on a screen without brackets was never handed to `gettext`, or is not in
`translations/customers.cfg`. It takes the place of a real language while `spoken` lasts and is never shipped.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from gettext import NullTranslations
from html.parser import HTMLParser
from unittest.mock import patch

from babel import Locale
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg

from tracker import i18n
from tracker.paths import resource

LEFT, RIGHT = "de", "ar"
"""The languages whose place it takes: one written from left to right and one from right to left."""
OPEN, CLOSE = "⟦", "⟧"
KEYWORDS = {**DEFAULT_KEYWORDS, "mark": None}
Id = str | tuple[str, str]
_HOLE = re.compile(r"(%\(\w+\)[sd]|%%)")
_ACCENTS = str.maketrans("aeioucdglnrstyzAEIOUCDGLNRSTYZ", "áéîöüçðĝļñŕšţýžÁÉÎÖÜÇÐĜĻÑŔŠŢÝŽ")
_OVERRIDE, _POP = "\u202e", "\u202c"


@lru_cache(maxsize=1)
def extract() -> frozenset[tuple[str | None, Id]]:
    """Every text that customers read, with its context."""
    root = resource("translations").parent
    with (root / "translations" / "customers.cfg").open(encoding="utf-8") as stream:
        methods, options = parse_mapping_cfg(stream)
    found = extract_from_dir(root, methods, options, KEYWORDS)
    return frozenset((context, message) for _file, _line, message, _comments, context in found if message)


def stretch(text: str, rtl: bool = False) -> str:
    """A message in the made-up language, its holes as they were."""
    letters = "".join(part for part in _HOLE.split(text) if not _HOLE.fullmatch(part))
    parts = [part if _HOLE.fullmatch(part) else _twist(part, rtl) for part in _HOLE.split(text)]
    return f"{OPEN}{''.join(parts)}{' ' if len(letters) > 2 else ''}{'~' * (len(letters) * 2 // 5)}{CLOSE}"


def _twist(text: str, rtl: bool) -> str:
    accented = text.translate(_ACCENTS)
    return f"{_OVERRIDE}{accented}{_POP}" if rtl and accented.strip() else accented


class Catalogue(NullTranslations):
    """The made-up language: knows what customers read, and nothing else."""

    def __init__(self, rtl: bool) -> None:
        super().__init__()
        self._rtl = rtl
        self._known = {(context, one) for context, id in extract() for one in (id if isinstance(id, tuple) else (id,))}

    def gettext(self, message: str) -> str:
        return self._say(None, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self._say(None, msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return self._say(context, message)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        return self._say(context, msgid1 if n == 1 else msgid2)

    def _say(self, context: str | None, message: str) -> str:
        return stretch(message, self._rtl) if (context, message) in self._known else message


@contextmanager
def spoken() -> Iterator[None]:
    """The made-up language in place of `LEFT` and `RIGHT` for the block."""
    made, real = {LEFT: Catalogue(False), RIGHT: Catalogue(True)}, i18n.catalogue
    _forget()
    with patch.object(i18n, "catalogue", lambda locale: made.get(locale) or real(locale)):
        yield
    _forget()


def _forget() -> None:
    """Words that were kept in one language are not those of the other."""
    for module in [one for name, one in sys.modules.items() if name.startswith(("tracker.services.", "tracker.i18n"))]:
        for value in vars(module).values():
            if hasattr(value, "cache_clear"):
                value.cache_clear()


class Untranslated(HTMLParser):
    """Reads a screen in the made-up language; `found` are the texts on it that stand in no brackets.

    Foreign text is marked as such: by `<bdi>`, by a `lang` of its own, or by the signs that isolate a direction.
    """

    ATTRIBUTES = ("aria-label", "alt", "placeholder", "title", "content")
    SILENT = ("script", "style", "bdi", "meta")

    def __init__(self, html: str, locale: str, foreign: frozenset[str] = frozenset()) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._locale, self._foreign = locale, foreign
        self._depth = 0
        self._stack: list[tuple[str, bool]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        outside = tag in self.SILENT or values.get("lang", self._locale) != self._locale
        if tag not in ("img", "input", "link", "meta", "br", "hr", "path"):
            self._stack.append((tag, outside))
        if outside or self._is_foreign():
            return
        for name in self.ATTRIBUTES:
            self.found += find_untranslated(values.get(name, ""), self._foreign)
        if tag == "input" and values.get("type") in ("submit", "button"):
            self.found += find_untranslated(values.get("value", ""), self._foreign)

    def handle_endtag(self, tag: str) -> None:
        while self._stack and self._stack.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        # A message may hold elements: its brackets open in one piece of text and close in another.
        opened, closed = data.count(OPEN), data.count(CLOSE)
        if not self._is_foreign():
            self.found += find_untranslated(OPEN * self._depth + data + CLOSE * max(opened - closed, 0), self._foreign)
        self._depth = max(self._depth + opened - closed, 0)

    def _is_foreign(self) -> bool:
        return any(outside for _, outside in self._stack)


_INSIDE = re.compile(r"⟦[^⟦⟧]*⟧")
_ISOLATED = re.compile(r"\u2068[^\u2068\u2069]*\u2069")
_URL = re.compile(r"https?://\S+")
_WORD = re.compile(r"[^\W\d_]{2,}")


def find_untranslated(text: str, foreign: frozenset[str] = frozenset()) -> list[str]:
    """The text, if any of its words is neither in brackets nor isolated nor `foreign`; days are no words."""
    text = _URL.sub("", _ISOLATED.sub("", text))
    while _INSIDE.search(text):
        text = _INSIDE.sub("", text)
    for word in sorted(foreign, key=len, reverse=True):
        text = text.replace(word, "")
    words = [word for word in _WORD.findall(text) if word not in _days()]
    return [" ".join(text.split())[:120]] if words else []


@lru_cache(maxsize=1)
def _days() -> frozenset[str]:
    """What dates and hours are written with, in the two languages."""
    parts = [name for code in (LEFT, RIGHT) for kind in (Locale(code).months, Locale(code).days)
             for width in ("wide", "abbreviated") for name in kind["format"][width].values()]  # fmt: skip
    return frozenset(word for part in (*parts, "Uhr") for word in _WORD.findall(part))
