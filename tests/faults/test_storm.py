"""kill -9 of web and worker while orders and scans come in: nothing acknowledged is lost, nobody is left untold."""

import random
import time
from collections import Counter
from email import message_from_bytes, policy

import pytest

from tracker.domain.states import Moment
from tracker.services import recording
from tracker.store import leases
from tracker.store.inbox import Inbox
from tracker.store.notices import Notice
from tracker.store.orders import Order
from tracker.store.outbox import Outbox
from tracker.store.shipments import Shipment

from .harness import count, integrity
from .installation import LEASE, Installation, installed, wait_until
from .traffic import Traffic

WEB_POINTS = ("received", "acknowledged")
WORKER_POINTS = ("claimed", "recorded", "handled", "mail-sent")


def _strike(running: Installation, rng: random.Random) -> str:
    """Kills something once and has it running again; what was killed."""
    kind = rng.choice(["web", "web process", "web point", "worker", "worker point", "worker point"])
    if kind == "web process":
        time.sleep(rng.uniform(0, 0.5))
        running.kill_one_web_process(rng.randrange(2))
        return kind
    crash_at = ""
    if kind.endswith("point"):
        point = rng.choice(WEB_POINTS if kind.startswith("web") else WORKER_POINTS)
        crash_at, kind = f"{point}:{rng.randint(1, 6)}", f"{kind} {point}"
    if kind.startswith("web"):
        _strike_web(running, rng, crash_at)
    else:
        _strike_worker(running, rng, crash_at)
    return kind


def _strike_web(running: Installation, rng: random.Random, crash_at: str) -> None:
    if not crash_at:
        time.sleep(rng.uniform(0, 0.5))
        running.kill_web()
        running.start_web()
        running.wait_for_web()
        return
    running.kill_web()
    running.start_web(crash_at)
    # Each of gunicorn's processes dies at the point by itself, the first deliveries see to that.
    time.sleep(rng.uniform(1.5, 2.5))
    running.kill_web()
    running.start_web()
    running.wait_for_web()


def _strike_worker(running: Installation, rng: random.Random, crash_at: str) -> None:
    if not crash_at:
        time.sleep(rng.uniform(0, 1))
    running.kill_worker()
    running.start_worker(crash_at)
    if not crash_at:
        return
    end = time.monotonic() + 6
    while running.worker.poll() is None and time.monotonic() < end:
        time.sleep(0.02)
    running.kill_worker()
    running.start_worker()


def _drain(running: Installation, orders: int) -> None:
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

    wait_until(is_done, 60 + orders / 5, tell, every=0.2)


def _check_state(running: Installation, sent: set[int]) -> None:
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
    folded = recording.fold_number(running.portal, shipment.shop_id, shipment.carrier, shipment.number)
    state = next(state for one, state in folded if one.id == shipment.id)
    rows = {row.moment: row for row in Notice.select().where(Notice.shipment == shipment.id)}
    assert set(rows) == {str(moment) for moment in state.moments}
    assert rows[Moment.DELIVERED].state == "sent"
    for row in rows.values():
        assert row.state == "sent" or (row.state, row.why) == ("superseded", "overtaken"), (row.moment, row.state)


def _check_mails(running: Installation) -> tuple[int, int]:
    """How many mails came, and how many of them for a second time. Twins have one Message-ID."""
    mails = [message_from_bytes(raw, policy=policy.default) for _, raw in running.sink.mails]
    times = Counter(mail["Message-ID"] for mail in mails)
    wanted = {row.mail for row in Notice.select().where(Notice.state == "sent")}
    assert len(times) >= len(wanted), "a notice is marked as sent, and no mail came"
    told = Counter((mail["To"], mail["Subject"]) for mail in mails)
    twice = sum(times.values()) - len(times)
    assert sum(told.values()) - len(told) == twice, "one piece of news left in mails with different Message-IDs"
    return len(mails), twice


@pytest.mark.timeout(3600)
def test_r15_r16_kills_lose_no_order_and_no_notice(database_url, instance):
    kills, rng = count(6, 200), random.Random(20260302)
    with installed(database_url, instance) as running:
        running.start_web()
        running.start_worker()
        running.wait_for_web()
        traffic = Traffic(running)
        traffic.start()
        kinds: Counter[str] = Counter()
        while running.kills < kills:
            kinds[_strike(running, rng)] += 1
        traffic.stop()
        _drain(running, len(traffic.acknowledged))
        _check_state(running, set(traffic.acknowledged))
        mails, twice = _check_mails(running)
        assert twice <= running.kills
        print(
            f"{running.portal.database.kind}: {running.kills} kills {dict(kinds)}; {len(traffic.acknowledged)} orders "
            f"acknowledged in {traffic.tries} tries, {len(traffic.pushed) * 4} scans pushed; 0 lost; {mails} mails, "
            f"{twice} of them for a second time; answers other than 2xx: {Counter(s for _, s in traffic.refused)}"
        )
