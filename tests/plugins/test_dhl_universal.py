"""DHL Unified: asked over a real server, counted by the day, and pushing after its handshake."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from tracker_plugins.dhl_universal import DhlSettings, DhlUniversal

from tracker.domain.privacy import mask
from tracker.sdk import (
    AuthFailed,
    BadPayload,
    BadRequest,
    InboundRequest,
    Milestone,
    Payload,
    Query,
    RateLimited,
    Upstream,
)

from .conftest import PLUGINS, LoopbackHttp, ScriptedHttp, http_answer

NUMBER = "00340434500000061177"
dhl = DhlUniversal()


def sample(name):
    return (PLUGINS / "dhl_universal/samples" / f"{name}.json").read_bytes()


@pytest.fixture
def ask(httpserver, make_context):
    settings = DhlSettings(api_key="hush", base_url=httpserver.url_for("/"), daily=3)
    context = make_context(settings, http=LoopbackHttp())

    def fetch(*queries):
        return list(dhl.fetch(queries or [Query(NUMBER)], context))

    fetch.context = context
    return fetch


def test_a_number_is_asked_for_with_the_key_the_language_and_what_is_known_of_it(httpserver, ask):
    wanted = {"trackingNumber": NUMBER, "language": "en", "service": "parcel-de", "recipientPostalCode": "24103"}
    httpserver.expect_oneshot_request(
        "/track/shipments", method="GET", query_string=wanted, headers={"DHL-API-Key": "hush"}
    ).respond_with_data(sample("parcel_de_on_the_van"), content_type="application/json")
    [payload] = ask(Query(NUMBER, "dhl_parcel_de", "24103"))
    [result] = dhl.parse(payload).results
    assert (payload.numbers, payload.carrier) == ((NUMBER,), "dhl_parcel_de")
    assert result.events[0].status.milestone is Milestone.OUT_FOR_DELIVERY
    assert result.carrier == ""  # the host knows for whom it asked


def test_what_is_not_known_of_a_parcel_is_not_sent(httpserver, ask):
    httpserver.expect_oneshot_request(
        "/track/shipments", query_string={"trackingNumber": NUMBER, "language": "en"}
    ).respond_with_data(sample("parcel_de_on_the_van"))
    assert len(ask(Query(NUMBER, "dhl_universal"))) == 1


def test_an_unknown_number_is_told_by_parse(httpserver, ask):
    httpserver.expect_request("/track/shipments").respond_with_data(sample("not_found"), status=404)
    [problem] = dhl.parse(ask()[0]).errors
    assert (problem.kind, problem.number) == ("not_found", NUMBER)


@pytest.mark.parametrize(
    ("status", "headers", "body", "error"),
    [
        (401, {}, '{"status": 401, "title": "Unauthorized"}', AuthFailed),
        (403, {}, "", AuthFailed),
        (429, {"Retry-After": "90"}, '{"status": 429}', RateLimited),
        (400, {}, "<html>", BadRequest),
        (503, {}, "down", Upstream),
        (302, {"Location": "/elsewhere"}, "", Upstream),
    ],
)
def test_http_statuses_become_errors_by_kind(httpserver, ask, status, headers, body, error):
    httpserver.expect_request("/track/shipments").respond_with_data(body, status=status, headers=headers)
    with pytest.raises(error) as caught:
        ask()
    assert "hush" not in str(caught.value)
    assert getattr(caught.value, "retry_after", None) == (90 if error is RateLimited else None)


def test_no_more_is_asked_in_a_day_than_dhl_allows(httpserver, ask):
    httpserver.expect_request("/track/shipments").respond_with_data(sample("not_found"), status=404)
    asked = ask(*[Query(NUMBER)] * 3)
    with pytest.raises(RateLimited) as caught:
        ask()
    assert (len(asked), len(httpserver.log)) == (3, 3)
    assert caught.value.retry_after == 15 * 3600  # it is nine in the morning
    tomorrow = replace(ask.context, now=ask.context.now + timedelta(days=1))
    assert len(list(dhl.fetch([Query(NUMBER)], tomorrow))) == 1


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"status": 400, "detail": "Bad number"}, "bad_request"),
        ({"status": "429", "title": "Too many requests"}, "rate_limit"),
        ({"status": 503}, "upstream"),
        ({"title": "No idea"}, "bad_request"),
        ({"shipments": []}, "not_found"),
    ],
)
def test_errors_in_a_body_are_told_by_kind(body, kind):
    assert [one.kind for one in dhl.parse(Payload(json.dumps(body).encode())).errors] == [kind]


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", b"{}", b'{"shipments": "none"}'])
def test_r25_a_body_that_is_no_answer_is_a_bad_payload(body):
    with pytest.raises(BadPayload):
        dhl.parse(Payload(body))


# --- pushing ---------------------------------------------------------------------------------------------------------

PUSH = {"scope": "subscription.push", "shipments": []}
VALIDATE = {
    "scope": "subscription.validate",
    "self": "https://api-eu.dhl.com/tracking/push/v1/subscription/5b7c-11",
    "secret": "give-it-back",
}


def request(message, **fields):
    return InboundRequest({}, message if isinstance(message, bytes) else json.dumps(message).encode(), **fields)


@pytest.mark.parametrize(
    ("secret", "headers", "known", "valid"),
    [
        ("t0ken", {"x-our-header": "t0ken"}, False, True),
        ("t0ken", {"x-our-header": "T0ken"}, True, False),
        ("t0ken", {}, True, False),
        ("", {"x-our-header": ""}, True, True),
        ("", {"x-our-header": ""}, False, False),
    ],
)
def test_s03_a_push_proves_itself_by_the_token_or_by_its_address(make_context, secret, headers, known, valid):
    context = make_context(DhlSettings(api_key="k", push_secret=secret))
    for message in (PUSH, VALIDATE, b"\xff nonsense"):
        verdict = dhl.verify(InboundRequest(headers, request(message).body, known=known), context)
        assert verdict.valid is valid
        assert valid or (verdict.reply == "" and not context.memory.values)


def test_a_handshake_is_answered_leaves_no_row_and_is_finished_by_the_worker(httpserver, ask):
    verdict = dhl.verify(request(VALIDATE, known=True), ask.context)
    assert (verdict.valid, verdict.keep, verdict.reply) == (True, False, "give-it-back")
    sent = {"DHL-API-Hook-Secret": "give-it-back", "DHL-API-Key": "hush"}
    httpserver.expect_oneshot_request(
        "/tracking/push/v1/subscription/5b7c-11", method="POST", headers=sent
    ).respond_with_data(status=204)
    httpserver.expect_request("/track/shipments").respond_with_data(sample("not_found"), status=404)
    ask()
    ask()
    assert [told.path for told, _ in httpserver.log] == [
        "/tracking/push/v1/subscription/5b7c-11",
        "/track/shipments",
        "/track/shipments",
    ]
    ready = dhl.verify(request({"scope": "subscription.ready", "self": VALIDATE["self"]}, known=True), ask.context)
    assert (ready.valid, ready.keep, ready.reply) == (True, False, "")


@pytest.mark.parametrize(("status", "again"), [(503, True), (429, True), (400, False)])
def test_a_handshake_that_fails_stops_no_question(httpserver, ask, status, again):
    dhl.verify(request(VALIDATE, known=True), ask.context)
    httpserver.expect_request("/tracking/push/v1/subscription/5b7c-11").respond_with_data(status=status)
    httpserver.expect_request("/track/shipments").respond_with_data(sample("not_found"), status=404)
    ask()
    ask()
    assert len([1 for told, _ in httpserver.log if told.method == "POST"]) == (2 if again else 1)


@pytest.mark.parametrize("address", ["", ["s-1"], "https://x.example/../x y", "https://x.example/a?b=c", "a" * 99])
def test_a_handshake_for_no_subscription_is_not_kept(make_context, address):
    context = make_context(DhlSettings(api_key="k"))
    assert dhl.verify(request(VALIDATE | {"self": address}, known=True), context).keep is False
    assert context.memory.values == {}


def test_only_so_many_handshakes_wait(make_context):
    context = make_context(DhlSettings(api_key="k"))
    for turn in range(30):
        dhl.verify(request(VALIDATE | {"self": f"https://x.example/s-{turn}"}, known=True), context)
    assert list(context.memory.get("handshakes")) == [f"s-{turn}" for turn in range(10, 30)]


@pytest.mark.parametrize(("error", "tried", "left"), [(Upstream("no answer"), 1, 3), (BadRequest("odd"), 3, 0)])
def test_handshakes_that_nobody_answers_cost_a_question_little(make_context, error, tried, left):
    def reply(method, url, more):
        if method == "POST":
            raise error
        return http_answer(404, {"status": 404})

    http = ScriptedHttp(reply)
    context = make_context(DhlSettings(api_key="k"), http=http)
    for turn in range(3):
        dhl.verify(request(VALIDATE | {"self": f"https://x.example/s-{turn}"}, known=True), context)
    assert len(list(dhl.fetch([Query("00340434161094000000")], context))) == 1
    assert [method for method, _, _ in http.asked] == ["POST"] * tried + ["GET"]
    assert len(context.memory.get("handshakes")) == left


def test_out_for_delivery_is_read_from_the_text_and_a_time_without_offset_stays_without():
    [event] = dhl.parse(Payload(sample("push_out_for_delivery"), mode="push")).results[0].events
    assert (event.status.milestone, event.offset, event.utc) == (Milestone.OUT_FOR_DELIVERY, None, None)


def test_who_signed_can_be_hidden():
    for name, secret in (("express_delivered", "sombrero"), ("parcel_de_in_german", "quast")):
        events = dhl.parse(Payload(sample(name))).results[0].events
        assert any(secret in event.text.lower() for event in events)
        assert not any(secret in mask(event.text, event.private).lower() for event in events)
