"""Sharing: a customer passes an order's page on, by a link that shows how far it is and nothing else."""

from tracker.domain.audit import CUSTOMER, chain_of_order
from tracker.domain.tiers import Tier
from tracker.store.audit import append_audit
from tracker.store.database import writing
from tracker.store.orders import Order, find_order

from . import links
from .links import Opened
from .portal import Portal

NOBODY = ""
"""The recipient of a shared link: whoever it was passed on to."""


def find_shared(portal: Portal, opened: Opened) -> str:
    """The address that an order's page is shared under, or an empty text."""
    order = find_order(opened.shop.id, opened.order)
    token = links.find(portal, opened.shop.id, order, NOBODY, Tier.SHARED) if order else None
    return links.address(portal, token) if token else ""


def share(portal: Portal, opened: Opened) -> str:
    """The address to share an order's page under: the same one again while it lives."""
    with writing(opened.shop.id):
        order = _find(opened)
        if links.find(portal, opened.shop.id, order, NOBODY, Tier.SHARED) is None:
            _note(portal, opened, "shared", {})
        return links.address(portal, links.issue(portal, opened.shop.id, order, NOBODY, Tier.SHARED))


def end_shared(portal: Portal, opened: Opened) -> bool:
    """Ends the shared link of an order; whether there was one."""
    with writing(opened.shop.id):
        ended = links.revoke(portal, opened.shop.id, _find(opened), tier=Tier.SHARED)
        if ended:
            _note(portal, opened, "share-ended", {"links": ended})
        return ended > 0


def _find(opened: Opened) -> Order:
    order = find_order(opened.shop.id, opened.order)
    assert order is not None
    return order


def _note(portal: Portal, opened: Opened, action: str, body: dict[str, object]) -> None:
    facts = {"tier": opened.tier, **body}
    append_audit(opened.shop.id, chain_of_order(opened.order), portal.now(), CUSTOMER, action, facts)
