"""Processes to be killed, and what is looked at afterwards. The end-to-end runs use it as well.

A victim prints one line for each thing it has acknowledged, nothing else. It dies either when `kill` is called or by
itself at a named point (`tracker.crash`).
"""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

import pytest

FULL = os.environ.get("TRACKER_FAULTS") == "full"
ROOT = Path(__file__).parents[2]


SMALL_ON_SQLITE = pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgres", marks=pytest.mark.faults)], indirect=True
)
"""The small count runs on SQLite, where a kill can hurt most; the full one on both."""


def count(small: int, full: int) -> int:
    """How often to do something in this run."""
    return full if FULL else small


class Victim:
    """A process whose acknowledgements are collected until it dies. `lines` grows while it lives."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str] | None = None, crash_at: str = "") -> None:
        everything = {**os.environ, **(env or {}), "PYTHONPATH": str(ROOT)}
        everything.pop("TRACKER_CRASH_AT", None)
        if crash_at:
            everything["TRACKER_CRASH_AT"] = crash_at
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=everything, cwd=ROOT
        )
        self._errors: list[str] = []
        self._readers = [
            threading.Thread(target=self._read, args=(self.process.stdout, self.lines), daemon=True),
            threading.Thread(target=self._read, args=(self.process.stderr, self._errors), daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    @staticmethod
    def _read(stream, lines):
        # A line without its end was cut off by the kill: nobody was told.
        for line in stream:
            if line.endswith("\n"):
                lines.append(line.rstrip("\n"))

    @property
    def errors(self) -> str:
        return "\n".join(self._errors)

    def wait_for_lines(self, number: int, seconds: float = 30) -> None:
        """Returns when so many things were acknowledged. Fails when the process ends or the time is up before."""
        end = time.monotonic() + seconds
        while len(self.lines) < number:
            if self.process.poll() is not None or time.monotonic() > end:
                raise AssertionError(f"only {len(self.lines)} acknowledgements; {self.errors[-2000:]}")
            time.sleep(0.002)

    def kill(self) -> list[str]:
        """Kills it as the kernel would; all that it had acknowledged."""
        self.process.send_signal(signal.SIGKILL)
        return self.end()

    def kill_at_random(self, rng: random.Random, longest: float) -> list[str]:
        """Kills it at some moment after its first acknowledgement."""
        self.wait_for_lines(1)
        time.sleep(rng.uniform(0, longest))
        return self.kill()

    def end(self, seconds: float = 60) -> list[str]:
        """Waits for its end; all that it had acknowledged."""
        try:
            self.process.wait(seconds)
        finally:
            self.process.kill()
            self.process.wait()
            for reader in self._readers:
                reader.join(10)
            self.process.stdout.close()
            self.process.stderr.close()
        return list(self.lines)

    @property
    def was_killed(self) -> bool:
        return self.process.returncode == -signal.SIGKILL


def python(module: str, *arguments: object) -> list[str]:
    """The command that runs a module of the tests."""
    return [sys.executable, "-m", module, *map(str, arguments)]


def integrity(path: Path) -> str:
    """What SQLite says about a file: `ok`, or its first problem."""
    with closing(sqlite3.connect(path)) as connection:
        broken = connection.execute("PRAGMA foreign_key_check").fetchone()
        return f"broken reference {broken}" if broken else connection.execute("PRAGMA integrity_check").fetchone()[0]
