"""WooCommerce's words for orders. The table itself is `statuses.toml`."""

import tomllib
from pathlib import Path

from tracker.sdk import OrderMilestone

_TABLE = tomllib.loads((Path(__file__).parent / "statuses.toml").read_text(encoding="utf-8"))
MILESTONES = {word: OrderMilestone(milestone) for word, milestone in _TABLE["milestones"].items()}
DRAFTS, DELETED, CLOSED = (frozenset(_TABLE["special"][part]) for part in ("drafts", "deleted", "closed"))


def milestone_of(word: str, paid: bool) -> OrderMilestone:
    """What an order's status word stands for; a shop's own words are judged by whether the order is paid."""
    return MILESTONES.get(word) or (OrderMilestone.CONFIRMED if paid else OrderMilestone.PLACED)
