"""Languages: catalogues, the locale in force, and what a language calls itself and the countries."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError, negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from tracker.paths import resource

from .saying import dress

SOURCE = "en"
STAFF = ("en", "ko")
"""The languages of the desk. Customers have all of `locales()`; a screen half in English would help no staff."""
LONGEST_HEADER = 200
_COUNTRY = re.compile(r"(?!EU|EZ|QO|UN|X[AB]|ZZ)[A-Z]{2}")
"""Babel's territories hold unions, test codes and the unknown, too."""
_locale: ContextVar[str] = ContextVar("locale", default=SOURCE)


@lru_cache(maxsize=1)
def locales() -> tuple[str, ...]:
    """The closed list of languages the portal speaks: English, and every catalogue that is shipped."""
    folders = sorted(resource("translations").glob("*/LC_MESSAGES/messages.po"))
    found = [folder.parts[-3] for folder in folders]
    return (SOURCE, *(name for name in found if name != SOURCE and _parse(name) is not None))


def current_locale() -> str:
    """The locale in force, one of `locales()`."""
    return _locale.get()


def begin(locale: str) -> None:
    """Puts one of `locales()` in force until somebody says otherwise: at the start of a request."""
    _locale.set(locale)


@contextmanager
def speak(locale: str) -> Iterator[str]:
    """Puts a locale in force for the block; what is not in `locales()` becomes the nearest that is."""
    token = _locale.set(choose(locale))
    try:
        yield _locale.get()
    finally:
        _locale.reset(token)


def choose(*wanted: str, accept: str = "", otherwise: str = SOURCE) -> str:
    """One of `locales()`: the first of `wanted` that is spoken, else by an `Accept-Language`, else `otherwise`.

    Whatever is handed in, it only ever selects from the closed list; none of it comes near a file name.
    """
    return _choose(wanted, accept[:LONGEST_HEADER], otherwise)


def choose_for_staff(*wanted: str, accept: str = "") -> str:
    """One of `STAFF`, chosen as `choose` does."""
    names = (*wanted, *_accepted(accept[:LONGEST_HEADER]))
    return next((found for name in names if (found := _nearest(name)) in STAFF), SOURCE)


@lru_cache(maxsize=1024)
def _choose(wanted: tuple[str, ...], accept: str, otherwise: str) -> str:
    return next((found for name in (*wanted, *_accepted(accept), otherwise) if (found := _nearest(name))), SOURCE)


def direction(locale: str = "") -> str:
    """`ltr` or `rtl`."""
    return _babel(locale or current_locale()).text_direction


def name_of(locale: str) -> str:
    """What a language calls itself."""
    return _babel(locale).get_display_name() or locale


def country_names() -> dict[str, str]:
    """Countries by their two letters, as the locale in force calls them."""
    return {code: name for code, name in _babel(current_locale()).territories.items() if _COUNTRY.fullmatch(code)}


def gettext(message: str) -> str:
    """The message in the locale in force."""
    return _dress(catalogue(current_locale()).gettext(message)) if message else ""


def ngettext(one: str, many: str, count: int) -> str:
    """The message in the plural form that the locale in force has for `count`."""
    return _dress(catalogue(current_locale()).ngettext(one, many, count))


def pgettext(context: str, message: str) -> str:
    """The message as it is said in this context."""
    return _dress(catalogue(current_locale()).pgettext(context, message))


def npgettext(context: str, one: str, many: str, count: int) -> str:
    """The message in this context, in the plural form for `count`."""
    return _dress(catalogue(current_locale()).npgettext(context, one, many, count))


def mark(message: str) -> str:
    """The message itself: marks for extraction what is translated later, by the locale of its reader."""
    return message


def choose_name(names: Mapping[str, str], locale: str = "") -> str:
    """Of a thing's names by locale, the one for the locale in force; else the English one, else any."""
    locale = locale or current_locale()
    for key in (locale, locale.partition("_")[0], SOURCE):
        if names.get(key):
            return names[key]
    return next((name for name in names.values() if name), "")


@lru_cache(maxsize=64)
def catalogue(locale: str) -> NullTranslations:
    """The portal's own messages in one of `locales()`."""
    if locale not in locales():
        return NullTranslations()
    folder = resource("translations") / locale / "LC_MESSAGES"
    return _read(folder / "messages.po", folder / "messages.mo")


def _dress(text: str) -> str:
    locale = current_locale()
    return text if locale == SOURCE else dress(text, _is_rtl(locale))


@lru_cache(maxsize=64)
def _is_rtl(locale: str) -> bool:
    return direction(locale) == "rtl"


def _read(po: Path, mo: Path) -> NullTranslations:
    if mo.is_file() and (not po.is_file() or mo.stat().st_mtime >= po.stat().st_mtime):
        with mo.open("rb") as stream:
            return Translations(stream)
    if not po.is_file():
        return NullTranslations()
    compiled = BytesIO()
    with po.open("rb") as stream:
        write_mo(compiled, read_po(stream))
    compiled.seek(0)
    messages: GNUTranslations = Translations(compiled)
    return messages


@lru_cache(maxsize=64)
def _babel(locale: str) -> Locale:
    return _parse(locale) or Locale(SOURCE)


def _parse(name: str) -> Locale | None:
    if not name or len(name) > 16 or not name.replace("-", "").replace("_", "").isalnum() or not name.isascii():
        return None
    try:
        return Locale.parse(name.replace("-", "_"))
    except (ValueError, TypeError, UnknownLocaleError):
        return None


@lru_cache(maxsize=256)
def _nearest(name: str) -> str | None:
    parsed = _parse(name)
    return negotiate_locale([str(parsed), parsed.language], locales()) if parsed else None


@lru_cache(maxsize=256)
def _accepted(header: str) -> Sequence[str]:
    ranked = []
    for position, part in enumerate(header[:LONGEST_HEADER].split(",")[:12]):
        name, _, weight = part.partition(";")
        ranked.append((-_weight(weight), position, name.strip()))
    return [name for weight, _, name in sorted(ranked) if weight < 0]


def _weight(text: str) -> float:
    name, _, value = text.strip().partition("=")
    try:
        return min(max(float(value), 0.0), 1.0) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0
