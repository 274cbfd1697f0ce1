"""Four writers and eight readers at once: nobody meets a locked database, and nobody waits long (R-18)."""

import json
import os

import pytest

from tracker.store.inbox import Inbox
from tracker.store.outbox import Outbox
from tracker.store.shops import Shop

from .harness import FULL, Victim, count, python

# One after the other: each of them wants the machine for itself.
pytestmark = pytest.mark.xdist_group("faults")

SECONDS = float(os.environ.get("TRACKER_LOAD_SECONDS") or count(3, 60))
# Without the full count the machine is shared with the rest of the suite.
LONGEST_P99 = 250 if FULL else 1000


def _gather(victims):
    answers = [json.loads(victim.end(SECONDS + 60)[0]) for victim in victims]
    taken = sorted(value for answer in answers for value in answer["taken"])
    return taken, [error for answer in answers for error in answer["errors"]]


@pytest.mark.timeout(600)
def test_r18_fifty_acknowledgements_a_second_beside_readers(database, clock):
    shop = Shop.create(slug="demo", name="Demo", created_at=clock())

    def start(kind, threads, per_second):
        command = python("tests.faults.loader", database.url, shop.id, kind, threads, SECONDS, per_second)
        return Victim(command)

    writers = [start("write", 2, 12.5) for _ in range(2)]
    readers = [start("read", 4, 25) for _ in range(2)]
    written, write_errors = _gather(writers)
    read, read_errors = _gather(readers)
    assert write_errors + read_errors == []
    assert Inbox.select().count() == Outbox.select().count() == len(written)
    assert len(written) >= 50 * SECONDS * (0.95 if FULL else 0.5)
    p99 = written[int(len(written) * 0.99)]
    print(
        f"{database.kind}, {SECONDS:g} s: {len(written)} writes, median {written[len(written) // 2]:.1f} ms, "
        f"p99 {p99:.1f} ms, longest {written[-1]:.1f} ms; {len(read)} reads, p99 {read[int(len(read) * 0.99)]:.1f} ms"
    )
    assert p99 <= LONGEST_P99
