"""USPS's news: subscribing against a server that speaks its protocol, and who may bring news."""

import base64
import hmac
import json
from datetime import timedelta

import pytest
from pydantic import SecretStr, ValidationError
from tracker_plugins.usps import Usps, UspsSettings

from tracker.sdk import AuthFailed, BadRequest, InboundRequest, Query, Subscription

from .conftest import PLUGINS, LoopbackHttp

usps = Usps()
SECRET = "A secret of exactly 32 character"
ADDRESS = "https://shop.example/carriers/usps/push?key=long"
SUBSCRIPTIONS = "/subscriptions-tracking/v3/subscriptions"
FIRST, SECOND = "11111111-0000-4000-8000-000000000000", "22222222-0000-4000-8000-000000000000"
PUSH = (PLUGINS / "usps/samples/push_delivered.json").read_bytes()


@pytest.fixture
def usps_context(httpserver, make_context):
    httpserver.expect_request("/oauth2/v3/token").respond_with_json({"access_token": "token", "expires_in": 28799})

    def make(push_secret=SECRET):
        settings = UspsSettings(
            client_id="me", client_secret="hush", push_secret=push_secret, admin_email="ops@shop.example",
            base_url=httpserver.url_for(""),
        )  # fmt: skip
        return make_context(settings, http=LoopbackHttp())

    return make


def calls(httpserver):
    return [(request.method, request.path) for request, _ in httpserver.log if "token" not in request.path]


def test_a_number_is_subscribed_to_for_thirty_days_with_a_token_of_its_own_scope(httpserver, usps_context):
    made = {"subscriptionId": FIRST}
    httpserver.expect_oneshot_request(SUBSCRIPTIONS, method="POST").respond_with_json(made, status=201)
    ctx = usps_context()
    promised = list(usps.subscribe([Query("9400", "usps")], ADDRESS, ctx))
    assert promised == [Subscription("9400", FIRST, ctx.now + timedelta(days=30))]
    token, asked = (request.get_json() for request, _ in httpserver.log)
    assert token["scope"] == "subscriptions-tracking"
    assert asked == {
        "listenerURL": ADDRESS,
        "secret": SECRET,
        "adminNotification": [{"email": "ops@shop.example"}],
        "filterProperties": {"trackingNumber": "9400", "trackingEventTypes": ["ALL_UPDATES"]},
    }


def test_renewing_makes_the_subscription_anew_since_only_that_keeps_it_alive(httpserver, usps_context):
    twin = {"error": {"code": "400", "message": f"Duplicate of an existing subscription. subscriptionId : {FIRST}"}}
    one = f"{SUBSCRIPTIONS}/{FIRST}"
    httpserver.expect_oneshot_request(SUBSCRIPTIONS, method="POST").respond_with_json(twin, status=400)
    httpserver.expect_oneshot_request(one, method="GET").respond_with_json({}, headers={"ETag": '"7"'})
    httpserver.expect_oneshot_request(one, method="DELETE", headers={"If-Match": '"7"'}).respond_with_data(status=204)
    httpserver.expect_oneshot_request(SUBSCRIPTIONS, method="POST").respond_with_json({"subscriptionId": SECOND})
    (promised,) = usps.subscribe([Query("9400")], ADDRESS, usps_context())
    assert promised.ref == SECOND
    httpserver.check_assertions()


def test_without_a_secret_nothing_is_subscribed_to(httpserver, usps_context):
    assert list(usps.subscribe([Query("9400")], ADDRESS, usps_context(""))) == []
    assert httpserver.log == []


@pytest.mark.parametrize(("status", "error"), [(400, BadRequest), (401, AuthFailed), (403, AuthFailed)])
def test_a_refused_subscription_is_an_error_that_tells_no_secret(httpserver, usps_context, status, error):
    told = {"error": {"message": "no", "secret": SECRET}}
    httpserver.expect_request(SUBSCRIPTIONS).respond_with_json(told, status=status)
    with pytest.raises(error) as caught:
        list(usps.subscribe([Query("9400")], ADDRESS, usps_context()))
    assert SECRET not in str(caught.value)


def test_a_subscription_is_ended_by_its_etag_and_one_that_is_gone_is_no_error(httpserver, usps_context):
    one = f"{SUBSCRIPTIONS}/{FIRST}"
    httpserver.expect_oneshot_request(one, method="GET").respond_with_json({}, headers={"ETag": '"7"'})
    httpserver.expect_oneshot_request(one, method="DELETE", headers={"If-Match": '"7"'}).respond_with_data(status=204)
    httpserver.expect_oneshot_request(one, method="GET").respond_with_json({}, status=404)
    ctx = usps_context()
    usps.unsubscribe(Subscription("9400", FIRST), ctx)
    usps.unsubscribe(Subscription("9400", FIRST), ctx)
    usps.unsubscribe(Subscription("9400"), ctx)
    assert [method for method, _ in calls(httpserver)] == ["GET", "DELETE", "GET"]
    httpserver.check_assertions()


def sign(stamp, payload, secret=SECRET):
    return base64.b64encode(hmac.digest(secret.encode(), f"{stamp}{payload}".encode(), "sha256")).decode()


def message(**fields):
    return json.dumps({"subscriptionId": FIRST, **fields}).encode()


GOOD = sign("t", '{"a": "한"}')


@pytest.mark.parametrize(
    ("body", "mac", "known", "valid"),
    [
        (message(timestamp="t", payload='{"a": "한"}'), GOOD, False, True),
        (message(timestamp="T", payload='{"a": "한"}'), GOOD, True, False),
        (message(timestamp="t", payload='{"a":"한"}'), GOOD, True, False),
        (message(timestamp="t", payload={"a": "한"}), GOOD, True, False),
        (message(timestamp="t", payload='{"a": "한"}'), sign("t", '{"a": "한"}', "another"), True, False),
        (message(timestamp="t", payload='{"a": "한"}'), "", True, False),
        (message(timestamp="t", payload='{"a": "한"}'), "no base64!", True, False),
        (message(timestamp=["t"], payload="\udcff"), GOOD, True, False),
        (b"<html>", GOOD, True, False),
        (b"[]", GOOD, False, False),
    ],
)
def test_a_push_is_believed_by_its_hmac_over_time_stamp_and_payload(usps_context, body, mac, known, valid):
    assert usps.verify(InboundRequest({"x-hmac": mac}, body, known=known), usps_context()).valid is valid


def test_the_sample_push_is_signed_as_usps_signs(make_context):
    expected = json.loads((PLUGINS / "usps/samples/push_delivered.expected.json").read_text())
    settings = UspsSettings.model_construct(push_secret=SecretStr(SECRET))
    verdict = usps.verify(InboundRequest(expected["headers"], PUSH), make_context(settings))
    assert (verdict.valid, verdict.keep) == (True, True)


@pytest.mark.parametrize("known", [True, False])
def test_without_a_secret_there_is_no_hmac_and_the_address_must_be_the_one_we_made(usps_context, known):
    assert usps.verify(InboundRequest({}, PUSH, known=known), usps_context("")).valid is known


def test_a_greeting_at_our_own_address_is_answered_and_not_kept(usps_context):
    verdict = usps.verify(InboundRequest({}, message(challenge="abc"), known=True), usps_context())
    assert (verdict.valid, verdict.keep, verdict.reply) == (True, False, '{"challenge": "abc"}')
    stranger = usps.verify(InboundRequest({}, message(challenge="abc")), usps_context())
    assert not stranger.valid


@pytest.mark.parametrize(
    ("secret", "address", "field"),
    [("short", "ops@shop.example", "push_secret"), ("x" * 33, "a@b.c", "push_secret"), ("x" * 32, "", "admin_email")],
)
def test_settings_that_usps_would_refuse_are_refused_here(secret, address, field):
    with pytest.raises(ValidationError) as caught:
        UspsSettings(client_id="me", client_secret="hush", push_secret=secret, admin_email=address)
    assert [error["loc"] for error in caught.value.errors()] == [(field,)]


def test_no_secret_is_needed_to_ask():
    assert UspsSettings(client_id="me", client_secret="hush").admin_email == ""
