"""Australia Post: ten numbers asked over a real server, each with its own answer or error."""

import json

import pytest
from tracker_plugins.australiapost import AustraliaPost, AustraliaPostSettings

from tracker.sdk import AuthFailed, BadPayload, BadRequest, Payload, Query, RateLimited, Upstream

from .conftest import PLUGINS, LoopbackHttp

NUMBERS = ("ABC0099887766", "SAM0000123", "NOPE000001")
post = AustraliaPost()


def sample(name):
    return (PLUGINS / "australiapost/samples" / f"{name}.json").read_bytes()


@pytest.fixture
def context(httpserver, make_context):
    settings = AustraliaPostSettings(
        api_key="me", password="hush", account_number="0012345678", base_url=httpserver.url_for("/")
    )
    return make_context(settings, http=LoopbackHttp())


def ask(context, *numbers):
    return list(post.fetch([Query(number) for number in numbers or NUMBERS], context))


def test_many_numbers_are_one_question_and_each_has_its_own_answer(httpserver, context):
    httpserver.expect_oneshot_request(
        "/shipping/v1/track",
        method="GET",
        query_string={"tracking_ids": ",".join(NUMBERS)},
        headers={"Account-Number": "0012345678", "Authorization": "Basic bWU6aHVzaA=="},
    ).respond_with_data(sample("three_numbers"), content_type="application/json")
    [payload] = ask(context)
    parsed = post.parse(payload)
    assert payload.numbers == NUMBERS
    assert [result.number for result in parsed.results] == ["ABC0099887766", "SAM0000123"]
    assert [(error.kind, error.number) for error in parsed.errors] == [("not_found", "NOPE000001")]
    assert post.limits.batch == 10


def test_numbers_that_may_not_be_mixed_are_asked_for_one_by_one(httpserver, context):
    mixed = {"errors": [{"code": "51103", "name": "TRACKING_IDS_MIX_OF_AP_AND_ST"}]}
    door = "/shipping/v1/track"
    httpserver.expect_request(door, query_string={"tracking_ids": "A1,B2"}).respond_with_json(mixed, status=400)
    for number in ("A1", "B2"):
        told = {"tracking_results": [{"tracking_id": number, "errors": [{"code": "ESB-10001"}]}]}
        httpserver.expect_request(door, query_string={"tracking_ids": number}).respond_with_json(told)
    assert [payload.numbers for payload in ask(context, "A1", "B2")] == [("A1",), ("B2",)]


@pytest.mark.parametrize(
    ("status", "headers", "body", "error"),
    [
        (401, {}, '{"errors": []}', AuthFailed),
        (403, {}, "", AuthFailed),
        (429, {"Retry-After": "30"}, '{"error_code": "API_002"}', RateLimited),
        (400, {}, "<html>", BadRequest),
        (503, {}, "down", Upstream),
    ],
)
def test_http_statuses_become_errors_by_kind(httpserver, context, status, headers, body, error):
    httpserver.expect_request("/shipping/v1/track").respond_with_data(body, status=status, headers=headers)
    with pytest.raises(error) as caught:
        ask(context)
    assert "hush" not in str(caught.value)
    assert getattr(caught.value, "retry_after", None) == (30 if error is RateLimited else None)


def test_a_refused_question_explains_itself(httpserver, context):
    httpserver.expect_request("/shipping/v1/track").respond_with_data(sample("too_many"), status=400)
    with pytest.raises(BadRequest, match="51101: The request must contain 10 or less"):
        ask(context)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("51104", "not_found"),
        ("ESB-10002", "invalid_number"),
        ("ESB-20050", "upstream"),
        ("51100", "bad_request"),
        (99, "bad_request"),
    ],
)
def test_errors_in_a_body_are_told_by_kind(code, kind):
    body = json.dumps({"errors": [{"code": code, "message": "why"}]}).encode()
    assert [error.kind for error in post.parse(Payload(body)).errors] == [kind]


def test_a_consignment_is_delivered_once_its_last_article_is():
    told = json.loads(sample("three_numbers"))
    articles = told["tracking_results"][1]["trackable_items"][0]["items"]
    articles[1]["status"] = "Delivered"
    articles[1]["events"] = [{"description": "Delivered", "date": "2026-03-05T09:00:00+08:00"}]
    events = post.parse(Payload(json.dumps(told).encode())).results[1].events
    assert [event.status.milestone for event in events] == ["delivered"]
    assert events[0].local.day == 5


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", b"{}", b'{"tracking_results": 7}'])
def test_r25_a_body_that_is_no_answer_is_a_bad_payload(body):
    with pytest.raises(BadPayload):
        post.parse(Payload(body))
