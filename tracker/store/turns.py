"""Turns at SQLite's one write lock, so that whoever waits for it is not overtaken for ever.

SQLite lets waiters ask again and again, and the lock goes to whoever asks at the right moment. A worker with much to
do frees it for less than a millisecond at a time; a request that sleeps between its tries was seen to wait for seconds.
So a writer holds the turn while it waits for the lock, and gives it away as soon as it has the lock: the one who just
had the lock has to wait for the turn first. Turns are a courtesy. Where none can be had, things go on without.
"""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from random import uniform
from time import monotonic, sleep
from typing import TextIO

from .errors import StoreBusy

BUSY = "The database is busy: another request is still writing. Try again in a few seconds."
LONGEST = 1.0
"""Seconds after which a turn is waited for no longer: whoever has it is stopped, or waits for somebody who is."""


class Writers:
    """The threads of one process that write, one after the other. Raises `StoreBusy` after `patience` seconds."""

    def __init__(self, patience: float) -> None:
        self.patience = patience
        self._lock = threading.Lock()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Waits until no other thread is between the begin and the end of this block."""
        if not self._lock.acquire(timeout=self.patience):
            raise StoreBusy(BUSY)
        try:
            yield
        finally:
            self._lock.release()


class Turns:
    """The turns of one database file, kept in an empty file beside it. Those of a killed process end with it."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._local = threading.local()

    @contextmanager
    def turn(self, patience: float) -> Iterator[None]:
        """Waits for the turn of this thread, up to `patience` seconds, and holds it within the block."""
        handle = self._open()
        held = handle is not None and _wait(handle, monotonic() + min(patience, LONGEST))
        try:
            yield
        finally:
            if handle is not None and held:
                fcntl.flock(handle, fcntl.LOCK_UN)

    def _open(self) -> TextIO | None:
        handle: TextIO | None = getattr(self._local, "handle", None)
        if handle is None:
            with suppress(OSError):
                # Reading is enough to lock it, so that it does not matter which user came first.
                handle = self._local.handle = open(self._path, opener=_open_shared)  # noqa: SIM115 - ends with its thread
        return handle


def _open_shared(path: str, _flags: int) -> int:
    return os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)


def _wait(handle: TextIO, end: float) -> bool:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if monotonic() >= end:
                return False
            sleep(uniform(0.0005, 0.002))  # noqa: S311
        else:
            return True
