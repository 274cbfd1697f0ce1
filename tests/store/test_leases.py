"""Claims, leases, and clocks that jump (R-24)."""

import threading
from datetime import timedelta

import pytest

from tracker.store import leases, outbox
from tracker.store.database import transaction
from tracker.store.outbox import Outbox


def _put(clock, *keys, due=None):
    for key in keys:
        assert outbox.put("mail", key, {"id": 1}, due or clock())


def _keys(rows):
    return [row.key for row in rows]


def test_claimed_rows_belong_to_one_worker_until_they_are_done(database, clock):
    _put(clock, "a", "b", "c")
    first = leases.claim(Outbox, clock(), 2, 60)
    assert _keys(first) == ["a", "b"]
    assert [row.attempts for row in first] == [1, 1]
    assert _keys(leases.claim(Outbox, clock(), 9, 60)) == ["c"]
    assert leases.claim(Outbox, clock(), 9, 60) == []
    assert leases.finish(first[0], clock())
    assert outbox.find("a").state == "done"
    assert leases.waiting(Outbox) == 2


def test_only_rows_that_are_due_and_wanted_are_claimed(database, clock):
    _put(clock, "later", due=clock() + timedelta(seconds=20))
    outbox.put("hook", "other", {}, clock())
    assert _keys(leases.claim(Outbox, clock(), 9, 60, where=Outbox.topic == "hook")) == ["other"]
    assert leases.claim(Outbox, clock(), 9, 60) == []
    assert _keys(leases.claim(Outbox, clock.advance(seconds=20), 9, 60)) == ["later"]


def test_older_due_rows_come_first(database, clock):
    _put(clock, "young")
    _put(clock, "old", due=clock() - timedelta(hours=1))
    assert _keys(leases.claim(Outbox, clock(), 1, 60)) == ["old"]


def test_a_dead_workers_row_comes_back_and_its_late_answer_is_refused(database, clock, steady):
    _put(clock, "a")
    lost = leases.claim(Outbox, clock(), 1, 30)[0]
    clock.advance(seconds=32)
    steady.advance(32)
    found = leases.claim(Outbox, clock(), 1, 30)[0]
    assert found.attempts == 2
    assert not leases.finish(lost, clock())
    assert not leases.retry(lost, clock(), "late")
    assert not leases.bury(lost, "late", clock())
    assert not leases.extend(lost, clock(), 60)
    assert not leases.holds(lost)
    assert leases.finish(found, clock())
    assert outbox.find("a").error == ""


def test_an_extended_lease_lasts_longer(database, clock, steady):
    _put(clock, "a")
    row = leases.claim(Outbox, clock(), 1, 30)[0]
    steady.advance(20)
    assert leases.extend(row, clock.advance(seconds=20), 60)
    steady.advance(30)
    assert leases.claim(Outbox, clock.advance(seconds=30), 1, 30) == []
    assert leases.finish(row, clock())


def test_a_row_given_back_waits_and_keeps_the_reason(database, clock):
    _put(clock, "a")
    row = leases.claim(Outbox, clock(), 1, 30)[0]
    assert leases.retry(row, clock() + timedelta(minutes=5), "x" * 900 + "\0")
    assert leases.claim(Outbox, clock(), 1, 30) == []
    again = leases.claim(Outbox, clock.advance(minutes=5), 1, 30)[0]
    assert (again.attempts, again.error) == (2, "x" * 500)


def test_a_buried_row_is_counted_and_can_be_revived(database, clock):
    _put(clock, "a", "b")
    row = leases.claim(Outbox, clock(), 1, 30)[0]
    assert leases.bury(row, "refused", clock())
    assert leases.dead(Outbox) == 1
    assert _keys(outbox.dead_rows()) == ["a"]
    assert leases.revive(Outbox, clock()) == 1
    assert leases.dead(Outbox) == 0
    assert [row.attempts for row in leases.claim(Outbox, clock(), 9, 30)] == [1, 1]


def test_effects_are_undone_when_the_lease_is_lost(database, clock, steady):
    _put(clock, "a")
    lost = leases.claim(Outbox, clock(), 1, 30)[0]
    steady.advance(40)
    leases.claim(Outbox, clock.advance(seconds=40), 1, 30)

    def work():
        with transaction():
            _put(clock, "effect")
            if not leases.finish(lost, clock()):
                raise leases.LeaseLost

    with pytest.raises(leases.LeaseLost):
        work()
    assert outbox.find("effect") is None


def test_a_claim_inside_a_transaction_is_refused(database, clock):
    with pytest.raises(RuntimeError, match="outside of a transaction"), transaction():
        leases.claim(Outbox, clock(), 1, 30)


def test_the_oldest_row_tells_how_far_behind_the_worker_is(database, clock):
    assert leases.oldest(Outbox, clock()) == 0
    _put(clock, "a")
    _put(clock, "b", due=clock() + timedelta(days=1))
    assert leases.oldest(Outbox, clock.advance(seconds=90)) == 90


def test_old_rows_are_purged_in_batches(database, clock):
    _put(clock, *"abcde")
    for row in leases.claim(Outbox, clock(), 4, 30):
        leases.finish(row, clock())
    assert leases.purge(Outbox, clock(), 3) == 0
    later = clock() + timedelta(days=31)
    assert [leases.purge(Outbox, later, 3), leases.purge(Outbox, later, 3), leases.purge(Outbox, later, 3)] == [3, 1, 0]
    assert leases.waiting(Outbox) == 1


def test_eight_threads_claim_every_row_once(database, clock):
    with transaction():
        _put(clock, *[f"k{n}" for n in range(200)])
    got, failed = [], []

    def work():
        try:
            while rows := leases.claim(Outbox, clock(), 7, 60):
                got.extend(_keys(rows))
        except Exception as error:
            failed.append(error)
        finally:
            database.close_thread()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(got) == 200
    assert len(set(got)) == 200


def test_r24_a_clock_that_jumps_ahead_ends_no_lease(database, clock, steady):
    _put(clock, "a")
    row = leases.claim(Outbox, clock(), 1, 60)[0]
    assert leases.claim(Outbox, clock.advance(hours=1), 1, 60) == []
    assert leases.finish(row, clock())


def test_r24_a_clock_set_back_keeps_no_row_for_ever(database, clock, steady):
    _put(clock, "held")
    held = leases.claim(Outbox, clock(), 1, 60)[0]
    clock.advance(hours=-1)
    assert leases.claim(Outbox, clock(), 9, 60) == [], "no double send"
    steady.advance(62)
    assert _keys(leases.claim(Outbox, clock(), 9, 60)) == ["held"], "its worker died"
    assert not leases.finish(held, clock())


def test_r24_leases_of_another_machine_end_by_the_wall_clock(database, clock, monkeypatch):
    _put(clock, "a")
    leases.claim(Outbox, clock(), 1, 60)
    monkeypatch.setattr(leases, "_BOOT", "deadbeef")
    assert leases.claim(Outbox, clock.advance(seconds=59), 1, 60) == []
    assert len(leases.claim(Outbox, clock.advance(seconds=2), 1, 60)) == 1


def test_r30_ten_thousand_waiting_rows_drain_in_order_and_in_batches(database, clock):
    with transaction():
        for start in range(0, 10_000, 500):
            Outbox.insert_many(
                [
                    {"topic": "t", "key": f"{n:05}", "payload": {}, "due": clock(), "created_at": clock()}
                    for n in range(start, start + 500)
                ]
            ).execute()
    seen = []
    while rows := leases.claim(Outbox, clock(), 200, 60):
        assert len(rows) == 200
        seen.extend(_keys(rows))
        with transaction():
            assert all(leases.finish(row, clock()) for row in rows[:1])
    assert seen == sorted(seen)
    assert len(seen) == 10_000
