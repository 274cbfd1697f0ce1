"""People's names and telephone numbers inside carriers' texts."""

import re
from collections.abc import Iterable

SHORTEST = 3
"""Shorter names than this are found in too many words."""
_IN_CHARGE = re.compile(r"(?:담당|기사|사원|배달원|집배원)[자님]?\s?[:：]\s?([가-힣]{2,5})")
_PHONE = re.compile(r"(?<![0-9])(?:\+82[- ]?|0)[0-9]{1,3}[- ]?[0-9]{3,4}[- ]?[0-9]{4}(?![0-9])")


def find_names(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """The pieces of a text that repeat one of these names, in whatever letter case: what `Event.private` lists."""
    names = [name for name in names if len(name) >= SHORTEST]
    if not names:
        return ()
    low = text.casefold()
    told = [name for name in names if name.casefold() in low]
    if not told:
        return ()
    fold = str.casefold if len(low) == len(text) else str.lower  # some letters fold to two
    low = fold(text)
    found = ((low.find(fold(name)), len(name)) for name in told)
    return tuple(dict.fromkeys(text[at : at + size] for at, size in found if at >= 0))


def find_contacts(text: str, *known: str) -> tuple[str, ...]:
    """The pieces of a Korean carrier's text that tell who brings a parcel, by name and telephone number.

    `known` are such names and numbers as the answer tells them beside the text.
    """
    if not (any(known) or "0" in text or ":" in text or "：" in text):
        return ()
    named = (one for one in known if one and one in text)
    return tuple(dict.fromkeys([*_IN_CHARGE.findall(text), *_PHONE.findall(text), *named]))
