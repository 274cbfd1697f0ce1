"""Orders as stores tell them."""

from datetime import datetime

from tracker.domain.audit import chain_of_order
from tracker.sdk import OrderDeleted, OrderMilestone, OrderShipment, StoreOrder
from tracker.store.audit import append_audit
from tracker.store.database import writing
from tracker.store.links import revoke_former
from tracker.store.orders import Order, mark_deleted, save_order
from tracker.store.shipments import load_shipments
from tracker.store.shops import Shop

from . import own_carriers, projections, shipping, suppressions
from .matching import names_of
from .portal import Portal
from .refusals import Refused


def accept(
    portal: Portal, shop: int, store: str, told: StoreOrder | OrderDeleted, silent: bool = False
) -> Order | None:
    """Takes over one statement of a store; the order it is about, or `None` when there is none.

    The same statement again changes nothing, an older one neither. With `silent` nobody is written to about what the
    store already knew.
    """
    with writing(shop):
        if isinstance(told, OrderDeleted):
            return _delete(portal, shop, store, told)
        order, changed = save_order(shop, store, told, Shop.get_by_id(shop).locale, _erased_at(portal, shop, told))
        if changed:
            _note_completion(portal, order, told)
            body = {"milestone": order.milestone, "word": order.word}
            append_audit(shop, chain_of_order(order.id), portal.now(), f"store:{store}", "told", body)
            _end_former_links(portal, order, f"store:{store}")
            projections.refresh_order(portal, shop, order.id)
        for shipment in told.shipments:
            _add_shipment(portal, shop, order, shipment, store, silent)
        return order


def _erased_at(portal: Portal, shop: int, told: StoreOrder) -> datetime | None:
    """When its customer had their data erased, if that was after they ordered. Whoever orders anew is told of it."""
    at = suppressions.erased_at(portal, shop, told.buyer.email.strip().lower()[:254])
    return at if at and told.placed_at <= at else None


def _delete(portal: Portal, shop: int, store: str, told: OrderDeleted) -> Order | None:
    order = mark_deleted(shop, store, told.ref, portal.now())
    if order is not None:
        append_audit(shop, chain_of_order(order.id), portal.now(), f"store:{store}", "deleted", {})
    return order


def _note_completion(portal: Portal, order: Order, told: StoreOrder) -> None:
    completed = told.milestone is OrderMilestone.COMPLETED
    if completed != (order.completed_at is not None):
        order.completed_at = portal.now() if completed else None
        order.save()


def _end_former_links(portal: Portal, order: Order, actor: str) -> None:
    """A link is one recipient's: where the store corrects an address, whoever had the wrong one sees no more."""
    ended = revoke_former(order.shop_id, order.id, order.email, portal.now())
    if ended:
        append_audit(order.shop_id, chain_of_order(order.id), portal.now(), actor, "link-revoked", {"links": ended})


def _add_shipment(portal: Portal, shop: int, order: Order, told: OrderShipment, store: str, silent: bool) -> None:
    carrier = names_of(portal.registry).find(told.carrier) or shipping.MANUAL
    name, url = own_carriers.describe(shop, told.carrier, told.number) if carrier == shipping.MANUAL else ("", "")
    try:
        # A store goes on telling what staff corrected here until it has heard of it.
        if _is_former(shop, order, carrier, shipping.check_number(portal, carrier, told.number)):
            return
        shipping.add_shipment(
            portal, shop, order, carrier, told.number, actor=f"store:{store}", quantities=told.quantities,
            shipped_at=told.shipped_at, carrier_name=name,
            url=(told.url or url) if carrier == shipping.MANUAL else "", silent=silent,
        )  # fmt: skip
    except Refused as refused:
        body = {"number": told.number[:64], "why": str(refused)}
        append_audit(shop, chain_of_order(order.id), portal.now(), f"store:{store}", "shipment-refused", body)


def _is_former(shop: int, order: Order, carrier: str, number: str) -> bool:
    return any((carrier, number) in shipping.load_former(one) for one in load_shipments(shop, order.id))
