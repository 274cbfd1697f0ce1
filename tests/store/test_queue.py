"""Wake-up calls: with the transaction, once for many, after a while, and a stop that waits."""

import signal
import subprocess
import sys
import textwrap
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import psutil
import pytest

from tracker.store.database import transaction
from tracker.store.queue import Queue
from tracker.store.queue_tables import QueueSchedule, QueueTask


@contextmanager
def _running(queue, workers=2):
    stop = threading.Event()
    thread = threading.Thread(target=queue.run, args=(workers, stop))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(15)
        assert not thread.is_alive()


def _calls():
    return [bytes(row.data).decode() for row in QueueTask.select().order_by(QueueTask.id)]


def _until(condition, seconds=10.0):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    assert condition()


def test_a_call_leaves_with_its_transaction_and_not_without(database):
    queue = Queue(database)

    def work():
        with transaction():
            queue.wake("inbox")
            raise KeyError

    with pytest.raises(KeyError):
        work()
    assert queue.waiting() == 0
    with transaction():
        queue.wake("outbox")
    assert _calls() == ["outbox"]


def test_handlers_run_when_they_are_woken(database):
    queue, ran = Queue(database), []
    queue.on("inbox", lambda: ran.append("inbox"))
    queue.on("outbox", lambda: ran.append("outbox"))
    with _running(queue):
        _until(lambda: {"inbox", "outbox"} <= set(ran))
        ran.clear()
        queue.wake("outbox")
        _until(lambda: ran == ["outbox"], 2)
    assert queue.waiting() == 0


def test_a_thousand_calls_of_one_name_run_its_handler_a_few_times(database):
    queue, ran = Queue(database), []
    with transaction():
        for _ in range(1000):
            queue.wake("inbox")
    assert queue.waiting() == 1
    queue.on("inbox", lambda: ran.append(1))
    with _running(queue):
        _until(lambda: queue.waiting() == 0 and ran)
    assert len(ran) <= 3


def test_a_call_for_later_comes_then(database):
    queue, ran = Queue(database), []
    queue.on("outbox", lambda: ran.append(time.monotonic()))
    queue.wake("outbox", datetime.now(UTC) + timedelta(seconds=2))
    asked = time.monotonic()
    assert (queue.waiting(), QueueSchedule.select().count()) == (0, 1)
    with _running(queue):
        _until(lambda: len(ran) == 2)
    assert 1.9 <= ran[1] - asked <= 5
    assert QueueSchedule.select().count() == 0


def test_a_handler_that_raises_stops_no_other(database):
    queue, ran = Queue(database), []

    def fail():
        ran.append("fail")
        raise ValueError

    queue.on("bad", fail)
    queue.on("good", lambda: ran.append("good"))
    with _running(queue, workers=1):
        for _ in range(3):
            ran.clear()
            queue.wake("bad")
            queue.wake("good")
            _until(lambda: {"bad", "good"} >= set(ran) - {"fail"} and "good" in ran and "fail" in ran)


def test_a_call_nobody_handles_is_dropped_and_the_next_one_runs(database):
    queue, ran = Queue(database), []
    queue.wake("from-another-version")
    queue.on("inbox", lambda: ran.append(1))
    with _running(queue, workers=1):
        _until(lambda: ran and queue.waiting() == 0)
    assert set(ran) == {1}


def test_a_name_is_taken_once(database):
    queue = Queue(database)
    queue.on("inbox", print)
    with pytest.raises(ValueError, match="already"):
        queue.on("inbox", print)


def test_the_sweep_wakes_every_handler(database):
    queue = Queue(database)
    for name in ("inbox", "outbox"):
        queue.on(name, print)
    huey = queue._huey
    due = huey.read_periodic(datetime.now(UTC).replace(tzinfo=None))
    assert [task.name for task in due] == ["sweep"]
    huey.enqueue(due[0])
    huey.execute(huey.dequeue())
    assert _calls() == ["inbox", "outbox"]


def test_an_idle_worker_takes_no_write_lock(database):
    if database.kind != "sqlite":
        return
    queue = Queue(database)
    statements = []
    database.engine.query_hooks.append(lambda event: statements.append(event.sql))
    assert queue._huey.dequeue() is None
    assert queue._huey.read_schedule() == []
    assert all(sql.startswith("SELECT") for sql in statements)
    assert len(statements) == 2


SCRIPT = textwrap.dedent(
    """
    import sys, threading, time
    from tracker.store.database import open_database
    from tracker.store.queue import Queue

    queue = Queue(open_database(sys.argv[1]))

    def slow():
        print("begun", flush=True)
        time.sleep(1)
        print("done", flush=True)

    queue.on("slow", slow)
    queue.run(2, threading.Event())
    print("stopped", flush=True)
    """
)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["term", "int"])
def test_a_stopped_worker_finishes_what_it_has_begun_and_leaves_nothing_behind(database_url, number):
    worker = subprocess.Popen([sys.executable, "-c", SCRIPT, database_url], stdout=subprocess.PIPE, text=True)
    try:
        assert worker.stdout.readline() == "begun\n"
        children = psutil.Process(worker.pid).children(recursive=True)
        worker.send_signal(number)
        assert worker.communicate(timeout=15)[0] == "done\nstopped\n"
        assert worker.returncode == 0
        assert children == []
    finally:
        worker.kill()
        worker.wait()


def test_on_sqlite_a_call_that_waits_stands_for_those_that_come_after_it(database):
    queue = Queue(database)
    for name in ("inbox", "inbox", "outbox", "inbox"):
        queue.wake(name)
    assert queue.waiting() == (2 if database.kind == "sqlite" else 4)


def test_a_call_made_while_its_handler_runs_runs_it_again(database):
    queue, ran = Queue(database), []

    def handle():
        ran.append(len(ran))
        if len(ran) == 1:
            queue.wake("inbox")

    queue.on("inbox", handle)
    with _running(queue):
        _until(lambda: len(ran) >= 2, 5)
    assert queue.waiting() == 0
