"""Shipments as people make them: added, corrected, cancelled, spoken of."""

import pytest

from tests.conftest import Clock
from tests.portals import make_order, scan, utc
from tracker.sdk import Milestone, OrderMilestone, Status, TrackingResult
from tracker.services import recording, shipping
from tracker.services.portal import Portal
from tracker.services.refusals import Refused
from tracker.store.notices import load_notices
from tracker.store.orders import find_order
from tracker.store.outbox import Outbox
from tracker.store.shipments import Shipment, find_shipment, load_quantities, load_shipments
from tracker.store.shops import Shop


def add(portal: Portal, shop: Shop, number: str = "N1", carrier: str = "demo", **more: object) -> Shipment:
    order = make_order(portal, shop)
    return shipping.add_shipment(portal, shop.id, order, carrier, number, actor="staff:1", **more)[0]  # type: ignore[arg-type]


def reload(shipment: Shipment) -> Shipment:
    found = find_shipment(shipment.shop_id, shipment.id)
    assert found is not None
    return found


def test_the_same_shipment_twice_is_one(portal: Portal, shop: Shop) -> None:
    order = make_order(portal, shop)
    ship = [shipping.add_shipment(portal, shop.id, order, "demo", text, actor="staff:1") for text in ("n-1 ", "N1")]
    assert [new for _, new in ship] == [True, False]
    assert len(load_shipments(shop.id, order.id)) == 1


def test_pieces_of_a_line_travel_apart(portal: Portal, shop: Shop) -> None:
    shipment = add(portal, shop, quantities={"l1": 1, "nonsense": 4, "l2": 0})
    assert load_quantities(shop.id, shipment.order_id) == {shipment.id: {"l1": 1}}
    view = find_order(shop.id, shipment.order_id).view  # type: ignore[union-attr]
    assert [line["open"] for line in view["lines"]] == [1, 1]


@pytest.mark.parametrize(
    ("carrier", "number", "url", "field"),
    [
        ("nobody", "N1", "", "carrier"),
        ("demo", " - ", "", "number"),
        ("demo", "N" * 65, "", "number"),
        ("manual", "N1", "http://carrier.example/N1", "url"),
        ("manual", "N1", "javascript:alert(1)", "url"),
        ("manual", "N1", 'https://carrier.example/"><script>', "url"),
    ],
)
def test_s09_what_cannot_be_is_refused_with_its_field(
    portal: Portal, shop: Shop, carrier: str, number: str, url: str, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        add(portal, shop, number, carrier, url=url)
    assert refused.value.field == field
    assert Shipment.select().count() == 0


def test_another_number_keeps_the_shops_word_and_drops_the_strangers_scans(portal: Portal, shop: Shop) -> None:
    shipment = add(portal, shop)
    recording.record_result(portal, shop, "demo", TrackingResult("N1", (scan("delivered", "2026-03-02T17:00"),)))
    edited = shipping.edit_shipment(portal, shop.id, shipment.id, actor="staff:1", number="N2")
    assert (edited.revision, edited.milestone, edited.state["source"]) == (1, "picked_up", "shop")
    notices = [(row.epoch, row.moment) for row in load_notices(shop.id, shipment.order_id)]
    assert notices == [(0, "shipped"), (0, "delivered"), (1, "shipped")]


def test_a_cancelled_shipment_counts_no_more_and_stays_cancelled(portal: Portal, shop: Shop) -> None:
    shipment = add(portal, shop)
    for _ in range(2):
        shipping.cancel_shipment(portal, shop.id, shipment.id, actor="staff:1")
    recording.record_result(portal, shop, "demo", TrackingResult("N1", (scan("in_transit"),)))
    assert reload(shipment).milestone == "cancelled"
    assert find_order(shop.id, shipment.order_id).state == "-"  # type: ignore[union-attr]
    with pytest.raises(Refused, match="was cancelled"):
        shipping.edit_shipment(portal, shop.id, shipment.id, actor="staff:1", number="N3")


def test_the_shop_relays_a_status_by_hand_and_its_own_clock_is_shown(portal: Portal, shop: Shop, clock: Clock) -> None:
    Shop.update(zone="Asia/Seoul").execute()
    clock.now = utc("2026-03-03T00:00")
    shipment = add(portal, shop, carrier="manual")
    at = utc("2026-03-02T23:30")
    shipping.say(portal, shop.id, shipment, Status(Milestone.DELIVERED), at, actor="staff:1")
    state = reload(shipment).state
    assert (state["milestone"], state["source"]) == ("delivered", "shop")
    assert (state["since"]["local"], state["since"]["offset"]) == ("2026-03-03T08:30:00", 540)


def test_handed_over_is_not_delivered(portal: Portal, shop: Shop) -> None:
    shipment = add(portal, shop)
    order = find_order(shop.id, shipment.order_id)
    assert order is not None
    shipping.complete_order(portal, shop.id, order, actor="staff:1")
    order = find_order(shop.id, shipment.order_id)
    assert order is not None
    assert (order.milestone, order.state, order.delivered_at) == (OrderMilestone.COMPLETED, "not_shipped", None)
    assert order.completed_at == portal.now()


def test_the_store_is_owed_the_news_of_each_change(portal: Portal, shop: Shop, clock: Clock) -> None:
    shipment = add(portal, shop)
    clock.advance(seconds=1)
    shipping.cancel_shipment(portal, shop.id, shipment.id, actor="staff:1")
    owed = [row.payload["shipment"] for row in Outbox.select().where(Outbox.topic == "fulfilment")]
    assert owed == [shipment.id] * 2
