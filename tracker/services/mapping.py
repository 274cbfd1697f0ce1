"""Mapping: a shop's own rules for what its carriers' words mean, put before what the plugins make of them."""

from collections.abc import Sequence

from tracker.domain.mapping import read_events
from tracker.sdk import Event
from tracker.store import mapping as rows

from .portal import Portal


def apply(_portal: Portal, shop: int, carrier: str, events: Sequence[Event]) -> Sequence[Event]:
    """The events as the shop reads them: where one of its rules fits, `status` and `rule` are that rule's."""
    return read_events(rows.load_rules(shop, carrier), events) if events else events
