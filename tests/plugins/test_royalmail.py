"""Royal Mail: asked over a real server with its two headers, its errors by kind, and its codes."""

import json

import pytest
from tracker_plugins.royalmail import RULES, RoyalMail, RoyalMailSettings

from tracker.domain.privacy import mask
from tracker.sdk import AuthFailed, BadPayload, BadRequest, InvalidNumber, Payload, Query, RateLimited, Upstream

from .conftest import PLUGINS, LoopbackHttp

NUMBER = "ZA009988776GB"
DOOR = f"/mailpieces/v2/{NUMBER}/events"
post = RoyalMail()


def sample(name):
    return (PLUGINS / "royalmail/samples" / f"{name}.json").read_bytes()


@pytest.fixture
def context(httpserver, make_context):
    settings = RoyalMailSettings(client_id="me", client_secret="hush", base_url=httpserver.url_for("/"))
    return make_context(settings, http=LoopbackHttp())


def ask(context, number=NUMBER):
    return list(post.fetch([Query(number)], context))


def test_an_item_is_asked_for_with_both_headers_and_answered_under_the_number_asked_for(httpserver, context):
    headers = {"X-IBM-Client-Id": "me", "X-IBM-Client-Secret": "hush", "X-Accept-RMG-Terms": "yes"}
    httpserver.expect_oneshot_request(DOOR, method="GET", headers=headers).respond_with_data(sample("delivered"))
    [result] = post.parse(ask(context)[0]).results
    assert result.number == NUMBER
    assert [f"{event.utc:%H:%M}" for event in result.events[:2]] == ["09:31", "06:12"]


@pytest.mark.parametrize("status", [200, 404])
def test_an_unknown_number_is_told_by_parse(httpserver, context, status):
    httpserver.expect_request(DOOR).respond_with_data(sample("not_found"), status=status)
    [problem] = post.parse(ask(context)[0]).errors
    assert (problem.kind, problem.number) == ("not_found", NUMBER)


@pytest.mark.parametrize(
    ("status", "headers", "body", "error"),
    [
        (401, {}, '{"httpCode": "401"}', AuthFailed),
        (403, {}, "", AuthFailed),
        (429, {"Retry-After": "3"}, "", RateLimited),
        (400, {}, "<html>", BadRequest),
        (503, {}, "down", Upstream),
    ],
)
def test_http_statuses_become_errors_by_kind(httpserver, context, status, headers, body, error):
    httpserver.expect_request(DOOR).respond_with_data(body, status=status, headers=headers)
    with pytest.raises(error) as caught:
        ask(context)
    assert "hush" not in str(caught.value)
    assert getattr(caught.value, "retry_after", None) == (3 if error is RateLimited else None)


@pytest.mark.parametrize("number", ["../../../oauth", "ZA 009988", "ZA1", "Z" * 36, "ZA009988776GB?x"])
def test_a_number_that_would_change_the_address_is_not_asked_for(httpserver, context, number):
    with pytest.raises(InvalidNumber):
        ask(context, number)
    assert httpserver.log == []


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"httpCode": "400", "errors": [{"errorCode": "E0004", "errorDescription": "header"}]}, "bad_request"),
        ({"httpCode": "429", "httpMessage": "Too Many Requests"}, "rate_limit"),
        ({"httpCode": 500, "errors": [{"errorCode": "E0009"}]}, "upstream"),
        ({"httpCode": "401", "httpMessage": "Unauthorized"}, "auth"),
        ({"errors": [{"errorCode": "E1142"}]}, "not_found"),
    ],
)
def test_errors_in_a_body_are_told_by_kind(body, kind):
    assert [error.kind for error in post.parse(Payload(json.dumps(body).encode())).errors] == [kind]


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", b"{}", b'{"mailPieces": 7, "errors": []}'])
def test_r25_a_body_that_is_no_answer_is_a_bad_payload(body):
    with pytest.raises(BadPayload):
        post.parse(Payload(body))


@pytest.mark.parametrize(
    ("code", "text", "milestone"),
    [
        ("EVKLC", "Delivered", "available_for_pickup"),
        ("EVDRW", "Item Received", "returning"),
        ("EVDPM", "Item Received", "in_transit"),
        ("EVZDM", "", "info_received"),
        ("XYZ", "Delivered", "delivered"),
        ("XYZ", "Delivery Attempted", "attempt_failed"),
        ("XYZ", "A riddle", "unknown"),
    ],
)
def test_r14_the_code_wins_over_the_text_and_an_unknown_word_stays_unknown(code, text, milestone):
    assert RULES.read(code=code, text=text)[0].milestone == milestone


def test_who_signed_is_private():
    event = post.parse(Payload(sample("delivered"))).results[0].events[0]
    assert "SAMPLE" in event.text
    assert "SAMPLE" not in mask(event.text, event.private)
