"""Clients that send slowly, nothing at all, or never hang up: nobody else waits for them."""

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest

THREADS = 4
APP = """
import sys
from tracker.cli.server import serve

def app(environ, start_response):
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"x" * 200_000 if environ["PATH_INFO"] == "/large" else body or b"ok"]

serve(lambda: app, "127.0.0.1", int(sys.argv[1]), 1, int(sys.argv[2]))
"""
HALF_HEADERS = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Half: "
HALF_BODY = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\na="
NEVER_HANGS_UP = b"GET / HTTP/1.0\r\n\r\n"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A server of four threads."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-c", APP, str(port), str(THREADS)], stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with suppress(OSError):
                ask(port)
                break
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def ask(port: int, path: str = "/") -> bytes:
    """The body of an answer; `TimeoutError` when it takes more than eight seconds."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=8)
    try:
        connection.request("GET", path, headers={"Connection": "close"})
        return connection.getresponse().read()
    finally:
        connection.close()


@pytest.mark.parametrize("sent", [b"", HALF_HEADERS, HALF_BODY, NEVER_HANGS_UP], ids=["idle", "head", "body", "open"])
def test_s28_clients_that_are_slow_on_purpose_keep_nobody_else_waiting(port: int, sent: bytes) -> None:
    with ExitStack() as open_ones:
        for _ in range(5 * THREADS):
            client = open_ones.enter_context(socket.create_connection(("127.0.0.1", port)))
            client.sendall(sent)
        began = time.monotonic()
        assert [ask(port) for _ in range(3)] == [b"ok"] * 3
        assert time.monotonic() - began < 8


def test_s28_a_client_that_is_only_slow_is_served(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(HALF_HEADERS)
        time.sleep(1.5)
        client.sendall(b"whole\r\nContent-Length: 5\r\n\r\nte")
        time.sleep(1)
        client.sendall(b"a.\n")
        assert client.recv(4096).startswith(b"HTTP/1.1 200")


def test_s28_an_answer_arrives_whole_before_the_connection_ends(port: int) -> None:
    assert len(ask(port, "/large")) == 200_000
