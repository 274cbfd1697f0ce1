"""Orders as stores tell them: said again, said late, and corrected by staff meanwhile."""

from datetime import timedelta

from tests.conftest import Clock
from tests.portals import make_order
from tracker.sdk import OrderDeleted, OrderShipment
from tracker.services import orders, shipping
from tracker.services.portal import Portal
from tracker.store.shipments import load_shipments
from tracker.store.shops import Shop


def test_a_deleted_order_comes_back_with_something_newer_alone(portal: Portal, shop: Shop, clock: Clock) -> None:
    told = make_order(portal, shop)
    orders.accept(portal, shop.id, "woocommerce", OrderDeleted(told.ref))
    clock.advance(minutes=1)
    again = make_order(portal, shop, changed_at=told.changed_at, placed_at=told.placed_at)
    assert again.deleted_at is not None
    assert make_order(portal, shop, changed_at=told.changed_at + timedelta(seconds=1)).deleted_at is None


def test_a_store_that_repeats_a_corrected_number_brings_it_not_back(portal: Portal, shop: Shop, clock: Clock) -> None:
    told = (OrderShipment("demo", "old 1"),)
    order = make_order(portal, shop, shipments=told)
    (shipment,) = load_shipments(shop.id, order.id)
    shipping.edit_shipment(portal, shop.id, shipment.id, actor="staff:1", number="NEW1")
    clock.advance(minutes=1)
    make_order(portal, shop, shipments=told, placed_at=order.placed_at)
    assert [one.number for one in load_shipments(shop.id, order.id)] == ["NEW1"]
