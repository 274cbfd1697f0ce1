"""Carriers send news by themselves as long as a parcel is under way: subscribed, renewed before it lapses, ended."""

from datetime import timedelta

import pytest

from tests.conftest import Clock
from tests.portals import make_order, scan
from tracker.sdk import Subscription, TrackingResult, Upstream
from tracker.services import recording, shipping, subscriptions, work
from tracker.services.portal import Portal
from tracker.store.plugins import write_switch
from tracker.store.shipments import Shipment
from tracker.store.shops import Shop
from tracker.store.subscriptions import Subscribed

from .vendor import Mute, Vendor, bring


@pytest.fixture
def vendor(portal: Portal) -> Vendor:
    made = Vendor()
    bring(portal, Mute(), made)
    return made


@pytest.fixture
def parcel(portal: Portal, shop: Shop, vendor: Vendor) -> Shipment:
    parcel, _ = shipping.add_shipment(portal, shop.id, make_order(portal, shop), "mute", "M1", actor="staff:1")
    work.run_outbox(portal)
    return parcel


def upkeep(portal: Portal) -> None:
    subscriptions.renew_due(portal)
    work.run_outbox(portal)


def test_a_new_number_is_announced_with_an_address_that_cannot_be_guessed(parcel: Shipment, vendor: Vendor) -> None:
    ((number, address),) = vendor.announced
    assert number == "M1"
    head, _, key = address.partition("?key=")
    assert head == "http://localhost:8000/hooks/demo/carriers/vendor"
    assert len(key) == 32
    row = Subscribed.get()
    assert (row.asker, row.carrier, row.number, row.ref) == ("vendor", "mute", "M1", "ref-1")


def test_a_promise_is_renewed_before_it_lapses_and_not_sooner(
    portal: Portal, parcel: Shipment, vendor: Vendor, clock: Clock
) -> None:
    clock.advance(hours=35)
    upkeep(portal)
    assert len(vendor.announced) == 1
    clock.advance(hours=1, minutes=1)
    upkeep(portal)
    assert len(vendor.announced) == 2
    assert Subscribed.get().ref == "ref-2"
    upkeep(portal)
    assert len(vendor.announced) == 2


def test_a_renewal_that_fails_is_tried_again(
    portal: Portal, parcel: Shipment, vendor: Vendor, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.advance(hours=37)
    with monkeypatch.context() as patched:
        patched.setattr(vendor, "subscribe", lambda *_: (_ for _ in ()).throw(Upstream("down")))
        upkeep(portal)
    assert Subscribed.get().ref == "ref-1"
    clock.advance(hours=1)
    upkeep(portal)
    assert Subscribed.get().ref == "ref-2"


def test_a_promise_without_an_end_is_never_renewed(portal: Portal, shop: Shop, vendor: Vendor, clock: Clock) -> None:
    vendor.lease = None
    shipping.add_shipment(portal, shop.id, make_order(portal, shop), "mute", "M1", actor="staff:1")
    work.run_outbox(portal)
    clock.advance(days=60)
    upkeep(portal)
    assert len(vendor.announced) == 1


def test_it_ends_a_day_after_the_parcel_is_home(
    portal: Portal, shop: Shop, parcel: Shipment, vendor: Vendor, clock: Clock
) -> None:
    recording.record_result(portal, shop, "mute", TrackingResult("M1", (scan("delivered", "2026-03-02T15:00"),)))
    work.run_outbox(portal)
    assert vendor.ended == []
    clock.advance(hours=25)
    work.run_outbox(portal)
    assert [(one.number, one.ref, one.carrier) for one in vendor.ended] == [("M1", "ref-1", "mute")]
    assert Subscribed.select().count() == 0


def test_a_cancelled_or_corrected_shipment_ends_it_at_once(
    portal: Portal, shop: Shop, parcel: Shipment, vendor: Vendor
) -> None:
    shipping.edit_shipment(portal, shop.id, parcel.id, actor="staff:1", number="M2")
    work.run_outbox(portal)
    assert [one.number for one in vendor.ended] == ["M1"]
    assert [number for number, _ in vendor.announced] == ["M1", "M2"]
    shipping.cancel_shipment(portal, shop.id, parcel.id, actor="staff:1")
    work.run_outbox(portal)
    assert [one.number for one in vendor.ended] == ["M1", "M2"]


def test_what_the_shop_has_switched_off_is_not_renewed(
    portal: Portal, shop: Shop, parcel: Shipment, vendor: Vendor, clock: Clock
) -> None:
    write_switch(shop.id, "demo", False, portal.now())
    clock.advance(hours=47)
    upkeep(portal)
    assert len(vendor.announced) == 1
    assert Subscribed.select().count() == 0


def test_it_lasts_as_long_as_any_parcel_under_the_number_is_under_way(
    portal: Portal, shop: Shop, parcel: Shipment, vendor: Vendor, clock: Clock
) -> None:
    twin, _ = shipping.add_shipment(portal, shop.id, make_order(portal, shop, "1002"), "mute", "M1", actor="staff:1")
    shipping.cancel_shipment(portal, shop.id, parcel.id, actor="staff:1")
    work.run_outbox(portal)
    assert vendor.ended == []
    clock.advance(minutes=5)
    shipping.cancel_shipment(portal, shop.id, twin.id, actor="staff:1")
    work.run_outbox(portal)
    assert [one.number for one in vendor.ended] == ["M1"]


def test_it_does_not_end_for_a_parcel_that_is_on_its_way_back(
    portal: Portal, shop: Shop, parcel: Shipment, vendor: Vendor, clock: Clock
) -> None:
    for milestone, at in (("delivered", "2026-03-02T15:00"), ("returning", "2026-03-02T16:00")):
        recording.record_result(portal, shop, "mute", TrackingResult("M1", (scan(milestone, at),)))
    clock.advance(hours=25)
    work.run_outbox(portal)
    assert vendor.ended == []
    recording.record_result(portal, shop, "mute", TrackingResult("M1", (scan("returned", "2026-03-03T10:00"),)))
    clock.advance(hours=25)
    work.run_outbox(portal)
    assert [one.number for one in vendor.ended] == ["M1"]


def test_what_nobody_waits_for_is_left_to_lapse(
    portal: Portal, shop: Shop, parcel: Shipment, vendor: Vendor, clock: Clock
) -> None:
    Shipment.update(milestone="delivered").execute()
    clock.advance(hours=37)
    upkeep(portal)
    assert (len(vendor.announced), Subscribed.get().renew_at) == (1, None)


@pytest.mark.parametrize("hours", [-1000, -1, 10**6])
def test_a_promise_that_has_lapsed_already_or_never_lapses_is_renewed_four_times_a_day_at_most(
    portal: Portal, shop: Shop, vendor: Vendor, clock: Clock, hours: int
) -> None:
    vendor.lease = timedelta(hours=hours)
    shipping.add_shipment(portal, shop.id, make_order(portal, shop), "mute", "M1", actor="staff:1")
    work.run_outbox(portal)
    for _ in range(24):
        clock.advance(hours=1)
        upkeep(portal)
    assert len(vendor.announced) == (1 if hours > 0 else 5)


def test_a_worker_that_dies_after_it_has_subscribed_subscribes_again_and_keeps_the_later_promise(
    portal: Portal, shop: Shop, vendor: Vendor, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipping.add_shipment(portal, shop.id, make_order(portal, shop), "mute", "M1", actor="staff:1")
    with monkeypatch.context() as patched:
        patched.setattr(subscriptions.rows, "save_subscription", lambda *_, **__: 1 / 0)
        work.run_outbox(portal)
    clock.advance(minutes=1)
    work.run_outbox(portal)
    assert [number for number, _ in vendor.announced] == ["M1", "M1"]
    assert [row.ref for row in Subscribed.select()] == ["ref-2"]


def test_promises_about_numbers_that_nobody_asked_for_are_not_kept(
    portal: Portal, shop: Shop, vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    promises = [Subscription(number, "ref") for number in ("X1", "m1", "", "M1 ")]
    monkeypatch.setattr(vendor, "subscribe", lambda *_: promises)
    shipping.add_shipment(portal, shop.id, make_order(portal, shop), "mute", "M1", actor="staff:1")
    work.run_outbox(portal)
    assert [row.number for row in Subscribed.select()] == ["M1"]  # spaces around it are nobody's intention
