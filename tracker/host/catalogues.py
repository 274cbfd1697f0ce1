"""A plugin's own translations, apart from the portal's and from those of any other plugin."""

from collections.abc import Callable
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

_NONE = NullTranslations()


def translator(folder: Path | None, locale: str) -> Callable[[str], str]:
    """`gettext` of one plugin in one locale: its text, or the message itself. `folder` is its `translations`.

    Reads `<folder>/<locale>/LC_MESSAGES/messages.mo`, or `.po` where that is all there is; `ko_KR` falls back on `ko`.
    """
    return _NONE.gettext if folder is None else _catalogue(folder, locale).gettext


@lru_cache(maxsize=1000)
def _catalogue(folder: Path, locale: str) -> NullTranslations:
    for name in _names(locale):
        messages = folder / name / "LC_MESSAGES"
        for read, file in ((_read_mo, messages / "messages.mo"), (_read_po, messages / "messages.po")):
            if file.is_file():
                return read(file)
    return _NONE


def _names(locale: str) -> list[str]:
    """The locale and its language. Only what Babel knows gets near the file system (S-31)."""
    try:
        parsed = Locale.parse(locale.replace("-", "_"))
    except (ValueError, TypeError, UnknownLocaleError):
        return []
    return list(dict.fromkeys([str(parsed), parsed.language]))


def _read_mo(file: Path) -> GNUTranslations:
    with file.open("rb") as stream:
        return Translations(stream)


def _read_po(file: Path) -> GNUTranslations:
    compiled = BytesIO()
    with file.open("rb") as stream:
        write_mo(compiled, read_po(stream))
    compiled.seek(0)
    return Translations(compiled)
