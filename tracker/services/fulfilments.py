"""Fulfilments: the news of shipments on their way back to the order's store."""

from collections.abc import Iterator, Mapping
from typing import Any

from tracker.i18n import choose_name
from tracker.sdk import BadRequest, Fulfilment, NotFound, OrderMilestone
from tracker.store import outbox
from tracker.store.orders import Order, find_order
from tracker.store.shipments import Shipment, find_shipment, load_quantities, load_shipments

from . import plugins, shipping
from .portal import Portal


def push(portal: Portal, payload: Mapping[str, Any], key: str) -> None:
    """Tells the store what is true of a shipment by now. Doing it again leaves the same record there.

    Raises the errors of `tracker.sdk`; `BadRequest` where another try is useless.
    """
    shop, number = int(payload["shop"]), int(payload["shipment"])
    shipment = find_shipment(shop, number)
    order = find_order(shop, shipment.order_id) if shipment else None
    # A younger row about the same shipment tells the same, and only one of two workers may tell it.
    if shipment is None or order is None or order.deleted_at is not None or outbox.is_overtaken(key):
        return
    provider = portal.registry.stores.get(order.store)
    if provider is None or plugins.is_refused(portal, shop, provider.plugin):
        return
    ctx = portal.contexts.make(shop, provider.plugin, worker=True)
    try:
        for fulfilment in _say_all(portal, order, shipment):
            portal.calls.push_fulfilment(provider, shop, fulfilment, ctx)
    except NotFound as error:
        raise BadRequest(f"the store does not know order {order.number} any more: {error}") from error


def _say_all(portal: Portal, order: Order, shipment: Shipment) -> Iterator[Fulfilment]:
    """What is gone comes first: numbers that were corrected since, then the shipment as it stands."""
    for revision, (carrier, number) in enumerate(_former(order, shipment)):
        yield _describe(portal, order, shipment, revision, carrier, number, cancelled=True)
    gone = shipment.cancelled_at is not None
    yield _describe(portal, order, shipment, shipment.revision, shipment.carrier, shipment.number, cancelled=gone)


def _former(order: Order, shipment: Shipment) -> list[tuple[str, str]]:
    """Carrier and number of a shipment before each correction, but for those that are in use again."""
    former = shipping.load_former(shipment)
    used = (
        {one.number for one in load_shipments(order.shop_id, order.id) if one.cancelled_at is None} if former else set()
    )
    return [(carrier, number) for carrier, number in former if number not in used | {shipment.number}]


def _describe(
    portal: Portal, order: Order, shipment: Shipment, revision: int, carrier: str, number: str, *, cancelled: bool
) -> Fulfilment:
    names = portal.carrier_names(carrier)
    return Fulfilment(
        key=f"s{shipment.id}r{revision}",
        order_ref=order.ref,
        carrier=carrier,
        carrier_name=shipment.carrier_name or choose_name(dict(names), order.locale),
        number=number,
        url=shipment.url or portal.carrier_url(order.shop_id, carrier, number),
        shipped_at=shipment.shipped_at,
        quantities=load_quantities(order.shop_id, order.id).get(shipment.id, {}),
        milestone=OrderMilestone(order.milestone),
        cancelled=cancelled,
    )
