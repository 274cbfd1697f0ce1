"""What a vendor covers: our ids of carriers, and the vendor's own words for them."""

import tomllib
from functools import cached_property
from pathlib import Path


class Covers(dict[str, str]):
    """Our id of a carrier to the vendor's word for it, as `Carrier.covers` wants it; and the way back."""

    @classmethod
    def load(cls, path: Path) -> "Covers":
        """The table `[covers]` of a TOML file."""
        return cls(tomllib.loads(path.read_text(encoding="utf-8"))["covers"])

    def ours(self, word: str) -> str:
        """Our id of the carrier that a vendor's word names; empty where none or several of ours go by it."""
        return self._ours.get(word.casefold(), "")

    @cached_property
    def _ours(self) -> dict[str, str]:
        ours: dict[str, str] = {}
        for carrier, word in self.items():
            ours[word.casefold()] = "" if word.casefold() in ours else carrier
        return ours
