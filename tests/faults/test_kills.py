"""kill -9 of a writer: what was acknowledged is there, whole, and the file is sound (R-15)."""

import random

import pytest

from tracker.store.inbox import Inbox
from tracker.store.outbox import Outbox
from tracker.store.shops import Shop

from .harness import Victim, count, integrity, python

# One after the other: each of them wants the machine for itself.
pytestmark = pytest.mark.xdist_group("faults")

POINTS = ["writer.inbox", "writer.outbox", "writer.committed", "writer.acknowledged"]


@pytest.fixture
def shop(database, clock):
    return Shop.create(slug="demo", name="Demo", created_at=clock())


def _check(database, acknowledged):
    kept = {row.delivery for row in Inbox.select(Inbox.delivery)}
    owed = {row.key for row in Outbox.select(Outbox.key)}
    assert acknowledged - kept == set(), "acknowledged and lost"
    assert kept == owed, "half of a transaction"
    if database.path:
        assert integrity(database.path) == "ok"
    return kept


def _victim(database, shop, run, crash_at=""):
    return Victim(python("tests.faults.writer", database.url, shop.id, run), crash_at=crash_at)


@pytest.mark.parametrize("point", POINTS)
def test_r15_a_writer_killed_at_a_point_loses_nothing(database, shop, point):
    acknowledged = set()
    for visit in range(1, count(1, 10) + 1):
        victim = _victim(database, shop, f"run{visit}", crash_at=f"{point}:{visit + 3}")
        lines = victim.end()
        assert victim.was_killed, victim.errors
        assert len(lines) == visit + 2 + (point == "writer.acknowledged")
        acknowledged.update(lines)
        kept = _check(database, acknowledged)
        assert len(kept) - len(acknowledged) <= visit, "at most one a kill was kept and not acknowledged"


@pytest.mark.timeout(3600)
def test_r15_writers_killed_at_random_lose_nothing(database, shop):
    rng, acknowledged = random.Random(20260302), set()
    rounds = count(3, 200)
    for run in range(rounds):
        victim = _victim(database, shop, f"run{run}")
        acknowledged.update(victim.kill_at_random(rng, 0.3))
        assert victim.was_killed, victim.errors
        kept = _check(database, acknowledged)
    print(f"{rounds} kills: {len(acknowledged)} acknowledged, {len(kept) - len(acknowledged)} kept but not told")
