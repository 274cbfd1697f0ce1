"""Servers and the client as processes that end with their block."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[1]
WORKERS, THREADS, CONNECTIONS = 1, 4, 4
PATIENCE = 60.0


@dataclass
class Server:
    """A running server. `worker` is the process that answers."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def worker(self) -> psutil.Process:
        return psutil.Process(self.process.pid).children()[0]


@dataclass
class Client:
    """The load client; one job at a time."""

    process: subprocess.Popen[str]
    numbers: dict[int, int] = field(default_factory=dict)

    def load(self, port: int, request: str, status: int, seconds: float) -> float:
        """Answers per second. Numbers in the request go on from one call to the next."""
        job: dict[str, Any] = {"port": port, "request": request, "status": status, "seconds": seconds}
        job |= {"connections": CONNECTIONS, "first": self.numbers.get(port, 0)}
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the load client gave up; its reason stands above")
        result = json.loads(line)
        self.numbers[port] = result["next"]
        return float(result["answers"] / result["seconds"])


@contextmanager
def start_server(kind: str, env: Mapping[str, str], folder: Path, port: int = 0) -> Iterator[Server]:
    """A server of `bench.serving` on `port` or a free one, once it answers."""
    port, log = port or find_port(), folder / f"{kind}.log"
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "bench.serving", kind, str(port)],
            env={**os.environ, **env}, cwd=ROOT, stdout=out, stderr=out, start_new_session=True,
        )  # fmt: skip
    try:
        _wait(port, process, log)
        yield Server(port, process, log)
    finally:
        _stop(process)


@contextmanager
def start_client() -> Iterator[Client]:
    """The load client, in a process of its own."""
    command = [sys.executable, "-m", "bench.client"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Client(process)
        assert process.stdin is not None
        process.stdin.close()


def find_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as one:
            one.sendall(b"GET /-/nothing HTTP/1.1\r\nHost: localhost:8000\r\nConnection: close\r\n\r\n")
            # The socket listens before any worker has its application.
            if one.recv(1):
                return
        time.sleep(0.02)
    raise RuntimeError(f"no answer on port {port}:\n{log.read_text(errors='replace')[-3000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
