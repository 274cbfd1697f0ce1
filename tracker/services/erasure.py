"""Erasure: what is kept of a customer goes, because they asked for it; what happened to their parcels stays."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from tracker.domain.audit import CUSTOMER, chain_of_order
from tracker.domain.states import FINAL
from tracker.store import erasing as rows
from tracker.store import preferences as wishes
from tracker.store.audit import append_audit
from tracker.store.database import after_commit, bound, transaction, writing
from tracker.store.orders import Order, find_by_email, list_emails
from tracker.store.outbox import key_of
from tracker.store.preferences import Preference
from tracker.store.shipments import load_shipments
from tracker.store.shops import load_shops

from . import (
    concerns,
    evidence,
    instructions,
    links,
    preferences,
    projections,
    proofs,
    ratings,
    recording,
    suppressions,
)
from .portal import Portal
from .preferences import Mine

TOPIC = "erase"
AGAIN = timedelta(hours=6)
LONGEST = links.LONGEST
"""A parcel of which nobody heard in this time does not come any more."""
SHORTEST_NEEDLE = 4
SKEW = timedelta(minutes=1)
"""How far the clocks of a portal's machines may be apart."""


def ask(portal: Portal, mine: Mine, *, at_once: bool) -> None:
    """Keeps that a customer wants their data erased: `at_once`, or as soon as all their parcels have arrived."""
    order = mine.order
    with writing(order.shop_id):
        if not preferences.is_there(mine):
            return
        now = portal.now()
        row = wishes.write_preference(order.shop_id, order.email, {"erasing_at": now, "at_once": at_once}, now)
        append_audit(order.shop_id, chain_of_order(order.id), now, CUSTOMER, "erasure-asked", {"at_once": at_once})
        portal.owe(TOPIC, key_of(TOPIC, row.id, now), {"shop": order.shop_id, "preference": row.id})


def withdraw(portal: Portal, mine: Mine) -> None:
    """Keeps that a customer does not want that any more."""
    order = mine.order
    with writing(order.shop_id):
        if wishes.find_preference(order.shop_id, order.email) is not None:
            wishes.write_preference(order.shop_id, order.email, {"erasing_at": None, "at_once": False}, portal.now())
            append_audit(order.shop_id, chain_of_order(order.id), portal.now(), CUSTOMER, "erasure-withdrawn", {})


def run(portal: Portal, payload: Mapping[str, Any], key: str) -> None:  # noqa: ARG001 - what is owed is found anew
    """Erases what a customer asked to have erased, or looks again later."""
    shop, asked = int(payload["shop"]), int(payload["preference"])
    row = wishes.load_preference(shop, asked)
    if row is None or row.erasing_at is None:
        return
    since = _forget_deliveries(portal, shop, row.email) if _is_due(portal, row) else None
    with writing(shop):
        # Looked at anew: an order may have come in, or they may have changed their mind.
        row = wishes.load_preference(shop, asked)
        if row is None or row.erasing_at is None:
            return
        if since is None or not _is_due(portal, row):
            again = portal.now() + AGAIN
            portal.owe(TOPIC, key_of(TOPIC, row.id, again), payload, again)
            return
        _erase(portal, shop, row.email, since)


def awaits(portal: Portal, order: Order) -> bool:
    """Whether something of an order is still to come."""
    if order.deleted_at is not None or order.milestone == "cancelled" or portal.now() - order.placed_at > LONGEST:
        return False
    shipments = [one for one in load_shipments(order.shop_id, order.id) if one.cancelled_at is None]
    if any(one.milestone not in FINAL for one in shipments):
        return True
    return order.state != "shipped" if shipments else order.milestone != "completed"


def erase(portal: Portal, shop: int, email: str) -> int:
    """Erases everything that is kept of a shop's customer; tells of how many orders. Nothing brings it back.

    Numbers, days and states stay, and the audit record, in which nobody is named.
    """
    since = _forget_deliveries(portal, shop, email)
    with writing(shop):
        return _erase(portal, shop, email, since)


def tidy_up(portal: Portal, shop: int, delivery: int, orders: Sequence[int]) -> None:
    """Lets go of a delivery, and of what it has told of those of `orders` whose customers had their data erased.

    Call it when all that was told is recorded: somebody may have been erased while it was being read.
    """
    erased = rows.sift_erased(shop, orders)
    if erased:
        with writing(shop):
            rows.forget_body(shop, delivery)
            for order in erased:
                for shipment in load_shipments(shop, order):
                    rows.mask_scans(shop, shipment.carrier, shipment.number, ())
                if proofs.forget(portal, shop, order):
                    projections.refresh_order(portal, shop, order)


def reapply(portal: Portal) -> int:
    """Erases anew what a backup has brought back; tells of how many customers. For the start of a worker."""
    fresh = {(one.shop, one.digest) for one in suppressions.find_unknown(portal)}
    count = 0
    for shop in load_shops() if fresh else ():
        for email in list_emails(shop.id):
            known = {(shop.id, digest) for digest in suppressions.digests(portal, shop.id, email)}
            if known & fresh:
                erase(portal, shop.id, email)
                count += 1
    # At the end: whoever is killed before it begins again.
    with transaction():
        suppressions.recall(portal)
    return count


def _is_due(portal: Portal, row: Preference) -> bool:
    return row.at_once or not any(awaits(portal, order) for order in find_by_email(row.shop_id, row.email))


def _erase(portal: Portal, shop: int, email: str, since: datetime) -> int:
    orders = find_by_email(shop, email)
    needles = _needles(email, orders)
    said = [text for order in orders for text in instructions.recall(portal, shop, order.id)]
    private = [text for text in (*needles, *said) if len(text) >= SHORTEST_NEEDLE]
    suppressions.suppress(portal, shop, email)
    rows.forget_newest_bodies(shop, needles, since)
    for order in orders:
        _erase_order(portal, order, private)
    rows.forget_errors(shop, private)
    rows.forget_lookups(shop, email, [order.number for order in orders])
    wishes.delete_preference(shop, email)
    after_commit(bound().clear_log)
    return len(orders)


def _erase_order(portal: Portal, order: Order, private: Sequence[str]) -> None:
    shop, now = order.shop_id, portal.now()
    shipments = load_shipments(shop, order.id)
    own = {one.number for one in shipments}
    names = [order.name, *(part for part in order.name.split() if len(part) >= SHORTEST_NEEDLE)]
    pieces = [*names, *(text for text in private if text not in own)]
    instructions.forget(portal, shop, order.id)
    concerns.forget(shop, order.id)
    ratings.forget(shop, order.id)
    rows.forget_notices(shop, order.id)
    rows.forget_buyer(shop, order.id, now)
    proofs.forget(portal, shop, order.id)
    for shipment in shipments:
        rows.forget_label(shop, shipment.id)
        rows.mask_scans(shop, shipment.carrier, shipment.number, pieces)
        recording.refresh_number(portal, shop, shipment.carrier, shipment.number, silent=True)
        evidence.forget(shop, shipment.id)
    links.revoke(portal, shop, order)
    rows.forget_links(shop, order.id)
    append_audit(shop, chain_of_order(order.id), now, CUSTOMER, "erased", {})
    projections.refresh_order(portal, shop, order.id)


def _needles(email: str, orders: list[Order]) -> list[str]:
    """By what a raw delivery is known to tell of a customer: address, name, phone, and their parcels' numbers."""
    numbers = [one.number for order in orders for one in load_shipments(order.shop_id, order.id)]
    people = [text for order in orders for text in (order.name, order.phone)]
    return sorted({text for text in (email, *people, *numbers) if len(text) >= SHORTEST_NEEDLE})


def _forget_deliveries(portal: Portal, shop: int, email: str) -> datetime:
    """Empties the raw deliveries that tell of a customer; answers since when others may have settled.

    It comes before all else: once a customer is erased, nobody knows any more what to look for in a delivery.
    """
    since = portal.now() - SKEW
    needles, last = _needles(email, find_by_email(shop, email)), 0
    while last >= 0:
        # In pieces, so that others may write between them.
        last = rows.forget_bodies(shop, needles, last)
    return since
