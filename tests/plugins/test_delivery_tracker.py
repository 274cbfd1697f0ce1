"""Delivery Tracker: GraphQL errors under 200, pings that nobody signs, leases of two days, and drivers' names."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from tracker_plugins.delivery_tracker import DeliveryTracker, DeliveryTrackerSettings
from tracker_plugins.delivery_tracker.reading import COVERS

from tracker.sdk import AuthFailed, BadPayload, BadRequest, InboundRequest, Payload, Query, RateLimited, Upstream

from .conftest import PLUGINS, LoopbackHttp
from .servers import MEANT, Server, reply

vendor = DeliveryTracker()
API = "/graphql"
SAMPLES = PLUGINS / "delivery_tracker/samples"
QUERY = Query("612345678901", "cjlogistics")
PING = b'{"carrierId":"kr.cjlogistics","trackingNumber":"612345678901"}'


def sample(name):
    return reply((SAMPLES / f"{name}.json").read_bytes())


def failure(code):
    return reply({"data": None, "errors": [{"message": "made up", "extensions": {"code": code}}]})


@pytest.fixture
def server(httpserver):
    server = Server(httpserver)
    server.answers(API, sample("journey"))
    return server


@pytest.fixture
def ctx(server, make_context):
    settings = DeliveryTrackerSettings(client_id="me", client_secret="s", base_url=server.url + API)
    return make_context(settings, http=LoopbackHttp())


def test_a_parcel_is_asked_for_by_the_vendors_word_and_told_under_ours(server, ctx):
    (payload,) = vendor.fetch([QUERY], ctx)
    assert server.asked[0].headers["Authorization"] == "TRACKQL-API-KEY me:s"
    assert server.asked[0].json["variables"] == {"carrierId": "kr.cjlogistics", "trackingNumber": "612345678901"}
    (result,) = vendor.parse(payload).results
    assert (result.number, result.carrier, len(result.events)) == ("612345678901", "cjlogistics", 6)
    list(vendor.fetch([Query("EE123456785KR", "koreapost"), Query("6012345678901", "koreapost")], ctx))
    assert [asked.json["variables"]["carrierId"] for asked in server.asked[1:]] == ["kr.epost.ems", "kr.epost"]
    with pytest.raises(BadRequest):
        list(vendor.fetch([Query("1", "ups")], ctx))
    assert set(vendor.covers) == set(COVERS)


def test_nothing_personal_is_asked_for_and_what_a_text_tells_of_drivers_is_private(server, ctx):
    list(vendor.fetch([QUERY], ctx))
    asked = server.asked[0].json["query"]
    assert not any(word in asked for word in ("sender", "recipient", "contact", "phone"))
    events = vendor.parse(Payload((SAMPLES / "journey.json").read_bytes())).results[0].events
    assert [event.private for event in events[-2:]] == [("홍예시", "010-1234-0000")] * 2
    assert "홍*시" not in str(vendor.parse(Payload((SAMPLES / "page.json").read_bytes())))


@pytest.mark.parametrize(
    ("code", "error"), [("UNAUTHENTICATED", AuthFailed), ("TOO_MANY_REQUESTS", RateLimited), ("INTERNAL", Upstream)]
)
def test_what_concerns_the_account_is_raised_although_it_comes_under_200(server, ctx, code, error):
    server.answers(API, failure(code))
    for ask in (lambda: list(vendor.fetch([QUERY], ctx)), lambda: vendor.probe(ctx)):
        with pytest.raises(error):
            ask()


def test_what_concerns_a_number_is_told_of_it_alone(server, ctx):
    server.answers(API, sample("not_found"), sample("invalid_number"))
    payloads = list(vendor.fetch([QUERY, replace(QUERY, number="1")], ctx))
    told = [(error.kind, error.number) for payload in payloads for error in vendor.parse(payload).errors]
    assert told == [("not_found", "612345678901"), ("invalid_number", "1")]


def test_a_server_in_trouble_is_told_by_its_status(server, ctx):
    assert server.misbehaves(API, lambda: vendor.fetch([QUERY], ctx), vendor) == MEANT


def test_a_ping_is_believed_at_the_registered_address_alone_and_differs_by_the_minute(ctx):
    known, strange = InboundRequest({}, PING, known=True), InboundRequest({}, PING)
    first = vendor.verify(known, ctx)
    again = vendor.verify(known, replace(ctx, now=ctx.now + timedelta(seconds=59)))
    later = vendor.verify(known, replace(ctx, now=ctx.now + timedelta(seconds=60)))
    assert first.valid
    assert not vendor.verify(strange, ctx).valid
    assert first.delivery == again.delivery != later.delivery
    (result,) = vendor.parse(Payload(PING, mode="push")).results
    assert (result.number, result.carrier, result.ask, result.events) == ("612345678901", "cjlogistics", True, ())


def test_a_webhook_is_registered_for_two_days_and_again_to_renew_it(server, ctx):
    server.answers(API, sample("registered"))
    for _ in range(2):
        (one,) = vendor.subscribe([QUERY], "https://portal.example/hooks/x", ctx)
    assert (one.number, one.carrier, one.expires) == ("612345678901", "cjlogistics", ctx.now + timedelta(hours=48))
    assert server.asked[1].json["variables"]["input"] == {
        "carrierId": "kr.cjlogistics", "trackingNumber": "612345678901",
        "callbackUrl": "https://portal.example/hooks/x", "expirationTime": "2026-03-04T09:00:00Z",
    }  # fmt: skip
    server.answers(API, failure("NOT_FOUND"), sample("registered"))
    promised = []
    with pytest.raises(BadRequest, match="NOT_FOUND"):
        promised.extend(one for one in vendor.subscribe([QUERY, QUERY], "https://portal.example/hooks/x", ctx))
    assert len(server.asked) == 4, "one number that is refused keeps no other from being subscribed"


@pytest.mark.parametrize("body", [b"{}", b"[]", b"null", b'{"data": null}', b'{"carrierId": "kr.lotte"}'])
@pytest.mark.parametrize("mode", ["fetch", "push"])
def test_what_is_no_answer_and_no_ping_is_a_bad_payload(body, mode):
    with pytest.raises(BadPayload):
        vendor.parse(Payload(body, mode=mode))


def test_a_status_reads_by_the_code_and_only_what_no_code_says_by_its_words():
    def read(code, name, text=""):
        node = {"time": "2026-03-02T09:00:00+09:00", "status": {"code": code, "name": name}, "description": text}
        body = json.dumps({"data": {"track": {"trackingNumber": "1", "events": {"edges": [{"node": node}]}}}})
        status = vendor.parse(Payload(body.encode())).results[0].events[0].status
        return f"{status.milestone} {status.reason}".strip()

    assert read("DELIVERED", "배송완료", "반송 아님") == "delivered"
    assert read("IN_TRANSIT", "간선하차") == "in_transit"
    assert read("IN_TRANSIT", "반송출고") == "returning"
    assert read("EXCEPTION", "접수취소") == "cancelled"
    assert read("EXCEPTION", "", "관부가세 납부 대기 중입니다") == "exception payment_due"
    assert read("IN_TRANSIT", "", "수입통관이 완료되었습니다") == "in_transit customs_cleared"
    assert read("ATTEMPT_FAIL", "미배달") == "attempt_failed"
    assert read("UNKNOWN", "새로운 말") == "unknown"
