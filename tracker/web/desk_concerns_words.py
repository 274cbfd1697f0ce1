"""What the desk's screens need to show concerns: how many wait, those of one order, and what they are called."""

from typing import Any

from tracker.services import concern_desk

from . import customer_words
from .current import portal


def words_for_concerns() -> dict[str, Any]:
    """For templates: `count_concerns(shop)`, `concerns_of(order)`, and the words of kinds, states, checks and stars."""
    return {
        "count_concerns": lambda shop: concern_desk.count_waiting(portal(), shop),
        "concerns_of": lambda order: concern_desk.list_of_order(order.shop_id, order.id),
        "said": customer_words,
    }
