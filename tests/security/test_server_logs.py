"""The server's own log: requests that are none, and views that break, leave no key and nobody's address in it."""

import socket
import subprocess
import sys
import time
from contextlib import suppress

import pytest

KEY = "0123456789abcdef0123456789abcdef"
APP = """
import sys
from tracker.cli.server import serve

def app(environ, start_response):
    if "break" in environ["PATH_INFO"]:
        raise RuntimeError("broken on purpose")
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"ok"]

serve(lambda: app, "127.0.0.1", int(sys.argv[1]), 1, 2)
"""
SENT = (
    f"POST /hooks/demo/carriers/ups?key={KEY} oops HTTP/1.1\r\n\r\n",
    f"P@ST! /hooks/demo/carriers/ups?key={KEY} HTTP/1.1\r\n\r\n",
    f"POST /hooks/demo/carriers/ups?key={KEY} HTTP/9\r\n\r\n",
    f"POST /t/{KEY} HTTP/1.1\r\nHost: localhost\r\nBad Header {KEY}: 1\r\n\r\n",
    f"POST /t/{KEY} HTTP/1.1\r\nHost: localhost\r\nA: 1\r\n {KEY}\r\n\r\n",
    f"POST /t/{KEY} HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\nX: {KEY}\r\n\r\n",
    f"POST /t/{KEY} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: {KEY}\r\n\r\n",
    f"GET /break/{KEY}?key={KEY} HTTP/1.1\r\nHost: localhost\r\n\r\n",
    f"GET /{KEY * 300} HTTP/1.1\r\nHost: localhost\r\n\r\n",
)


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def send(port, text):
    with socket.create_connection(("127.0.0.1", port), timeout=8) as client, suppress(OSError):
        client.sendall(text.encode())
        client.shutdown(socket.SHUT_WR)
        while client.recv(4096):
            pass


def test_s32_the_servers_log_holds_no_key_and_nobodys_address(port, tmp_path):
    log = tmp_path / "log"
    with log.open("w") as stream:
        server = subprocess.Popen([sys.executable, "-c", APP, str(port)], stderr=stream)
        try:
            until = time.monotonic() + 30
            while time.monotonic() < until:
                with suppress(OSError):
                    send(port, "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    break
                time.sleep(0.1)
            for text in SENT:
                send(port, text)
        finally:
            server.terminate()
            server.wait(30)
    said = log.read_text()
    assert said.count("Invalid request") >= 5
    assert "broken on purpose" in said
    lines = [line for line in said.splitlines() if KEY in line or ("127.0.0.1" in line and "Listening" not in line)]
    assert lines == []
