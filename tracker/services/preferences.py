"""Preferences: what a customer wishes of notices, kept by the address that their orders in a shop name."""

from contextlib import suppress
from datetime import time

from tracker.domain.preferences import Wishes
from tracker.i18n import choose
from tracker.store import preferences as rows
from tracker.store.orders import Order
from tracker.store.preferences import Preference
from tracker.store.shops import Shop

NONE = Wishes()


def find(shop: int, email: str) -> Wishes:
    """What the customer with this address wishes of a shop's notices; what is usual where they have said nothing."""
    row = rows.find_preference(shop, email) if email else None
    return _read(row) if row else NONE


def language_of(shop: Shop, order: Order, wishes: Wishes) -> str:
    """The language that a customer is written to in: the one they chose, else their order's, else the shop's."""
    return choose(wishes.locale, order.locale, otherwise=shop.locale)


def _read(row: Preference) -> Wishes:
    return Wishes(
        row.locale, row.channels, _clock(row.quiet_from), _clock(row.quiet_until), row.zone, row.only_trouble,
        row.paused_until,
    )  # fmt: skip


def _clock(text: str) -> time | None:
    with suppress(ValueError):
        return time.fromisoformat(text) if text else None
    return None
