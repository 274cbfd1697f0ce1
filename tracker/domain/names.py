"""Carriers by the names that people and other systems call them."""

import re
import unicodedata
from collections.abc import Mapping

ALIASES = {
    "ups": ("unitedparcelservice", "upsground", "upsexpress", "wcups", "upsus"),
    "manual": ("other", "othercarrier", "custom", "customprovider", "own", "기타", "직접배송"),
}


def fold_name(name: str) -> str:
    """A name without case, spaces and punctuation, to compare by."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name).casefold())


def match_carrier(name: str, names: Mapping[str, Mapping[str, str]]) -> str | None:
    """The id of the carrier that is called so, among ids and their names by locale; `None` when nobody is."""
    wanted = fold_name(name)
    if not wanted:
        return None
    for carrier, called in names.items():
        known = {fold_name(carrier), *(fold_name(one) for one in called.values()), *ALIASES.get(carrier, ())}
        if wanted in known:
            return carrier
    return None
