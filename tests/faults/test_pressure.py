"""Fifty acknowledgements a second over HTTP, beside readers and a worker that reads what comes in (R-18)."""

import json
import os
import time
from collections import Counter

import pytest

from tests.portals import make_order
from tracker.services import links
from tracker.store import leases
from tracker.store.inbox import Inbox
from tracker.store.orders import Order

from .harness import FULL, Victim, count, python
from .installation import SECRET, Installation, installed

# One after the other: each of them wants the machine for itself.
pytestmark = pytest.mark.xdist_group("faults")

SECONDS = float(os.environ.get("TRACKER_LOAD_SECONDS") or count(4, 60))
# Without the full count the machine is shared with the rest of the suite.
LONGEST_P99 = 250 if FULL else 1000
READS = 5
"""Pages a second for each of the eight readers."""


def _pages(running: Installation) -> list[str]:
    made = [make_order(running.portal, running.shop, f"{n}") for n in range(16)]
    return [f"/t/{links.issue(running.portal, running.shop.id, order, order.email)}" for order in made]


def _client(running: Installation, begin: float, **job: object) -> Victim:
    given = {"port": running.port, "begin": begin, "seconds": SECONDS, **job}
    return Victim(python("tests.faults.clients", json.dumps(given)))


def _answers(client: Victim) -> list[tuple[int, float]]:
    lines = client.end(SECONDS + 60)
    assert lines, client.errors
    return json.loads(lines[0])


def _spread(answers: list[tuple[int, float]]) -> tuple[float, float, float]:
    """Median, 99th percentile and longest, in milliseconds."""
    taken = sorted(value for _, value in answers)
    return taken[len(taken) // 2], taken[int(len(taken) * 0.99)], taken[-1]


@pytest.mark.timeout(600)
def test_r18_fifty_acknowledgements_a_second_over_http(database_url, instance):
    with installed(database_url, instance) as running:
        paths = _pages(running)
        running.start_web()
        running.start_worker()
        running.wait_for_web()
        begin = time.time() + 2
        write = {"kind": "write", "threads": 4, "per_second": 12.5, "path": running.door, "secret": SECRET}
        writing = _client(running, begin, first=1_000, **write)
        reading = _client(running, begin, kind="read", threads=8, per_second=READS, paths=paths)
        written, read = _answers(writing), _answers(reading)
        behind = leases.waiting(Inbox)
        statuses = Counter(status for status, _ in written), Counter(status for status, _ in read)
        assert set(statuses[0]) == {202}, statuses
        assert set(statuses[1]) == {200, 304}, statuses
        assert "locked" not in running.log("web") + running.log("worker")
        assert Inbox.select().count() == len(written)
        assert len(written) >= 50 * SECONDS * (0.95 if FULL else 0.5)
        median, p99, longest = _spread(written)
        print(
            f"{running.portal.database.kind}, {SECONDS:g} s: {len(written)} acknowledgements, median {median:.1f} ms, "
            f"p99 {p99:.1f} ms, longest {longest:.1f} ms; {len(read)} pages, p99 {_spread(read)[1]:.1f} ms; "
            f"{Order.select().count() - len(paths)} orders recorded by then, {behind} deliveries waiting"
        )
        assert p99 <= LONGEST_P99
