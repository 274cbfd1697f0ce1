"""What must hold after a portal was killed, flooded or left alone: looked at in its tables and its mailbox."""

import time
from collections import Counter
from email import message_from_bytes, policy

from tracker.domain.states import Moment
from tracker.services import recording
from tracker.store import leases
from tracker.store.inbox import Inbox
from tracker.store.notices import Notice
from tracker.store.orders import Order
from tracker.store.outbox import Outbox
from tracker.store.shipments import Shipment

from .harness import integrity
from .installation import LEASE, Installation, wait_until


def drain(running: Installation, orders: int) -> None:
    """A last start of the worker, when all leases of the dead have ended; returns when nothing is owed."""
    running.kill_worker()
    time.sleep(LEASE + 1.5)
    running.start_worker()

    def is_done() -> bool:
        delivered = Shipment.select().where(Shipment.milestone == "delivered").count()
        return not leases.waiting(Inbox) and not leases.waiting(Outbox) and delivered == orders

    def tell() -> str:
        states = Counter(row.milestone for row in Shipment.select())
        return (
            f"inbox {leases.waiting(Inbox)}, outbox {leases.waiting(Outbox)}, {dict(states)} of {orders}\n"
            f"{running.log('worker')[-4000:]}"
        )

    wait_until(is_done, 60 + orders / 5, tell, every=0.2, needs=running.worker)


def check_state(running: Installation, sent: set[int]) -> None:
    orders = {int(row.ref): row for row in Order.select()}
    assert set(orders) == sent, "an acknowledged order is missing, or an order came from nowhere"
    assert leases.dead(Inbox) == leases.dead(Outbox) == 0
    shipments = list(Shipment.select())
    assert Counter(row.order_id for row in shipments) == Counter(order.id for order in orders.values())
    for shipment in shipments:
        _check_notices(running, shipment)
    if running.portal.database.path:
        assert integrity(running.portal.database.path) == "ok"


def _check_notices(running: Installation, shipment: Shipment) -> None:
    """The rows are those that the fold calls for, and each was sent or had become old news before it could be."""
    folded = recording.fold_shipment(running.portal, shipment)
    assert folded is not None
    rows = {row.moment: row for row in Notice.select().where(Notice.shipment == shipment.id)}
    assert set(rows) == {str(moment) for moment in folded.state.moments}
    assert rows[Moment.DELIVERED].state == "sent"
    for row in rows.values():
        assert row.state == "sent" or (row.state, row.why) == ("superseded", "overtaken"), (row.moment, row.state)


def check_mails(running: Installation) -> tuple[int, int]:
    """How many mails came, and how many of them for a second time. Twins have one Message-ID."""
    mails = [message_from_bytes(raw, policy=policy.default) for _, raw in running.sink.mails]
    times = Counter(mail["Message-ID"] for mail in mails)
    wanted = {row.mail for row in Notice.select().where(Notice.state == "sent")}
    assert len(times) >= len(wanted), "a notice is marked as sent, and no mail came"
    told = Counter((mail["To"], mail["Subject"]) for mail in mails)
    twice = sum(times.values()) - len(times)
    assert sum(told.values()) - len(told) == twice, "one piece of news left in mails with different Message-IDs"
    return len(mails), twice
