"""What comes in is kept once, and what goes out has one key for good."""

from datetime import timedelta

import pytest

from tracker.store import inbox, leases, outbox
from tracker.store.inbox import Inbox
from tracker.store.outbox import Outbox


def test_a_delivery_is_kept_once(shop, clock):
    body = b'{"id": 1}\x00\xff'
    assert inbox.receive(shop.id, "woo", "d1", body, now=clock(), headers={"x-topic": "order.created"})
    assert not inbox.receive(shop.id, "woo", "d1", b"something else", now=clock())
    row = Inbox.get()
    assert (bytes(row.body), row.headers, row.state) == (body, {"x-topic": "order.created"}, "waiting")
    assert inbox.receive(shop.id, "ups", "d1", body, now=clock())


@pytest.mark.parametrize("delivery", ["", "x" * 101])
def test_without_an_id_the_body_tells_deliveries_apart(shop, clock, delivery):
    assert inbox.receive(shop.id, "woo", delivery, b"one", now=clock())
    assert not inbox.receive(shop.id, "woo", delivery, b"one", now=clock())
    assert inbox.receive(shop.id, "woo", delivery, b"two", now=clock())


def test_a_delivery_for_no_shop_is_an_error_and_not_a_twin(database, clock):
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        inbox.receive(4711, "woo", "d1", b"", now=clock())


def test_raw_bodies_are_forgotten_after_a_while(shop, clock):
    for name in ("done", "dead", "waiting"):
        inbox.receive(shop.id, "woo", name, b"x", now=clock())
    done, dead = leases.claim(Inbox, clock(), 2, 60)
    leases.finish(done, clock())
    leases.bury(dead, "unreadable", clock())
    assert [row.delivery for row in inbox.dead_rows(shop.id)] == ["dead"]
    assert inbox.forget_bodies(clock()) == 0
    assert inbox.forget_bodies(clock() + timedelta(days=30)) == 2
    assert [row.delivery for row in Inbox.select()] == ["waiting"]


def test_an_outbox_key_is_used_once_for_good(database, clock):
    assert outbox.put("mail", "k", {"id": 1}, clock())
    assert not outbox.put("mail", "k", {"id": 2}, clock())
    row = leases.claim(Outbox, clock(), 1, 60)[0]
    leases.finish(row, clock())
    assert outbox.forget_payloads(clock() + timedelta(days=30)) == 1
    assert outbox.forget_payloads(clock() + timedelta(days=30)) == 0
    assert outbox.find("k").payload == {}
    assert not outbox.put("mail", "k", {"id": 3}, clock())


@pytest.mark.parametrize("key", ["", "k" * 161])
def test_a_key_that_says_too_little_or_too_much_is_refused(database, clock, key):
    with pytest.raises(ValueError, match="outbox key"):
        outbox.put("mail", key, {}, clock())
