"""The stores' door when things go wrong around it: the same again and again, a held database, a full disk."""

import json
import os
import resource
import sqlite3
import time
from collections import Counter
from contextlib import closing, suppress

import pytest

from tracker.store import leases
from tracker.store.inbox import Inbox
from tracker.store.orders import Order
from tracker.testing.woocommerce import make_order, webhook

from .harness import Victim, count, integrity, python
from .installation import SECRET, Installation, installed, wait_until

# One after the other: each of them wants the machine for itself.
pytestmark = pytest.mark.xdist_group("faults")

TOLD = make_order(1001)


@pytest.fixture
def running(database_url, instance):
    with installed(database_url, instance) as running:
        running.start_web()
        running.wait_for_web()
        yield running


@pytest.fixture
def on_sqlite(sqlite_template, instance):
    """A portal on SQLite alone, with one web process."""
    path = instance / "tracker.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    with installed(f"sqlite:///{path}", instance) as running:
        running.start_web(workers=1)
        running.wait_for_web()
        yield running


def _deliver(running: Installation, delivery: str = "d1") -> tuple[int, dict[str, str], float]:
    body, headers = webhook(TOLD, "order.created", SECRET, delivery)
    begin = time.monotonic()
    status, answer, _ = running.ask("POST", running.door, body, headers)
    return status, answer, time.monotonic() - begin


def test_r02_one_delivery_a_hundred_times_at_once_is_one_order(running):
    running.start_worker()
    body, headers = webhook(TOLD, "order.created", SECRET, "d1")
    job = {"kind": "same", "port": running.port, "begin": time.time() + 1.5, "seconds": 20, "per_second": 1000}
    job |= {"threads": 25, "times": 2, "path": running.door, "body": body.decode(), "headers": headers}
    clients = [Victim(python("tests.faults.clients", json.dumps(job))) for _ in range(2)]
    answers = [status for client in clients for status, _ in json.loads(client.end()[0])]
    assert Counter(answers) == {202: 100}
    assert Inbox.select().count() == 1
    wait_until(lambda: Order.select().count() == 1, 20, lambda: running.log("worker")[-2000:])
    assert leases.dead(Inbox) == 0


def test_r19_a_held_database_is_told_in_time_and_nothing_is_lost(on_sqlite):
    with closing(sqlite3.connect(on_sqlite.portal.database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        status, headers, took = _deliver(on_sqlite)
        assert status == 503
        assert 1 <= int(headers["retry-after"]) <= 60
        assert took < 4.5, "a sender gives up after five seconds"
        # Pages are read all the while.
        assert on_sqlite.ask("GET", "/s/demo/find")[0] == 200
        other.execute("ROLLBACK")
    assert Inbox.select().count() == 0
    assert _deliver(on_sqlite)[0] == 202
    assert Inbox.select().count() == 1


def test_r19_a_database_held_for_less_is_waited_for(on_sqlite):
    with closing(sqlite3.connect(on_sqlite.portal.database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        body, headers = webhook(TOLD, "order.created", SECRET, "d1")
        job = {"kind": "same", "port": on_sqlite.port, "begin": time.time(), "seconds": 20, "per_second": 10}
        job |= {"threads": 4, "times": 1, "path": on_sqlite.door, "body": body.decode(), "headers": headers}
        client = Victim(python("tests.faults.clients", json.dumps(job)))
        time.sleep(1.5)
        other.execute("ROLLBACK")
    assert [status for status, _ in json.loads(client.end()[0])] == [202] * 4


@pytest.mark.timeout(180)
def test_r19_a_worker_gets_over_a_held_database(on_sqlite):
    on_sqlite.start_worker()
    wait_until(lambda: "worker started" in on_sqlite.log("worker"), 20, lambda: on_sqlite.log("worker"))
    with closing(sqlite3.connect(on_sqlite.portal.database.path, isolation_level=None)) as other:
        assert _deliver(on_sqlite)[0] == 202
        other.execute("BEGIN IMMEDIATE")
        # The full count is past the worker's own patience.
        time.sleep(count(2, 12))
        other.execute("ROLLBACK")
    wait_until(lambda: Order.select().count() == 1, 90, lambda: on_sqlite.log("worker")[-3000:])
    assert _deliver(on_sqlite, "d2")[0] == 202
    wait_until(lambda: not leases.waiting(Inbox), 90, lambda: on_sqlite.log("worker")[-3000:])
    assert leases.dead(Inbox) == 0


def test_r20_a_disk_without_space_is_told_and_the_next_try_gets_through(on_sqlite):
    (process,) = on_sqlite.gunicorn_workers()
    assert _deliver(on_sqlite, "before")[0] == 202
    # No file of that process may grow, as on a full disk; files are written and failed by the kernel itself.
    before = resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (512, resource.RLIM_INFINITY))
    status, headers, _ = _deliver(on_sqlite, "during")
    assert status == 503
    assert int(headers["retry-after"]) >= 1
    assert on_sqlite.ask("GET", "/s/demo/find")[0] == 200
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, before)
    assert _deliver(on_sqlite, "during")[0] == 202
    assert Inbox.select().count() == 2
    assert integrity(on_sqlite.portal.database.path) == "ok"


def test_r15_the_door_opens_again_after_each_of_its_processes_died(on_sqlite):
    for n in range(3):
        (process,) = on_sqlite.gunicorn_workers()
        on_sqlite.kill_one_web_process(0)
        wait_until(lambda old=process.pid: _others(on_sqlite, old), 10, lambda: on_sqlite.log("web")[-2000:])
        wait_until(on_sqlite.is_up, 10, lambda: on_sqlite.log("web")[-2000:])
        assert _deliver(on_sqlite, f"d{n}")[0] == 202
    with suppress(ProcessLookupError):
        os.kill(process.pid, 0)
        raise AssertionError("a killed process lives on")


def _others(running: Installation, old: int) -> bool:
    return any(process.pid != old for process in running.gunicorn_workers())
