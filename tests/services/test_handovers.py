"""A parcel handed over to another carrier is followed there, in whatever order the news comes in."""

from itertools import permutations

import pytest

from tests.portals import make_order, scan
from tracker.domain.tiers import NOTHING
from tracker.sdk import Successor, TrackingResult
from tracker.services import polling, recording, shipping, work
from tracker.services.parcels import read_parcel
from tracker.services.portal import Portal
from tracker.store.handovers import add_handover, follow, trace_back
from tracker.store.orders import find_order
from tracker.store.shipments import Shipment, find_shipment
from tracker.store.shops import Shop

from .vendor import Mute, Vendor, bring, tell

FIRST = TrackingResult(
    "A1",
    (scan("picked_up", "2026-03-02T08:00"), scan("in_transit", "2026-03-02T09:00")),
    None,
    Successor("mute", "b 1"),
)
LAST = TrackingResult("B1", (scan("out_for_delivery", "2026-03-02T12:00"), scan("delivered", "2026-03-02T15:00")))


def make_parcel(portal: Portal, shop: Shop) -> Shipment:
    return shipping.add_shipment(portal, shop.id, make_order(portal, shop), "demo", "A1", actor="staff:1")[0]


def reload(shipment: Shipment) -> Shipment:
    found = find_shipment(shipment.shop_id, shipment.id)
    assert found is not None
    return found


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_last_mile_counts_in_whatever_order_it_is_told(portal: Portal, shop: Shop, order: tuple[int, ...]) -> None:
    made: list[Shipment] = []
    steps = [
        lambda: made.append(make_parcel(portal, shop)),
        lambda: recording.record_result(portal, shop, "demo", FIRST),
        lambda: recording.record_result(portal, shop, "mute", LAST),
    ]
    for step in order:
        steps[step]()
    parcel = reload(made[0])
    assert parcel.milestone == "delivered"
    codes = [event["milestone"] for event in parcel.state["events"] if event["source"] == "carrier"]
    assert codes == ["picked_up", "in_transit", "out_for_delivery", "delivered"]


def test_a_parcel_under_the_other_number_is_another_shops_or_nobodys(portal: Portal, shop: Shop) -> None:
    stranger = Shop.create(slug="stranger", name="Stranger", created_at=portal.now())
    add_handover(stranger.id, "demo", "A1", ("mute", "B1"), portal.now())
    parcel = make_parcel(portal, shop)
    recording.record_result(portal, shop, "mute", LAST)
    assert reload(parcel).milestone == "picked_up"


def test_both_carriers_are_asked(portal: Portal, shop: Shop) -> None:
    vendor = Vendor()
    bring(portal, Mute(), vendor)
    order = make_order(portal, shop)
    parcel, _ = shipping.add_shipment(portal, shop.id, order, "mute", "M1", actor="staff:1")
    vendor.answers = {
        "M1": tell("M1", ("in_transit", "2026-03-02T07:30"), to=["mute", "M2"]),
        "M2": tell("M2", ("delivered", "2026-03-02T08:30")),
    }
    polling.ask_carriers(portal)
    work.run_inbox(portal)
    Shipment.update(ask_at=portal.now()).execute()
    polling.ask_carriers(portal)
    work.run_inbox(portal)
    assert [query.number for query in vendor.asked] == ["M1", "M1", "M2"]
    assert reload(parcel).milestone == "delivered"


def test_a_circle_of_handovers_ends(portal: Portal, shop: Shop) -> None:
    for here, there in (("A", "B"), ("B", "C"), ("C", "A"), ("C", "C")):
        add_handover(shop.id, "demo", here, ("demo", there), portal.now())
    assert follow(shop.id, "demo", "A") == [("demo", "A"), ("demo", "B"), ("demo", "C")]
    assert trace_back(shop.id, "demo", "A") == [("demo", "A"), ("demo", "C"), ("demo", "B")]


def test_the_page_names_the_carrier_that_took_over_and_a_shared_one_does_not(portal: Portal, shop: Shop) -> None:
    parcel = make_parcel(portal, shop)
    to_ups = TrackingResult("A1", FIRST.events, successor=Successor("ups", "1Z4R7X810396025418"))
    recording.record_result(portal, shop, "demo", FIRST)
    recording.record_result(portal, shop, "demo", to_ups)
    order = find_order(shop.id, parcel.order_id)
    assert order is not None
    (told,) = order.view["parcels"]
    read = read_parcel(told)
    assert [(one.carrier, one.number) for one in read.onward][-1] == ("UPS", "1Z4R7X810396025418")
    assert read.onward[-1].url == "https://www.ups.com/track?tracknum=1Z4R7X810396025418"
    assert read_parcel(told, sight=NOTHING).onward == []
