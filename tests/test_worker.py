import threading
import time
from collections.abc import Callable

from tests.portals import make_order
from tracker import worker
from tracker.services import heartbeat, shipping
from tracker.services.portal import Portal
from tracker.store.outbox import Outbox
from tracker.store.shops import Shop


def test_the_worker_does_what_is_owed_and_stops_when_told(portal: Portal, shop: Shop) -> None:
    order = make_order(portal, shop)
    shipping.add_shipment(portal, shop.id, order, "manual", "AB 12", actor="test", carrier_name="Courier")
    owed = Outbox.topic == "notice"
    assert Outbox.select().where(owed).exists()
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(portal, stop))
    thread.start()
    try:
        until(lambda: heartbeat.is_alive(portal))
        until(lambda: Outbox.select().where(owed, Outbox.attempts > 0).exists())
    finally:
        stop.set()
        thread.join(timeout=15)
    assert not thread.is_alive()


def until(look: Callable[[], bool], seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < end
        time.sleep(0.05)
