"""Wording: a shop's own status words as people see them, with colour and icon."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tracker.domain.names import fold_name
from tracker.domain.wording import ORDER, SHIPMENT, read_key
from tracker.i18n import choose_name, current_locale
from tracker.sdk import Milestone, Status
from tracker.store import wording as rows
from tracker.store.wording import CustomStatus

from . import themes, words
from .icons import ICONS


@dataclass(frozen=True, slots=True)
class CustomWord:
    """A shop's own status in the language of its reader.

    `path` draws its icon, `symbol` stands for that in mails; `colour` is for light pages, `dark` for dark ones.
    """

    key: str
    label: str
    path: str
    symbol: str
    colour: str
    dark: str


CustomWords = Mapping[str, CustomWord]
NONE: CustomWords = {}


def find_custom(shop: int, view: Mapping[str, Any]) -> CustomWords:
    """The shop's own statuses that an order's view speaks of, by key, as its customer reads them.

    Where the shop gave no word in the customer's language, the portal's own word for the milestone stands in.
    """
    keys = set(_keys(view))
    if not keys:
        return NONE
    return {row.key: _draw(row, _say(row)) for row in rows.load_statuses(shop) if row.key in keys}


def custom_of(code: str, customs: CustomWords) -> CustomWord | None:
    """The status that an event's code (or an order's word) holds; `None` where it holds none."""
    return customs.get(read_key(code)) if customs else None


def list_custom(shop: int) -> CustomWords:
    """All statuses that a shop made, by key, as staff read them: in some language, if not in theirs."""
    return {row.key: _draw(row, choose_name(row.words)) for row in rows.load_statuses(shop)}


def list_sayable(shop: int, stage: str) -> list[CustomStatus]:
    """The statuses that staff may say of a shipment (or an order), in the shop's order."""
    return [row for row in rows.load_statuses(shop) if row.stage == stage and row.archived_at is None]


def find_sayable(shop: int, stage: str, key: str) -> CustomStatus | None:
    """One of those that staff may say."""
    return next((row for row in list_sayable(shop, stage) if row.key == key), None)


def read_words(shop: int) -> Mapping[str, tuple[str, Status]]:
    """Key and status by each word (in any language, folded as names are) that a shop may say of a shipment."""
    said = list_sayable(shop, SHIPMENT)
    return {
        fold_name(word): (row.key, Status(Milestone(row.milestone)))
        for row in reversed(said)
        for word in (row.key, *row.words.values())
    }


def _keys(view: Mapping[str, Any]) -> list[str]:
    parcels = view.get("parcels", ())
    codes = [str(view.get("word", ""))]
    codes += [one["code"] for parcel in parcels for one in parcel.get("events") or () if one["source"] == "shop"]
    return [key for code in codes if (key := read_key(code))]


def _say(row: CustomStatus) -> str:
    locale = current_locale()
    given = row.words.get(locale) or row.words.get(locale.partition("_")[0])
    return given or (words.order_words(row.milestone)[0] if row.stage == ORDER else words.label(row.milestone))


def _draw(row: CustomStatus, label: str) -> CustomWord:
    icon, (light, dark) = ICONS.get(row.icon) or ICONS["dot"], themes.fit(row.colour)
    return CustomWord(row.key, label, icon.path, icon.symbol, light, dark)
