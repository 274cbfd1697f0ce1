"""Child processes that end with this one, however it ends."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

GRACE = 20.0
_PR_SET_PDEATHSIG = 1


@dataclass
class Children:
    """Processes by name, each with its output in a file of `folder`."""

    folder: Path
    running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def start(self, name: str, command: Sequence[str], environ: Mapping[str, str]) -> None:
        """Starts one, in a process group of its own: Ctrl-C in the terminal is for this process alone."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.log(name).open("wb") as log:
            self.running[name] = subprocess.Popen(  # noqa: S603
                command, env=dict(environ), stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                start_new_session=True, preexec_fn=_die_with_parent(),  # noqa: PLW1509 - no thread runs yet
            )  # fmt: skip

    def log(self, name: str) -> Path:
        """Where a process's output goes."""
        return self.folder / f"{name}.log"

    def find_dead(self) -> str | None:
        """The name of one that has ended, if any has."""
        return next((name for name, process in self.running.items() if process.poll() is not None), None)

    def stop(self) -> None:
        """Asks all of them to end, waits, and ends those that do not."""
        for process in self.running.values():
            _signal(process.pid, signal.SIGTERM)
        until = time.monotonic() + GRACE
        for process in self.running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(until - time.monotonic(), 0.1))
        for process in self.running.values():
            # Also when it has ended: what it started and did not take with it is in its group.
            _signal(process.pid, signal.SIGKILL)
            process.wait()
        self.running.clear()


def _signal(group: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _die_with_parent() -> Callable[[], None] | None:
    """What a child does first on Linux: has itself told to end when its parent is killed and can tell it no more."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    return lambda: libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
