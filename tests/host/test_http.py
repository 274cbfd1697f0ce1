"""HTTP out of the worker against servers that misbehave and addresses that must not be called."""

import gzip
import itertools
import socket
import struct
import time
import tracemalloc
import zlib
from datetime import UTC, datetime, timedelta

import pytest

from tracker.host.addresses import Refused, check_url, is_public
from tracker.host.http import LARGEST_BODY, SafeHttp
from tracker.sdk import BadRequest, HttpAnswer, Upstream, retry_after

from .servers import answer, read_request, serving

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def http(port, **options):
    return SafeHttp(**{"allow": [f"127.0.0.1:{port}"], "seconds": 5, **options})


def get(port, path="/", **options):
    return http(port, **options).request("GET", f"http://127.0.0.1:{port}{path}")


# --- plain work ------------------------------------------------------------------------------------------------------


def test_an_answer_comes_back_whatever_its_status():
    with serving(answer("HTTP/1.1 503 Down\r\nX-Kind: a\r\nX-Kind: b", b"later")) as port:
        found = get(port)
    assert (found.status, found.body, found.headers["x-kind"]) == (503, b"later", "a, b")


def test_headers_parameters_form_json_and_credentials_are_sent():
    seen = []
    with serving(answer("HTTP/1.1 200 OK", b"", seen)) as port:
        client = http(port)
        client.request("POST", f"http://127.0.0.1:{port}/p?a=1", form={"b": "2 3"}, headers={"X-One": "1"})
        client.request("GET", f"http://127.0.0.1:{port}/q", params={"c": "4"}, auth=("user", "word"))
        client.request("PUT", f"http://127.0.0.1:{port}/r", json={"d": 5})
    assert b"POST /p?a=1" in seen[0]
    assert b"b=2+3" in seen[0]
    assert b"x-one: 1" in seen[0].lower()
    assert b"GET /q?c=4" in seen[1]
    assert b"basic dxnlcjp3b3jk" in seen[1].lower()
    assert b"PUT /r" in seen[2]


def test_a_compressed_answer_is_opened():
    with serving(answer("HTTP/1.1 200 OK\r\nContent-Encoding: gzip", gzip.compress(b"hello"))) as port:
        assert get(port).body == b"hello"


def test_a_redirect_is_an_answer_and_is_not_followed():
    seen = []
    with serving(answer("HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/", b"", seen)) as port:
        assert get(port).status == 302
    assert len(seen) == 1


def test_no_cookie_and_no_proxy_of_the_environment_is_used(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    seen = []
    with serving(answer("HTTP/1.1 200 OK\r\nSet-Cookie: a=b", b"", seen)) as port:
        client = http(port)
        for _ in range(2):
            client.request("GET", f"http://127.0.0.1:{port}/")
    assert b"cookie" not in seen[1].lower()


@pytest.mark.parametrize("header", ["a\r\nX-Injected: 1", "a\nb", "a\x00b", "é\u2028"])
def test_a_header_with_a_line_end_is_refused(header):
    seen = []
    with serving(answer("HTTP/1.1 200 OK", b"", seen)) as port, pytest.raises(BadRequest):
        http(port).request("GET", f"http://127.0.0.1:{port}/", headers={"X-Number": header})
    assert not any(b"injected" in request.lower() for request in seen)


# --- the other side misbehaves ---------------------------------------------------------------------------------


def drip(connection):
    read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        connection.sendall(b"x")
        time.sleep(0.05)


def drip_head(connection):
    read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for number in itertools.count():
        connection.sendall(f"X-{number}: y\r\n".encode())
        time.sleep(0.05)


def silence(connection):
    read_request(connection)
    time.sleep(30)


def reset(connection):
    read_request(connection)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def cut_short(connection):
    read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")


def garbage(connection):
    read_request(connection)
    connection.sendall(b"\x00\xff not http at all\r\n\r\n")


@pytest.mark.parametrize("talk", [drip, drip_head, silence])
def test_r25_a_slow_answer_ends_at_the_total_time(talk):
    with serving(talk) as port:
        started = time.monotonic()
        with pytest.raises(Upstream, match="no usable answer"):
            get(port, seconds=0.6)
        assert time.monotonic() - started < 2


@pytest.mark.parametrize("talk", [reset, cut_short, garbage, lambda connection: connection.close()])
def test_r25_a_broken_answer_is_no_answer(talk):
    with serving(talk) as port, pytest.raises(Upstream, match="no usable answer"):
        get(port)


def test_r25_html_with_200_comes_back_as_it_is():
    with serving(answer("HTTP/1.1 200 OK\r\nContent-Type: text/html", b"<html>")) as port:
        assert get(port).headers["content-type"] == "text/html"


def test_r25_ten_megabytes_are_too_many():
    with serving(answer("HTTP/1.1 200 OK", b"[" * 10_000_000)) as port, pytest.raises(Upstream, match="larger"):
        get(port)


def endless(connection):
    read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")


def test_r25_an_endless_answer_is_too_long():
    with serving(endless) as port, pytest.raises(Upstream, match="larger"):
        get(port)


BOMB = gzip.compress(b"\0" * 200_000_000, 1)


@pytest.mark.parametrize(
    ("encoding", "body"),
    [("gzip", BOMB), ("deflate", zlib.compress(b"\0" * 100_000_000)), ("gzip, gzip", gzip.compress(BOMB))],
)
def test_r25_a_bomb_is_dropped_at_the_cap_and_never_held(encoding, body):
    with serving(answer(f"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}", body)) as port:
        tracemalloc.start()
        with pytest.raises(Upstream, match="larger"):
            get(port)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 5 * LARGEST_BODY


def test_r25_broken_compression_is_no_answer():
    with serving(answer("HTTP/1.1 200 OK\r\nContent-Encoding: gzip", b"plain")) as port, pytest.raises(Upstream):
        get(port)


def test_r25_a_calls_requests_share_one_budget():
    with serving(silence) as port:
        client = http(port, seconds=0.3, budget=0.5)
        started = time.monotonic()
        for _ in range(5):
            with pytest.raises(Upstream):
                client.request("GET", f"http://127.0.0.1:{port}/")
        assert time.monotonic() - started < 1.5


def test_r25_a_resolver_that_hangs_ends_at_the_total_time():
    def resolve(*_, **__):
        time.sleep(5)

    with pytest.raises(Upstream):
        SafeHttp(seconds=0.3, resolve=resolve).request("GET", "http://slow.example/")


# --- S-20: where it must not go --------------------------------------------------------------------------------------

REFUSED = [
    "http://127.0.0.1/", "http://localhost/", "http://LOCALHOST./", "http://a.localhost/", "http://2130706433/",
    "http://0x7f000001/", "http://0177.0.0.1/", "http://127.1/", "http://0/", "http://0.0.0.0/",
    "http://①②⑦.0.0.1/", "http://127。0。0。1/", "http://１２７.0.0.1/", "http://10.0.0.1/", "http://172.16.0.1/",
    "http://192.168.1.1/", "http://100.64.0.1/", "http://169.254.169.254/latest/meta-data/", "http://168.63.129.16/",
    "http://192.0.0.8/", "http://192.88.99.1/", "http://198.18.0.1/", "http://224.0.0.1/", "http://255.255.255.255/",
    "http://[::1]/", "http://[::]/", "http://[::ffff:127.0.0.1]/", "http://[::127.0.0.1]/", "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b:1::7f00:1]/", "http://[2002:7f00:1::]/", "http://[2001:0:1::1]/", "http://[fe80::1]/",
    "http://[fec0::1]/", "http://[fd00::1]/", "http://[ff02::1]/", "http://[2001:db8::1]/", "http://[5f00::1]/",
    "http://user:word@shop.example/", "http://shop.example@127.0.0.1/", "http://shop.example:22/",
    "http://shop.example:25/", "http://shop.example:6379/", "ftp://shop.example/", "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_INFO", "//shop.example/", "shop.example", "", "http://", "http:///x", "http://[::1",
    "http://shop.example/\r\nX: y", "http://shop.example\\@127.0.0.1/", "http://shop.example/ x", "http://a:99999/",
    "http://" + "a" * 3000 + ".example/", "javascript:alert(1)",
]  # fmt: skip


@pytest.mark.parametrize("url", REFUSED)
def test_s20_a_bad_address_is_refused_at_the_dial_with_a_text_that_tells_nothing(url):
    with pytest.raises((BadRequest, Upstream)) as caught:
        SafeHttp(seconds=2).request("GET", url)
    assert str(caught.value).startswith(("this address may not be called", "no usable answer"))


@pytest.mark.parametrize("url", REFUSED)
def test_s20_a_bad_address_is_refused_when_it_is_saved(url):
    with pytest.raises(Refused):
        check_url(url)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "169.254.169.254", "100.100.100.200", "::1", "::ffff:8.8.8.8", "::ffff:127.0.0.1",
        "64:ff9b::808:808", "2002:808:808::1", "2001::1", "fe80::1%eth0", "2606:4700::1%1", "ff02::1", "224.0.0.1",
    ],
)  # fmt: skip
def test_s20_a_name_that_points_inside_is_refused_at_the_dial(address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET

    def resolve(host, port, **_):
        return [(family, socket.SOCK_STREAM, 6, "", ("93.184.215.14", port)), (family, 1, 6, "", (address, port))]

    with pytest.raises(BadRequest, match="may not be called"):
        SafeHttp(resolve=resolve).request("GET", "https://shop.example/")


def test_s20_the_address_that_was_checked_is_the_one_dialled(monkeypatch):
    """A resolver that says something else each time is asked once."""
    asked, dialled = [], []

    def resolve(host, port, **_):
        asked.append(host)
        address = "93.184.215.14" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    def connect(address, *_, **__):
        dialled.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(Upstream):
        SafeHttp(resolve=resolve).request("GET", "http://shop.example:8080/")
    assert asked == ["shop.example"]
    assert dialled == [("93.184.215.14", 8080)]


def test_s20_a_connection_that_ended_up_inside_is_dropped(monkeypatch):
    """Even where the system's routing leads a public address to this machine, the peer is looked at."""
    seen = []
    with serving(answer("HTTP/1.1 200 OK", b"inside", seen)) as port:
        plain = socket.create_connection
        monkeypatch.setattr(
            socket, "create_connection", lambda _, *rest, **more: plain(("127.0.0.1", port), *rest, **more)
        )
        found = [(socket.AF_INET, 1, 6, "", ("93.184.215.14", 80))]
        with pytest.raises(BadRequest):
            SafeHttp(resolve=lambda *_, **__: found).request("GET", "http://shop.example/")
    assert b"".join(seen) == b""


def test_s20_only_the_very_pair_that_the_operator_allowed_is_open():
    with serving(answer("HTTP/1.1 200 OK")) as port:
        assert get(port).status == 200
        with pytest.raises(BadRequest):
            SafeHttp(allow=[f"127.0.0.1:{port + 1}"]).request("GET", f"http://127.0.0.1:{port}/")


def test_s20_public_addresses_stay_public():
    assert all(is_public(address) for address in ("8.8.8.8", "93.184.215.14", "2606:4700:4700::1111", "2a00:1450::1"))


# --- how long to wait ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0), ("120", 120), ("1000000000", 86_400), ("9" * 400, 86_400), ("-5", None), ("", None), ("soon", None),
        ("1.5", None), ("１２", None), ("Mon, 02 Mar 2026 09:01:00 GMT", 60), ("Mon, 02 Mar 2026 08:00:00 GMT", 0),
        ("Mon, 02 Mar 2099 09:00:00 GMT", 86_400), ("Mon, 99 Foo 2026", None), ("\x00", None),
    ],
)  # fmt: skip
def test_r27_retry_after_is_a_number_or_a_date_and_never_absurd(value, seconds):
    date = (NOW + timedelta(0)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    assert retry_after(HttpAnswer(429, {"retry-after": value, "date": date}, b"", "https://a.example")) == seconds
