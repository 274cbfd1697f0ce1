"""Sendle: clocks that say Z and mean nothing, and labels that no other host gets the key for."""

from datetime import datetime, timedelta

import pytest
from tracker_plugins.sendle import Sendle, SendleSettings, _read_moment

from tracker.sdk import AuthFailed, BadPayload, NotFound, Payload, Query

from .conftest import PLUGINS, LoopbackHttp
from .servers import MEANT, Server, reply

sendle = Sendle()
SAMPLES = PLUGINS / "sendle/samples"
TRACK, ORDER, FILE = "/api/tracking/SMADEUP7", "/api/orders/SMADEUP7", "/api/orders/77/labels/cropped.pdf"
QUERY = Query("SMADEUP7")
ELSEWHERE = "https://labels.example/api/orders/77/labels"
LABELS = [{"format": "pdf", "size": size, "url": f"{ELSEWHERE}/{size}.pdf"} for size in ("a4", "cropped")]


@pytest.fixture
def server(httpserver):
    server = Server(httpserver)
    server.answers(TRACK, reply((SAMPLES / "journey.json").read_bytes()))
    server.answers(ORDER, reply({"order_id": "77", "labels": [{"format": "png", "size": "cropped"}, *LABELS]}))
    server.answers(FILE, reply(b"%PDF-1.4 made up"))
    return server


@pytest.fixture
def ctx(server, make_context):
    return make_context(SendleSettings(sendle_id="me", api_key="k", base_url=server.url), http=LoopbackHttp())


def test_a_parcel_is_asked_for_with_the_key(server, ctx):
    (payload,) = sendle.fetch([QUERY], ctx)
    assert (server.asked[0].authorization.username, server.asked[0].authorization.password) == ("me", "k")
    assert sendle.parse(payload).results[0].number == "SMADEUP7"


def test_wrong_keys_and_a_server_in_trouble_are_told_apart(server, ctx):
    assert server.misbehaves(TRACK, lambda: sendle.fetch([QUERY], ctx), sendle) == MEANT
    server.answers(TRACK, reply((SAMPLES / "not_found.json").read_bytes(), 404))
    (payload,) = sendle.fetch([QUERY], ctx)
    assert [(error.kind, error.number) for error in sendle.parse(payload).errors] == [("not_found", "SMADEUP7")]
    server.answers("/api/ping", reply({"error": "unauthorized"}, 401), reply({"ping": "pong"}))
    with pytest.raises(AuthFailed):
        sendle.probe(ctx)
    sendle.probe(ctx)


def test_a_label_is_taken_from_the_api_alone_whatever_its_address_says(server, ctx):
    label = sendle.label(QUERY, ctx)
    assert (label.body, label.content_type) == (b"%PDF-1.4 made up", "application/pdf")
    assert server.paths() == [ORDER, FILE]


def test_a_label_that_lies_elsewhere_is_fetched_without_the_key(server, ctx):
    server.answers(FILE, reply(b"", 302, Location=f"{server.url}/store/signed.pdf"))
    server.answers("/store/signed.pdf", reply(b"%PDF-1.4 stored"))
    assert sendle.label(QUERY, ctx).body == b"%PDF-1.4 stored"
    assert server.asked[1].authorization is not None
    assert server.asked[2].authorization is None


def test_what_is_no_label_is_not_printed(server, ctx):
    server.answers(FILE, reply(b"<html>Please log in</html>"))
    with pytest.raises(BadPayload):
        sendle.label(QUERY, ctx)
    server.answers(ORDER, reply({"labels": []}), reply(b"", 404))
    for _ in range(2):
        with pytest.raises(NotFound):
            sendle.label(QUERY, ctx)


@pytest.mark.parametrize(
    ("scan", "local", "shown", "hour", "offset"),
    [
        ("2025-09-01T22:15:00Z", "2025-09-02T08:15:00", "2025-09-02T08:15:00+10:00", 8, 10),
        ("2025-09-01T22:15:00Z", "2025-09-02T08:15:00", None, 8, 10),
        ("2025-09-01T22:15:00Z", "2025-09-01T22:15:00", "2025-09-01T22:15:00Z", 22, None),
        ("2025-09-01T22:15:00Z", None, "2025-09-01T22:15:00Z", 22, None),
        ("2025-09-01T22:15:00Z", None, None, 22, None),
    ],
)
def test_r10_one_clock_with_z_in_all_fields_has_no_offset(scan, local, shown, hour, offset):
    moment, told = _read_moment({"scan_time": scan, "local_scan_time": local, "display_time": shown})
    assert moment in (datetime(2025, 9, 1, hour, 15), datetime(2025, 9, 2, hour, 15))
    assert told == (None if offset is None else timedelta(hours=offset))


@pytest.mark.parametrize("body", [b"{}", b"[]", b"null", b'{"state": "Delivered"}'])
def test_what_is_no_answer_of_sendle_is_a_bad_payload(body):
    with pytest.raises(BadPayload):
        sendle.parse(Payload(body))
