"""AfterShip: fifty numbers a request, registrations that may be there already, and webhooks under its secret."""

import base64
import hmac
import json

import pytest
from tracker_plugins.aftership import COVERS, AfterShip, AfterShipSettings

from tracker.sdk import AuthFailed, BadPayload, BadRequest, InboundRequest, Payload, Query, RateLimited, Subscription

from .conftest import PLUGINS, LoopbackHttp
from .servers import MEANT, Server, reply

aftership = AfterShip()
PATH = "/tracking/2026-07/trackings"
SAMPLES = PLUGINS / "aftership/samples"
QUERIES = [Query("390712648815", "fedex"), Query("1Z5R89390357567127", "fedex")]
SECRET = "a word between us"


@pytest.fixture
def server(httpserver):
    return Server(httpserver)


@pytest.fixture
def ctx(server, make_context):
    settings = AfterShipSettings(api_key="asat_key", push_secret=SECRET, base_url=server.url)
    return make_context(settings, http=LoopbackHttp())


def sign(body, secret=SECRET):
    return base64.b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()


def test_many_numbers_cost_one_request_and_those_it_leaves_out_are_not_found(server, ctx):
    server.answers(PATH, reply((SAMPLES / "listed.json").read_bytes()))
    (payload,) = aftership.fetch(QUERIES, ctx)
    assert server.asked[0].args["tracking_numbers"] == "390712648815,1Z5R89390357567127"
    assert server.asked[0].headers["as-api-key"] == "asat_key"
    assert (payload.carrier, aftership.limits.batch, aftership.limits.per.total_seconds()) == ("fedex", 50, 1)
    parsed = aftership.parse(payload)
    assert [(error.kind, error.number) for error in parsed.errors] == [("not_found", "1Z5R89390357567127")]
    mixed = next(iter(aftership.fetch([*QUERIES, Query("X1", "dpd")], ctx)))
    assert mixed.carrier == "", "an answer about parcels of several carriers names none"


def test_a_slug_that_stands_for_several_of_our_carriers_names_none():
    assert {COVERS["mydhl"], COVERS["dhl_universal"]} == {"dhl"}
    results = aftership.parse(Payload((SAMPLES / "listed.json").read_bytes())).results
    assert [result.carrier for result in results] == ["fedex", ""]


def test_a_server_in_trouble_raises_what_it_means(server, ctx):
    assert server.misbehaves(PATH, lambda: aftership.fetch(QUERIES, ctx), aftership) == MEANT
    server.answers(PATH, reply({"meta": {"code": 401}}, 401))
    with pytest.raises(AuthFailed):
        aftership.probe(ctx)


def test_numbers_are_registered_and_only_what_we_registered_is_removed(server, ctx):
    made = json.loads((SAMPLES / "registered.json").read_text())
    exists = {"meta": {"code": 4003, "message": "Tracking already exists."}, "data": {"id": "theirs"}}
    server.answers(PATH, reply(made, 201), reply(exists, 400))
    subscriptions = list(aftership.subscribe([Query("1Z5R89390357567127", "ups"), Query("X1")], "https://door", ctx))
    assert [(one.number, one.ref, one.carrier) for one in subscriptions] == [
        ("1Z5R89390357567127", "z9y8x7w6v5u4t3s2r1q0p9o8n7m6l5k4", "ups"), ("X1", "", ""),
    ]  # fmt: skip
    assert [json.loads(request.data) for request in server.asked] == [
        {"tracking_number": "1Z5R89390357567127", "slug": "ups"}, {"tracking_number": "X1"},
    ]  # fmt: skip
    server.answers(f"{PATH}/{subscriptions[0].ref}", reply({"meta": {"code": 200}}))
    for one in subscriptions:
        aftership.unsubscribe(one, ctx)
    assert [request.method for request in server.asked] == ["POST", "POST", "DELETE"]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (reply({"meta": {"code": 4010, "message": "slug"}}, 400), BadRequest),
        (reply(b"<html>no</html>", 400), BadRequest),
        (reply(b"", 429, Retry_After="7"), RateLimited),
    ],
)
def test_a_refused_registration_is_told(server, ctx, answer, error):
    server.answers(PATH, answer)
    with pytest.raises(error):
        list(aftership.subscribe(QUERIES, "https://door", ctx))
    assert len(server.asked) == 1


def test_nothing_is_asked_for_a_subscription_without_a_name(server, ctx):
    aftership.unsubscribe(Subscription("X1"), ctx)
    assert server.asked == []


def test_s06_s07_a_webhook_needs_the_signature_of_its_very_bytes(ctx, make_context):
    body = (SAMPLES / "webhook_returning.json").read_bytes()
    good = aftership.verify(InboundRequest({"aftership-hmac-sha256": sign(body)}, body), ctx)
    assert (good.valid, good.delivery) == (True, "0d7c2f1e-5b3a-4c86-9e0f-2a1b3c4d5e6f")
    for headers in ({}, {"aftership-hmac-sha256": sign(body, "other")}, {"aftership-hmac-sha256": "é!"}):
        assert not aftership.verify(InboundRequest(headers, body, known=True), ctx).valid
    assert not aftership.verify(InboundRequest({"aftership-hmac-sha256": sign(body)}, body + b" "), ctx).valid
    assert aftership.verify(InboundRequest({"aftership-hmac-sha256": sign(b"\xff")}, b"\xff"), ctx).delivery == ""
    open_door = make_context(AfterShipSettings(api_key="k"))
    assert aftership.verify(InboundRequest({}, body, known=True), open_door).valid
    assert not aftership.verify(InboundRequest({}, body), open_door).valid


def test_a_subtag_counts_below_its_own_tag_alone():
    rows = [
        ("AttemptFail", "InTransit_001"),
        ("Exception", "Exception_004"),
        ("Brand new", "Delivered_002"),
        ("?", "?"),
    ]
    checkpoints = [{"tag": tag, "subtag": subtag, "checkpoint_time": "2026-03-04"} for tag, subtag in rows]
    body = {"event": "tracking_update", "msg": {"tracking_number": "X1", "checkpoints": checkpoints}}
    events = aftership.parse(Payload(json.dumps(body).encode(), mode="push")).results[0].events
    assert [(event.status.milestone, event.status.reason, event.rule) for event in events] == [
        ("attempt_failed", "", "aftership: AttemptFail"),
        ("in_transit", "customs", "aftership: Exception_004"),
        ("delivered", "collected", "aftership: Delivered_002"),
        ("unknown", "", ""),
    ]


@pytest.mark.parametrize("body", [b"{}", b"[]", b'"x"', b'{"msg": {}}', b'{"event": "tracking_update", "msg": [1]}'])
def test_what_is_nothing_of_aftership_is_a_bad_payload(body):
    with pytest.raises(BadPayload):
        aftership.parse(Payload(body))


def test_errors_are_told_by_kind():
    kinds = {
        401: "auth",
        4004: "not_found",
        4005: "invalid_number",
        4008: "bad_request",
        500: "upstream",
        429: "rate_limit",
    }
    for code, kind in kinds.items():
        body = json.dumps({"meta": {"code": code, "message": "no"}, "data": {}}).encode()
        assert [error.kind for error in aftership.parse(Payload(body)).errors] == [kind]
