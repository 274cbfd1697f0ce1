"""DHL Express: asked over a real server for offsets, pieces by their licence plate, and its errors by kind."""

import json

import pytest
from tracker_plugins.mydhl import MyDhl, MyDhlSettings

from tracker.domain.privacy import mask
from tracker.sdk import AuthFailed, BadPayload, BadRequest, InvalidNumber, Payload, Query, RateLimited, Upstream

from .conftest import PLUGINS, LoopbackHttp

NUMBER, PLATE = "4207719358", "JD010000000000004712"
DOOR = f"/mydhlapi/shipments/{NUMBER}/tracking"
dhl = MyDhl()


def sample(name):
    return (PLUGINS / "mydhl/samples" / f"{name}.json").read_bytes()


@pytest.fixture
def context(httpserver, make_context):
    settings = MyDhlSettings(username="me", password="hush", base_url=httpserver.url_for("/mydhlapi/"))
    return make_context(settings, http=LoopbackHttp())


def ask(context, number=NUMBER):
    return list(dhl.fetch([Query(number)], context))


def test_a_shipment_is_asked_for_with_the_offsets_of_its_checkpoints(httpserver, context):
    httpserver.expect_oneshot_request(
        DOOR,
        method="GET",
        query_string={
            "trackingView": "all-checkpoints", "levelOfDetail": "shipment", "requestGMTOffsetPerEvent": "true",
        },
        headers={"Authorization": "Basic bWU6aHVzaA==", "Accept-Language": "eng"},
    ).respond_with_data(sample("delivered"), content_type="application/json")  # fmt: skip
    [payload] = ask(context)
    events = dhl.parse(payload).results[0].events
    assert payload.numbers == (NUMBER,)
    assert [f"{event.utc:%d %H:%M}" for event in events][:3] == ["04 05:40", "04 12:05", "05 01:31"]


def test_a_piece_is_asked_for_by_its_licence_plate_and_answered_under_it(httpserver, context):
    httpserver.expect_oneshot_request(
        "/mydhlapi/tracking",
        query_string={"trackingView": "all-checkpoints", "levelOfDetail": "all", "pieceTrackingNumber": PLATE},
    ).respond_with_data(sample("one_piece"))
    [result] = dhl.parse(ask(context, PLATE)[0]).results
    assert (result.number, [event.code for event in result.events]) == (PLATE, ["MS"])


def test_an_unknown_number_is_told_by_parse(httpserver, context):
    httpserver.expect_request(DOOR).respond_with_data(sample("not_found"), status=404)
    [problem] = dhl.parse(ask(context)[0]).errors
    assert (problem.kind, problem.number) == ("not_found", NUMBER)


@pytest.mark.parametrize(
    ("status", "headers", "body", "error"),
    [
        (401, {}, '{"status": 401}', AuthFailed),
        (403, {}, "", AuthFailed),
        (429, {"Retry-After": "12"}, "", RateLimited),
        (400, {}, "<html>", BadRequest),
        (500, {}, '{"status": 500}', Upstream),
        (503, {}, "down", Upstream),
    ],
)
def test_http_statuses_become_errors_by_kind(httpserver, context, status, headers, body, error):
    httpserver.expect_request(DOOR).respond_with_data(body, status=status, headers=headers)
    with pytest.raises(error) as caught:
        ask(context)
    assert "hush" not in str(caught.value)
    assert getattr(caught.value, "retry_after", None) == (12 if error is RateLimited else None)


@pytest.mark.parametrize("number", ["../../rates", "42 07", "1234", "4" * 36, "4207719358?x"])
def test_a_number_that_would_change_the_address_is_not_asked_for(httpserver, context, number):
    with pytest.raises(InvalidNumber):
        ask(context, number)
    assert httpserver.log == []


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"status": "401", "title": "Unauthorized"}, "auth"),
        ({"status": 429, "detail": "Too many"}, "rate_limit"),
        ({"status": 503, "title": "Down"}, "upstream"),
        ({"title": "What?"}, "bad_request"),
        ({"shipments": []}, "not_found"),
    ],
)
def test_errors_in_a_body_are_told_by_kind(body, kind):
    assert [error.kind for error in dhl.parse(Payload(json.dumps(body).encode())).errors] == [kind]


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", b"{}", b'{"shipments": "none"}'])
def test_r25_a_body_that_is_no_answer_is_a_bad_payload(body):
    with pytest.raises(BadPayload):
        dhl.parse(Payload(body))


def test_without_an_offset_there_is_no_instant():
    events = dhl.parse(Payload(sample("held_by_customs"))).results[0].events
    assert {(event.offset, event.utc) for event in events} == {(None, None)}


def test_who_signed_can_be_hidden():
    event = dhl.parse(Payload(sample("delivered"))).results[0].events[-1]
    assert "SOMBRERO" in event.text
    assert "SOMBRERO" not in mask(event.text, event.private)
