"""Carriers by the names that people and other systems call them."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

ALIASES: Mapping[str, tuple[str, ...]] = {
    "australiapost": ("auspost",),
    "bpost": ("belgiumpost", "bpostbelgium"),
    "canadapost": ("postescanada", "canadapostcorporation"),
    "cjlogistics": ("cj", "cj택배", "대한통운", "씨제이대한통운", "cjgls", "koreaexpress"),
    "colissimo": ("lapostecolissimo", "colissimofr"),
    "dhl_parcel_de": ("dhlde", "dhlgermany", "dhlintrashipde", "dhlpaket", "deutschepostdhl", "dhlparcelgermany"),
    "dhl_universal": ("dhl", "dhlstandard"),
    "dpd": ("dpdde", "dpdgermany", "dpdgroup"),
    "fedex": ("fedexexpress", "fedexground", "federalexpress"),
    "gls": ("glsgermany", "glsgroup", "generallogisticssystems"),
    "hanjin": ("한진", "hanjinexpress"),
    "hermes": ("hermesde", "hermesgermany", "myhermesde"),
    "kdexp": ("경동", "kyungdong"),
    "koreapost": ("우체국", "우체국ems", "우편등기", "등기우편", "epost"),
    "laposte": ("lapostefr", "lapostefrance"),
    "logen": ("로젠", "ilogen"),
    "lotte": ("롯데", "롯데글로벌로지스", "롯데글로벌", "lottelogistics"),
    "manual": ("other", "othercarrier", "custom", "customprovider", "own", "기타", "직접배송"),
    "mydhl": ("dhlexpress", "dhlworldwideexpress"),
    "purolator": ("purolatorcourier",),
    "royalmail": ("royalmailgroup", "royalmailuk"),
    "tnt": ("tntexpress", "tntexpressconsignment", "tntexpressreference"),
    "ups": ("unitedparcelservice", "upsground", "upsexpress", "wcups", "upsus"),
    "usps": ("unitedstatespostalservice", "uspostalservice", "usmail"),
}
"""Folded names that stores and files use for bundled carriers, besides those that the carriers tell themselves."""


def fold_name(name: str) -> str:
    """A name without case, spaces and punctuation, to compare by."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name).casefold())


@lru_cache(maxsize=8192)
def fold_known(name: str) -> str:
    """The same for the names of loaded carriers, which are asked for again and again."""
    return fold_name(name)


class Names:
    """Carriers by every name that they go by. What is not called just so is nobody: no name is ever nearly right."""

    def __init__(self, carriers: Iterable[tuple[str, Mapping[str, str], Collection[str]]]) -> None:
        """Of each carrier its id, its names by locale, and its aliases."""
        self._ids: dict[str, str] = {}
        self._called: dict[str, set[str]] = {}
        self._aliases: dict[str, set[str]] = {}
        for carrier, names, aliases in carriers:
            self._ids.setdefault(fold_name(carrier), carrier)
            for name in names.values():
                self._called.setdefault(fold_name(name), set()).add(carrier)
            for alias in (*aliases, *ALIASES.get(carrier, ())):
                self._aliases.setdefault(fold_name(alias), set()).add(carrier)

    def find(self, name: str) -> str | None:
        """The id of the carrier that is called so; `None` when nobody is, or several are.

        An id goes before a name, and a name before an alias.
        """
        wanted = fold_name(name)
        if not wanted:
            return None
        if wanted in self._ids:
            return self._ids[wanted]
        found = self._called.get(wanted) or self._aliases.get(wanted) or set()
        return next(iter(found)) if len(found) == 1 else None
