"""The load: keep-alive connections that each send the next request when the last was answered. Standard library only.

One process, one thread, raw sockets: the client costs as little as it can, and the same whoever answers. A job comes
as one line of JSON on standard input, its result leaves as one line on standard output, until the input ends.
"""

import json
import re
import selectors
import socket
import sys
import time
from dataclasses import dataclass
from itertools import count

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
NUMBER = b"@@@@"
"""Where a request holds this, each carries a number of its own."""


@dataclass
class Connection:
    """One socket, and what of the present answer has come in."""

    socket: socket.socket
    answer: bytes = b""


def run(job: dict) -> dict:
    """How many answers came within the time. Raises `RuntimeError` for one whose status is not the one expected."""
    parts = job["request"].encode("latin-1").split(NUMBER)
    numbers = count(job.get("first", 0))
    expected = f"HTTP/1.1 {job['status']} ".encode()
    connections = [Connection(_open(job["port"])) for _ in range(job["connections"])]
    answers = 0
    with selectors.DefaultSelector() as selector:
        for one in connections:
            selector.register(one.socket, selectors.EVENT_READ, one)
        begin = time.perf_counter()
        for one in connections:
            one.socket.sendall(_make(parts, numbers))
        while (spent := time.perf_counter() - begin) < job["seconds"]:
            for key, _ in selector.select(1):
                if _take(key.data, expected):
                    answers += 1
                    key.data.socket.sendall(_make(parts, numbers))
    for one in connections:
        one.socket.close()
    return {"answers": answers, "seconds": spent, "next": next(numbers)}


def _open(port: int) -> socket.socket:
    found = socket.create_connection(("127.0.0.1", port), timeout=30)
    found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return found


def _make(parts: list[bytes], numbers: "count[int]") -> bytes:
    return parts[0] if len(parts) == 1 else (b"%d" % next(numbers)).join(parts)


def _take(connection: Connection, expected: bytes) -> bool:
    """Reads what is there; whether the answer is whole."""
    piece = connection.socket.recv(262_144)
    connection.answer += piece
    answer = connection.answer
    if not piece:
        raise RuntimeError(f"the server hung up after {answer[:300]!r}")
    head = answer.find(b"\r\n\r\n")
    if head < 0:
        return False
    if not answer.startswith(expected):
        raise RuntimeError(f"expected {expected!r}, got {answer[:600]!r}")
    length = _LENGTH.search(answer, 0, head)
    if len(answer) < head + 4 + (int(length[1]) if length and b" 304 " not in expected else 0):
        return False
    connection.answer = b""
    return True


def main() -> None:
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
