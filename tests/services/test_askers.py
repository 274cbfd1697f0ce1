"""Whom the worker asks: the carrier where the shop can, else a vendor; and what a vendor's answers are about."""

import json

import pytest

from tests.conftest import Clock
from tests.portals import make_order, make_shop
from tracker.services import plugins, polling, push_doors, receiving, shipping, work
from tracker.services.portal import Portal
from tracker.store.events import Event
from tracker.store.plugins import write_switch
from tracker.store.shipments import Shipment, find_shipment
from tracker.store.shops import Shop

from .vendor import Mute, Vendor, bring, tell


@pytest.fixture
def vendor(portal: Portal) -> Vendor:
    made = Vendor()
    bring(portal, Mute(), made)
    return made


@pytest.fixture
def parcel(portal: Portal, shop: Shop, vendor: Vendor) -> Shipment:
    return shipping.add_shipment(portal, shop.id, make_order(portal, shop), "mute", "M1", actor="staff:1")[0]


def reload(shipment: Shipment) -> Shipment:
    found = find_shipment(shipment.shop_id, shipment.id)
    assert found is not None
    return found


def push(portal: Portal, shop: Shop, told: object, key: str | None = None) -> bool:
    body = json.dumps(told).encode()
    right = push_doors.address_of(portal, shop, "vendor").rpartition("=")[2]
    query = {"key": right if key is None else key}
    verdict = receiving.receive_carrier(portal, shop.slug, "vendor", {}, body, query)
    work.run_inbox(portal)
    return verdict is not None and verdict.valid


def test_a_vendor_is_asked_for_a_carrier_that_cannot_be(portal: Portal, parcel: Shipment, vendor: Vendor) -> None:
    vendor.answers["M1"] = tell("M1", ("in_transit", "2026-03-02T08:30"))
    assert polling.ask_carriers(portal) == 1
    (query,) = vendor.asked
    assert (query.number, query.carrier, query.postcode, query.country) == ("M1", "mute", "04524", "")
    work.run_inbox(portal)
    assert reload(parcel).milestone == "in_transit"
    row = Event.get(Event.carrier == "mute", Event.source == "carrier")
    assert (row.rule, row.plugin, (row.latitude, row.longitude)) == ("code = in_transit", "demo 1.0.0", (37.5, 127.0))
    assert len(row.payload) == 64


def test_a_shop_that_has_switched_the_vendor_off_asks_nobody(
    portal: Portal, shop: Shop, parcel: Shipment, vendor: Vendor
) -> None:
    write_switch(shop.id, "demo", False, portal.now())
    assert not plugins.is_enabled(portal, shop.id, "demo")
    polling.ask_carriers(portal)
    assert vendor.asked == []
    assert reload(parcel).ask_at is None
    assert not push(portal, shop, tell("M1", ("delivered", "2026-03-02T08:30")))


@pytest.mark.parametrize("named", ["mute", "", "someone-else"])
def test_a_pushed_result_finds_the_parcel_whatever_the_vendor_calls_its_carrier(
    portal: Portal, shop: Shop, parcel: Shipment, named: str
) -> None:
    assert push(portal, shop, tell("M1", ("out_for_delivery", "2026-03-02T08:30"), carrier=named))
    assert reload(parcel).milestone == "out_for_delivery"


def test_s06_only_the_key_of_this_shops_address_opens_the_door(portal: Portal, shop: Shop, parcel: Shipment) -> None:
    other = push_doors.address_of(portal, make_shop(portal, "other"), "vendor").rpartition("=")[2]
    for key in ("", "x", other, "\ud800", other[:-1]):
        assert not push(portal, shop, tell("M1", ("delivered", "2026-03-02T08:30")), key)
    assert reload(parcel).milestone == "picked_up"


def test_a_mere_hint_has_the_number_asked_for_at_once(
    portal: Portal, shop: Shop, parcel: Shipment, vendor: Vendor, clock: Clock
) -> None:
    polling.ask_carriers(portal)
    clock.advance(minutes=30)
    assert polling.ask_carriers(portal) == 0
    push(portal, shop, {"number": "m-1", "carrier": "mute", "ask": True})
    assert polling.ask_carriers(portal) == 1
    assert [query.number for query in vendor.asked] == ["M1", "M1"]


def test_what_tells_of_people_is_hidden_unless_the_shop_shows_it(portal: Portal, shop: Shop, parcel: Shipment) -> None:
    text = "Delivered by Kim Baesong (010-1234-5678)"
    scan = ("delivered", "2026-03-02T08:30", text, ["Kim Baesong"])
    push(portal, shop, tell("M1", scan))
    assert [row.text for row in Event.select().where(Event.code == "delivered")] == ["Delivered by ●●● (●●●)"]
    Shop.update(show_people=True).where(Shop.id == shop.id).execute()
    push(portal, shop, tell("M1", ("delivered", "2026-03-02T08:31", text, ["Kim Baesong"])))
    assert text in {row.text for row in Event.select()}
