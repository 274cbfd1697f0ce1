"""A shop's own status words: which milestones they may stand for, and how events and orders hold them."""

from tracker.sdk import Milestone, OrderMilestone

PREFIX = "custom:"
"""What the code of an event begins with, and the word of an order, that is a shop's own status."""
LONGEST_KEY = 40
SHIPMENT, ORDER = "shipment", "order"
_OUT = frozenset({Milestone.DELIVERED, Milestone.CANCELLED, Milestone.EXPIRED, Milestone.UNKNOWN})
MILESTONES = {
    SHIPMENT: tuple(str(one) for one in Milestone if one not in _OUT),
    ORDER: tuple(str(one) for one in OrderMilestone if one is not OrderMilestone.CANCELLED),
}
"""What an own status may stand for, by stage. Delivered and cancelled have one word each, which everybody knows; the
silence of weeks and the unknown are nothing that a shop says."""


def write_code(key: str) -> str:
    """The key as the code of an event, or the word of an order."""
    return PREFIX + key


def read_key(code: str) -> str:
    """The key that a code or a word holds; empty where it is none of a shop's own."""
    return code.removeprefix(PREFIX)[:LONGEST_KEY] if code.startswith(PREFIX) else ""
