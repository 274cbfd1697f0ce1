"""A worker that starts late: all that waits is done, each piece once, and parcels end where they should (R-30)."""

import time

import pytest

from tracker.store import inbox, leases
from tracker.store.database import transaction
from tracker.store.inbox import Inbox
from tracker.store.outbox import Outbox
from tracker.store.shipments import Shipment
from tracker.testing.woocommerce import encode

from .checks import check_mails, check_state
from .harness import SMALL_ON_SQLITE, count
from .installation import Installation, installed, wait_until
from .traffic import SCANS, order_of, scans_of

# One after the other: each of them wants the machine for itself.
pytestmark = pytest.mark.xdist_group("faults")

PIECES = 1 + len(SCANS)


def _queue_up(running: Installation, orders: int) -> set[int]:
    """Puts orders and then their scans, oldest first, into the inbox as one day without a worker would."""
    portal, shop = running.portal, running.shop.id
    numbers = set(range(1, 2 * orders, 2))
    with transaction():
        for n in numbers:
            told = running.store.put(order_of(portal, n))
            inbox.receive(shop, "store:woocommerce", f"d{n}", encode(told), now=portal.now())
        for scans in zip(*(scans_of(portal, n) for n in numbers), strict=True):
            for body in scans:
                inbox.receive(shop, "carrier:demo", "", body, now=portal.now())
    return numbers


@pytest.mark.timeout(1800)
@SMALL_ON_SQLITE
def test_r30_what_waited_for_the_worker_is_done_once_and_in_full(database_url, instance):
    orders = count(60, 2_000)
    with installed(database_url, instance, NOTICE_HOLD="3") as running:
        numbers = _queue_up(running, orders)
        assert leases.waiting(Inbox) == orders * PIECES
        begin = time.monotonic()
        running.start_worker()
        tell = lambda: running.log("worker")[-3000:]  # noqa: E731
        wait_until(lambda: not leases.waiting(Inbox), 60 + orders, tell, needs=running.worker)
        read = time.monotonic() - begin
        wait_until(lambda: not leases.waiting(Outbox), 60 + orders, tell, needs=running.worker)
        check_state(running, numbers)
        mails, twice = check_mails(running)
        assert twice == 0
        assert Shipment.select().where(Shipment.milestone == "delivered").count() == orders
        assert '"error"' not in running.log("worker")
        print(
            f"{running.portal.database.kind}: {orders * PIECES} deliveries read in {read:.1f} s "
            f"({orders * PIECES / read:.0f}/s), {mails} mails by {time.monotonic() - begin:.1f} s"
        )
