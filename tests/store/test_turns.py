"""Turns at the write lock: nobody is overtaken for ever, and nobody is stopped by a turn that is never given back."""

import os
import signal
import threading
import time
from contextlib import ExitStack

import pytest

from tests.faults.harness import Victim, python
from tracker.store import outbox
from tracker.store.database import open_database
from tracker.store.turns import LONGEST, Turns


@pytest.fixture
def file(sqlite_template, tmp_path):
    path = tmp_path / "t.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    return path


def test_r18_a_writer_is_not_overtaken_by_those_who_never_pause(file, clock):
    database = open_database(f"sqlite:///{file}")
    greedy = [Victim(python("tests.store.greedy_writer", database.url, n)) for n in range(2)]
    try:
        for one in greedy:
            one.wait_for_lines(1)
        taken = []
        for n in range(60):
            begin = time.monotonic()
            outbox.put("t", f"polite{n}", {}, clock())
            taken.append(time.monotonic() - begin)
    finally:
        for one in greedy:
            one.kill()
        database.close_thread()
    assert max(taken) < 1.5, "it waits for those before it, and for nobody twice"
    assert sorted(taken)[30] < 0.15


def test_turns_are_held_by_one_thread_at_a_time(tmp_path):
    turns, inside, most = Turns(str(tmp_path / "turn")), [], []

    def take():
        for _ in range(20):
            with turns.turn(5):
                inside.append(1)
                most.append(len(inside))
                time.sleep(0.0005)
                inside.pop()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 1
    assert len(most) == 80


@pytest.mark.parametrize("patience", [0.2, 30])
def test_a_turn_that_is_never_given_back_costs_a_second_at_most(tmp_path, patience):
    with ExitStack() as never_given_back:
        never_given_back.enter_context(Turns(str(tmp_path / "turn")).turn(1))
        begin = time.monotonic()
        with Turns(str(tmp_path / "turn")).turn(patience):
            assert min(patience, LONGEST) <= time.monotonic() - begin < min(patience, LONGEST) + 0.5


def test_without_a_place_for_the_file_things_go_on(tmp_path):
    begin = time.monotonic()
    with Turns(str(tmp_path / "nowhere" / "turn")).turn(5):
        assert time.monotonic() - begin < 1
    assert not (tmp_path / "nowhere").exists()


def test_r15_the_turn_of_a_killed_process_is_free_at_once(file, clock):
    database = open_database(f"sqlite:///{file}")
    for n in range(5):
        greedy = Victim(python("tests.store.greedy_writer", database.url, n))
        greedy.wait_for_lines(1)
        os.kill(greedy.process.pid, signal.SIGKILL)
        greedy.end()
        begin = time.monotonic()
        outbox.put("t", f"after{n}", {}, clock())
        assert time.monotonic() - begin < LONGEST / 2
    database.close_thread()
