"""UPS Track Alert against a server that speaks its protocol: subscribing, and who may bring news."""

import json
from datetime import timedelta

import pytest
from pydantic import SecretStr
from tracker_plugins.ups import Ups, UpsSettings
from werkzeug import Response

from tracker.sdk import (
    AuthFailed,
    BadPayload,
    BadRequest,
    InboundRequest,
    NotFound,
    Query,
    RateLimited,
    Subscription,
    Upstream,
)

from .conftest import LoopbackHttp

ups = Ups()
NUMBERS = [f"1Z4R7X8103960{number:05}" for number in range(130)]
ADDRESS = "https://shop.example/carriers/ups/push?key=long"
SUBSCRIBE = "/api/track/v1/subscription/standard/package"
SECRET = "a long word of our own"


@pytest.fixture
def ups_context(httpserver, make_context):
    """A context whose settings lead to the test server, which gives out tokens."""

    def make(push_secret=SECRET):
        settings = UpsSettings(
            client_id="me", client_secret="hush", push_secret=push_secret, base_url=httpserver.url_for("")
        )
        return make_context(settings, http=LoopbackHttp())

    token = {"access_token": "token", "expires_in": "14399"}
    httpserver.expect_request("/security/v1/oauth/token", method="POST").respond_with_json(token)
    return make


def queries(numbers):
    return [Query(number, "ups") for number in numbers]


def test_numbers_are_announced_by_hundreds_for_two_weeks_with_one_token(httpserver, ups_context):
    asked = []

    def take(request):
        asked.append(request)
        body = request.get_json()
        return json.dumps({"validTrackingNumbers": body["trackingNumberList"][1:], "invalidTrackingNumbers": ["x"]})

    httpserver.expect_request(SUBSCRIBE, method="POST").respond_with_handler(lambda r: Response(take(r)))
    ctx = ups_context()
    promised = list(ups.subscribe(queries([*NUMBERS, "9234567890", "1Z$"]), ADDRESS, ctx))
    assert [one.number for one in promised] == NUMBERS[1:100] + NUMBERS[101:]
    assert {one.expires for one in promised} == {ctx.now + timedelta(days=14)}
    assert [len(request.get_json()["trackingNumberList"]) for request in asked] == [100, 30]
    body = asked[0].get_json()
    assert body["destination"] == {"url": ADDRESS, "credentialType": "Bearer", "credential": SECRET}
    assert (body["locale"], body["countryCode"]) == ("en_US", "US")
    assert asked[0].headers["Authorization"] == "Bearer token"
    assert asked[0].headers["transId"]
    assert asked[0].headers["transactionSrc"] == "tracker"
    assert sum(request.path.endswith("/token") for request, _ in httpserver.log) == 1


def test_without_a_credential_nothing_is_announced(httpserver, ups_context):
    assert list(ups.subscribe(queries(NUMBERS), ADDRESS, ups_context(""))) == []
    assert httpserver.log == []


def test_numbers_that_ups_does_not_know_are_no_error(httpserver, ups_context):
    error = {"response": {"errors": [{"code": "VSS210", "message": "no valid number"}]}}
    httpserver.expect_request(SUBSCRIBE).respond_with_json(error, status=400)
    assert list(ups.subscribe(queries(NUMBERS[:1]), ADDRESS, ups_context())) == []


@pytest.mark.parametrize(
    ("status", "error"), [(400, BadRequest), (403, AuthFailed), (404, NotFound), (429, RateLimited), (503, Upstream)]
)
def test_a_refused_announcement_is_an_error_by_kind(httpserver, ups_context, status, error):
    body = {"response": {"errors": [{"code": "VSS600", "message": "URL is empty"}]}}
    httpserver.expect_request(SUBSCRIBE).respond_with_json(body, status=status, headers={"Retry-After": "9"})
    with pytest.raises(error) as caught:
        list(ups.subscribe(queries(NUMBERS[:1]), ADDRESS, ups_context()))
    assert getattr(caught.value, "retry_after", 9) == 9
    assert SECRET not in str(caught.value)


def test_an_announcement_ends_by_itself(httpserver, ups_context):
    ups.unsubscribe(Subscription(NUMBERS[0]), ups_context())
    assert httpserver.log == []


@pytest.mark.parametrize(
    ("headers", "known", "valid"),
    [
        ({"credential": SECRET}, False, True),
        ({"authorization": f"Bearer {SECRET}"}, False, True),
        ({"authorization": SECRET}, False, True),
        ({"credential": SECRET[:-1]}, False, False),
        ({"credential": SECRET.upper()}, False, False),
        ({"credential": ""}, False, False),
        ({}, False, False),
        ({}, True, False),
        ({"credential": "\udcff한"}, True, False),
    ],
)
def test_only_who_shows_our_credential_may_bring_news(ups_context, headers, known, valid):
    request = InboundRequest({"user-agent": "UPSPubSubTrackingService", **headers}, b"{}", known=known)
    verdict = ups.verify(request, ups_context())
    assert verdict.valid is valid
    assert verdict.keep


@pytest.mark.parametrize("known", [True, False])
def test_without_a_credential_the_address_must_be_the_one_we_made(ups_context, known):
    request = InboundRequest({"credential": ""}, b"{}", known=known)
    assert ups.verify(request, ups_context("")).valid is known


def test_a_verdict_needs_no_more_than_the_shared_secret(make_context):
    settings = UpsSettings.model_construct(push_secret=SecretStr(SECRET))
    assert ups.verify(InboundRequest({"credential": SECRET}, b""), make_context(settings)).valid


def test_many_numbers_are_asked_for_with_one_token_over_real_sockets(httpserver, ups_context):
    found = {"trackResponse": {"shipment": []}}
    for number in NUMBERS[:3]:
        httpserver.expect_request(f"/api/track/v1/details/{number}", method="GET").respond_with_json(found)
    payloads = list(ups.fetch(queries(NUMBERS[:3]), ups_context()))
    assert [payload.numbers for payload in payloads] == [(number,) for number in NUMBERS[:3]]
    assert sum(request.path.endswith("/token") for request, _ in httpserver.log) == 1


@pytest.mark.parametrize(
    ("status", "body", "error"), [(429, "{}", RateLimited), (503, "{}", Upstream), (200, "<html>", None)]
)
def test_trouble_while_asking_is_told_by_kind(httpserver, ups_context, status, body, error):
    path = f"/api/track/v1/details/{NUMBERS[0]}"
    httpserver.expect_request(path).respond_with_data(body, status=status, headers={"Retry-After": "9"})
    if error is None:  # a page under "200 OK" is handed on, for parse to refuse
        (payload,) = ups.fetch(queries(NUMBERS[:1]), ups_context())
        with pytest.raises(BadPayload):
            ups.parse(payload)
        return
    with pytest.raises(error) as caught:
        list(ups.fetch(queries(NUMBERS[:1]), ups_context()))
    assert getattr(caught.value, "retry_after", 9) == 9
