"""The writers of one process go one after the other."""

import threading

import pytest

from tracker.store.errors import StoreBusy
from tracker.store.turns import Writers


def test_a_thread_waits_until_the_other_has_written() -> None:
    writers, said = Writers(5), list[str]()

    def write() -> None:
        with writers.turn():
            said.append("second")

    with writers.turn():
        other = threading.Thread(target=write)
        other.start()
        other.join(0.1)
        said.append("first")
    other.join(5)
    assert said == ["first", "second"]


def test_whoever_waits_too_long_is_told_that_it_is_busy() -> None:
    writers, told = Writers(0.05), list[BaseException]()

    def write() -> None:
        try:
            with writers.turn():
                pass
        except StoreBusy as error:
            told.append(error)

    with writers.turn():
        other = threading.Thread(target=write)
        other.start()
        other.join(5)
    assert len(told) == 1


def test_an_error_gives_the_turn_back() -> None:
    writers = Writers(0.05)
    with pytest.raises(ZeroDivisionError), writers.turn():
        raise ZeroDivisionError
    with writers.turn():
        pass
