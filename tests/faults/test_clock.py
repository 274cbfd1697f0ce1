"""A clock that jumps while work is under way: nothing is sent twice, nothing waits for ever (R-24)."""

import threading

import pytest

from tests.portals import make_order, scan
from tracker.sdk import Message, Milestone, Receipt, TrackingResult
from tracker.services import recording, shipping, work
from tracker.store import leases
from tracker.store.notices import Notice
from tracker.store.outbox import Outbox

NUMBER = "1Z12345E0291980793"


class Server:
    """A mail server. `meanwhile` happens after it has taken a mail and before the portal hears of it."""

    def __init__(self):
        self.mails: list[Message] = []
        self.meanwhile = lambda: None

    def send(self, message: Message) -> Receipt:
        self.mails.append(message)
        self.meanwhile()
        return Receipt(True, "250 ok")


@pytest.fixture
def server(portal):
    server = Server()
    # Frozen, and of this test alone.
    object.__setattr__(portal.contexts, "mail", lambda: server)
    return server


@pytest.fixture
def owed(portal, shop, server):
    """One parcel under way, whose notice waits to be sent."""
    order = make_order(portal, shop)
    shipping.add_shipment(portal, shop.id, order, "ups", NUMBER, actor="test")
    assert leases.waiting(Outbox, Outbox.topic == "notice") == 1
    return order


def _in_another_worker(portal):
    def run():
        work.run_outbox(portal)
        portal.database.close_thread()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30)
    assert not thread.is_alive()


@pytest.mark.parametrize("hours", [1, -1, 24, -24])
def test_r24_a_jump_while_a_mail_leaves_sends_no_twin(portal, server, owed, clock, hours):
    def jump():
        server.meanwhile = lambda: None
        clock.advance(hours=hours)
        _in_another_worker(portal)

    server.meanwhile = jump
    work.run_outbox(portal)
    _in_another_worker(portal)
    assert len(server.mails) == 1
    assert Notice.get().state == "sent"
    assert leases.waiting(Outbox, Outbox.topic == "notice") == 0


def test_r24_a_notice_on_hold_leaves_once_when_the_clock_is_set_back_and_forth(portal, shop, server, owed, clock):
    event = scan(Milestone.OUT_FOR_DELIVERY, portal.now().replace(tzinfo=None), 0)
    clock.advance(hours=-1)
    recording.record_result(portal, shop, "ups", TrackingResult(NUMBER, (event,)))
    for _ in range(4):
        work.run_outbox(portal)
        clock.advance(minutes=40)
    assert len({mail.key for mail in server.mails}) == len(server.mails)
    rows = {row.moment: (row.state, row.why) for row in Notice.select()}
    assert rows["out_for_delivery"] == ("sent", "")
    assert leases.waiting(Outbox, Outbox.topic == "notice") == 0


@pytest.mark.parametrize("hours", [1, -1])
def test_r24_a_failed_mail_is_tried_again_after_a_jump(portal, server, owed, clock, hours):
    def fail():
        server.meanwhile = lambda: None
        raise ConnectionResetError

    server.meanwhile = fail
    work.run_outbox(portal)
    assert Notice.get().state == "sending"
    clock.advance(hours=hours)
    work.run_outbox(portal)
    # Set back an hour, what has to wait five seconds waits until that hour has come again.
    clock.advance(hours=max(0, -hours), minutes=1)
    work.run_outbox(portal)
    assert Notice.get().state == "sent"
    assert len({mail.key for mail in server.mails}) == 1
