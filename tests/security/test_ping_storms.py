"""Pings by the thousand: a vendor that is paid by the question is not asked more often than it allows."""

from datetime import timedelta

import pytest

from tests.portals import make_order
from tests.services.vendor import Mute, Vendor, bring
from tracker.sdk import AuthFailed, RateLimited
from tracker.services import polling, push_doors, receiving, shipping, work
from tracker.store.shipments import Shipment


@pytest.fixture
def vendor(portal):
    made = Vendor()
    bring(portal, Mute(), made)
    return made


@pytest.fixture
def parcel(portal, shop, vendor):
    made, _ = shipping.add_shipment(portal, shop.id, make_order(portal, shop), "mute", "M1", actor="staff:1")
    polling.ask_carriers(portal)
    vendor.asked.clear()
    return made


def ping(portal, shop, times=1):
    key = push_doors.address_of(portal, shop, "vendor").rpartition("=")[2]
    for time in range(times):
        body = b'{"number": "M1", "carrier": "mute", "ask": true, "id": "%d %d"}' % (portal.now().timestamp(), time)
        assert receiving.receive_carrier(portal, shop.slug, "vendor", {}, body, {"key": key}).valid
    work.run_inbox(portal)


def test_a_storm_of_pings_asks_once_in_the_time_that_the_carrier_names(portal, shop, vendor, parcel, clock):
    vendor.quickest = timedelta(minutes=10)
    for _ in range(30):
        ping(portal, shop, 5)
        polling.ask_carriers(portal)
        clock.advance(minutes=1)
    assert len(vendor.asked) == 2


def test_a_ping_is_heard_at_once_when_nobody_asked_lately(portal, shop, vendor, parcel, clock):
    clock.advance(minutes=30)
    ping(portal, shop)
    assert polling.ask_carriers(portal) == 1


@pytest.mark.parametrize("error", [RateLimited("later", 3600), AuthFailed("no")])
def test_no_ping_disturbs_a_carrier_that_wants_peace(portal, shop, vendor, parcel, clock, monkeypatch, error):
    def fetch(*_):
        vendor.asked.append(())
        raise error

    monkeypatch.setattr(vendor, "fetch", fetch)
    Shipment.update(ask_at=portal.now()).execute()
    for _ in range(5):
        polling.ask_carriers(portal)
        clock.advance(minutes=11)
        ping(portal, shop)
    assert len(vendor.asked) == 1
