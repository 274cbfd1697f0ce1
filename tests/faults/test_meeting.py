"""Two ways bring the same news at the same instant: it stands there once (R-04)."""

import json

import pytest

from tests.meeting import meet
from tests.portals import make_order
from tracker.sdk import Query
from tracker.services import polling, shipping, work
from tracker.store import inbox, leases
from tracker.store.events import Event
from tracker.store.inbox import Inbox
from tracker.store.notices import Notice
from tracker.store.orders import Order
from tracker.store.shipments import Shipment
from tracker.testing.woocommerce import encode
from tracker.testing.woocommerce import make_order as make_woo

from .harness import count

ROUNDS = count(5, 100)


def _add(portal, shop, clock, n):
    order = make_order(portal, shop, str(n))
    number = portal.registry.carriers["demo"].object.number("delivered", n)
    return shipping.add_shipment(portal, shop.id, order, "demo", number, actor="test")[0]


@pytest.mark.timeout(600)
def test_r04_a_push_and_a_poll_with_one_scan_leave_one_entry(portal, shop, clock, caplog):
    shipments = [_add(portal, shop, clock, n) for n in range(ROUNDS)]
    polling.ask_carriers(portal, limit=ROUNDS)
    # Past the last hour of the script: the same answer comes from now on.
    clock.advance(minutes=10)
    for shipment in shipments:
        ctx = portal.contexts.make(shop.id, portal.registry.carriers["demo"].plugin, worker=True)
        (payload,) = portal.registry.carriers["demo"].object.fetch([Query(shipment.number)], ctx)
        told = json.loads(payload.body)
        # A push is written otherwise than an answer, so that nothing but its content tells that it is the same.
        pushed = json.dumps(told, indent=1).encode()

        def push(body=pushed):
            inbox.receive(shop.id, "carrier:demo", "", body, now=portal.now())
            work.run_inbox(portal)

        def poll(one=shipment):
            Shipment.update(ask_at=portal.now()).where(Shipment.id == one.id).execute()
            polling.ask_carriers(portal)
            work.run_inbox(portal)

        meet(portal, push, poll, push)
        carried = (Event.number == shipment.number) & (Event.source == "carrier")
        assert Event.select().where(carried).count() == len(told["scans"])
        moments = [row.moment for row in Notice.select().where(Notice.shipment == shipment.id)]
        assert len(moments) == len(set(moments)) > 1
    assert leases.waiting(Inbox) == leases.dead(Inbox) == 0
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


@pytest.mark.timeout(600)
def test_r04_a_webhook_and_the_stores_list_with_one_order_make_one(portal, shop, caplog):
    for n in range(1, ROUNDS + 1):
        told = make_woo(n, status="processing")
        for delivery, body in (("hook", told), ("list", [told]), ("late", {**told, "status": "on-hold"})):
            inbox.receive(shop.id, "store:woocommerce", f"{delivery}{n}", encode(body), now=portal.now())
        meet(portal, *[lambda: work.run_inbox(portal)] * 3)
        assert Order.select().where(Order.ref == str(n)).count() == 1
    assert Order.select().count() == ROUNDS
    assert leases.waiting(Inbox) == leases.dead(Inbox) == 0
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []
