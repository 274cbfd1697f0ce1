"""FedEx: its answers and pushes, and its protocol against a server that speaks it."""

import base64
import hmac
import json
from datetime import datetime, timedelta

import pytest
from pydantic import SecretStr
from tracker_plugins.fedex import Fedex, FedexSettings

from tracker.sdk import (
    AuthFailed,
    BadPayload,
    BadRequest,
    InboundRequest,
    Milestone,
    NotFound,
    Payload,
    Query,
    RateLimited,
    Upstream,
    read_status,
)

from .conftest import PLUGINS, LoopbackHttp

fedex = Fedex()
NUMBERS = [f"7946000{number:05}" for number in range(30)]
TOKEN = "Token0fTheSampleWebhook26"
FOUND = {"output": {"completeTrackResults": []}}


def sample(name):
    return (PLUGINS / "fedex/samples" / f"{name}.json").read_bytes()


def read(name):
    return fedex.parse(Payload(sample(name)))


def read_scan(**fields):
    scan = {"date": "2026-03-02T10:15:00-06:00", **fields}
    journey = {"trackingNumberInfo": {"trackingNumber": "1"}, "scanEvents": [scan]}
    answer = {"output": {"completeTrackResults": [{"trackingNumber": "1", "trackResults": [journey]}]}}
    return fedex.parse(Payload(json.dumps(answer).encode())).results[0].events[0]


def test_names_signatures_and_streets_are_not_copied():
    for name in ("delivered", "push_delivered"):
        told = str(read(name)).lower()
        assert not [secret for secret in ("s.person", "sample", "nowhere") if secret in told]


@pytest.mark.parametrize(
    ("event", "derived", "cause", "why", "code", "status"),
    [
        ("AR", "IT", "", "", "AR", "in_transit arrived_hub"),
        ("OC", "IN", "", "", "OC", "info_received"),
        ("", "IN", "", "", "IN", "info_received"),
        ("DE", "DE", "08", "Customer not available or business closed", "DE 08", "attempt_failed absent +action"),
        ("DE", "DE", "X9", "Shipment refused by recipient", "DE X9", "exception refused"),
        ("DE", "DE", "", "", "DE", "exception"),
        ("SE", "SE", "Q1", "Barcode label unreadable and replaced", "SE Q1", "exception"),
        ("CD", "DE", "B7", "Regulatory agency clearance delay", "CD B7", "in_transit customs +delayed"),
        # Scans that report no trouble carry exception codes as remarks.
        ("PU", "PU", "08", "Package available for clearance", "PU 08", "picked_up"),
        ("AF", "IT", "A3", "Tendered at FedEx Facility", "AF A3", "in_transit arrived_hub"),
        # FedEx's newer word for a scan counts, where it is more than a summary.
        ("PU", "DL", "", "", "PU/DL", "delivered"),
        ("AR", "RS", "", "", "AR/RS", "returning"),
        ("AR", "QQ", "", "", "AR", "in_transit arrived_hub"),
        ("QQ", "QQ", "", "", "QQ", "unknown"),
    ],
)
def test_r14_a_scan_means_what_its_codes_say_and_an_unknown_one_stays_unknown(event, derived, cause, why, code, status):
    scan = read_scan(eventType=event, derivedStatusCode=derived, exceptionCode=cause, exceptionDescription=why)
    assert scan.code == code
    assert scan.status.milestone is Milestone.UNKNOWN if status == "unknown" else scan.status == read_status(status)
    assert bool(scan.rule) is (status != "unknown")


def test_scans_of_one_minute_that_say_different_things_stay_apart():
    codes = {read_scan(eventType="PU", derivedStatusCode=derived).code for derived in ("OC", "DP", "OD", "DL")}
    assert len(codes) == 4


@pytest.mark.parametrize(
    ("date", "local", "hours"),
    [
        ("2024-08-12T15:18:10 -0500", datetime(2024, 8, 12, 15, 18, 10), -5),
        ("2024-08-12T15:18:10-05:00", datetime(2024, 8, 12, 15, 18, 10), -5),
        ("2024-08-12T15:18:10+08:00", datetime(2024, 8, 12, 15, 18, 10), 8),
        ("2024-08-12T15:18:10", datetime(2024, 8, 12, 15, 18, 10), None),
        ("2024-08-12T15:18:10+25:00", datetime(2024, 8, 12, 15, 18, 10), None),
        ("yesterday", None, None),
        (None, None, None),
    ],
)
def test_r10_dates_in_every_spelling(date, local, hours):
    event = read_scan(date=date, eventType="AR")
    assert event.local == local
    assert event.offset == (None if hours is None else timedelta(hours=hours))


def test_two_journeys_of_one_number_are_both_told_the_newest_first():
    newest, older = read("two_journeys").results
    assert newest.number == older.number
    assert newest.events[0].status.milestone is Milestone.DELIVERED
    assert (len(newest.events), len(older.events)) == (3, 2)


def test_an_unknown_number_in_an_answer_costs_no_other_number():
    parsed = read("not_found")
    assert [(problem.kind, problem.number) for problem in parsed.errors] == [
        ("not_found", "794600000021"),
        ("not_found", "794600000032"),
    ]
    assert [result.number for result in parsed.results] == ["794600000010"]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("TRACKING.TRACKINGNUMBER.NOTFOUND", "not_found"),
        ("TRACKING.TRACKINGNUMBER.INVALID", "invalid_number"),
        ("TRACKING.TRACKINGNUMBER.EMPTY", "invalid_number"),
        ("NOT.AUTHORIZED.ERROR", "auth"),
        ("FORBIDDEN.ERROR", "auth"),
        ("BAD.REQUEST.ERROR", "bad_request"),
        ("SERVICE.UNAVAILABLE.ERROR", "upstream"),
        ("A.NEW.WORD", "upstream"),
    ],
)
def test_an_error_has_a_kind_by_the_words_of_its_code(code, kind):
    (problem,) = fedex.parse(Payload(json.dumps({"errors": [{"code": code, "message": "m"}]}).encode())).errors
    assert problem.kind == kind


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", b"{}", b'{"transactionId": "x"}', b"[" * 100_000])
def test_r25_a_body_that_is_no_answer_is_a_bad_payload(body):
    with pytest.raises(BadPayload):
        fedex.parse(Payload(body))


def test_a_parcel_that_the_mail_brings_goes_on_under_the_mails_number():
    (result,) = read("handed_to_usps").results
    assert (result.successor.carrier, result.successor.number) == ("usps", "9274890000000000000015")
    assert all(result.successor is None for result in read("trouble").results)


# --- asking ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def fedex_context(httpserver, make_context):
    settings = FedexSettings(client_id="me", client_secret="hush", push_secret=TOKEN, base_url=httpserver.url_for(""))
    return make_context(settings, http=LoopbackHttp())


def give_token(httpserver, *tokens):
    for token in tokens or ("token",):
        body = {"access_token": token, "token_type": "bearer", "expires_in": 3599, "scope": "CXS"}
        httpserver.expect_ordered_request("/oauth/token", method="POST").respond_with_json(body)


def asked(httpserver, path):
    return [request for request, _ in httpserver.log if request.path == path]


TRACK = "/track/v1/trackingnumbers"


def test_thirty_numbers_are_asked_for_at_once_and_the_token_is_asked_for_once(httpserver, fedex_context):
    give_token(httpserver)
    httpserver.expect_request(TRACK, method="POST").respond_with_json(FOUND)
    for _ in range(3):
        (payload,) = fedex.fetch([Query(number, "fedex") for number in NUMBERS], fedex_context)
    assert payload.numbers == tuple(NUMBERS)
    (token,) = asked(httpserver, "/oauth/token")
    assert dict(token.form) == {"grant_type": "client_credentials", "client_id": "me", "client_secret": "hush"}
    first, *_ = requests = asked(httpserver, TRACK)
    assert len(requests) == 3
    assert first.headers["Authorization"] == "Bearer token"
    assert first.headers["X-locale"] == "en_US"
    assert first.get_json()["includeDetailedScans"] is True
    told = [one["trackingNumberInfo"]["trackingNumber"] for one in first.get_json()["trackingInfo"]]
    assert told == NUMBERS
    assert fedex.limits.batch == 30


def test_a_refused_token_is_renewed_once(httpserver, fedex_context):
    give_token(httpserver)
    httpserver.expect_ordered_request(TRACK).respond_with_json({"errors": []}, status=401)
    give_token(httpserver, "token-2")
    httpserver.expect_ordered_request(TRACK).respond_with_json(FOUND)
    assert len(list(fedex.fetch([Query("1")], fedex_context))) == 1
    assert asked(httpserver, TRACK)[-1].headers["Authorization"] == "Bearer token-2"
    httpserver.check_assertions()


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (401, b"{}", AuthFailed),
        (403, b"{}", AuthFailed),
        (422, b"{}", BadRequest),
        (429, b"{}", RateLimited),
        (503, b"{}", Upstream),
        (404, b"<html>", NotFound),
        (502, b"<html>", Upstream),
    ],
)
def test_http_statuses_become_errors_by_kind(httpserver, fedex_context, status, body, error):
    token = {"access_token": "token", "expires_in": 3599}
    httpserver.expect_request("/oauth/token").respond_with_json(token)
    httpserver.expect_request(TRACK).respond_with_data(body, status=status, headers={"Retry-After": "7"})
    with pytest.raises(error) as caught:
        list(fedex.fetch([Query("1")], fedex_context))
    assert getattr(caught.value, "retry_after", 7) == 7
    assert len(asked(httpserver, "/oauth/token")) == (2 if status == 401 else 1)
    assert "hush" not in str(caught.value)


def test_what_fedex_explains_is_told_by_parse(httpserver, fedex_context):
    give_token(httpserver)
    error = {"errors": [{"code": "TRACKING.TRACKINGNUMBER.EMPTY", "message": "Please provide tracking number."}]}
    httpserver.expect_request(TRACK).respond_with_json(error, status=400)
    (payload,) = fedex.fetch([Query("1")], fedex_context)
    assert [problem.kind for problem in fedex.parse(payload).errors] == ["invalid_number"]


def test_a_page_instead_of_an_answer_is_no_answer(httpserver, fedex_context):
    give_token(httpserver)
    httpserver.expect_request(TRACK).respond_with_data(b"<html>maintenance</html>")
    (payload,) = fedex.fetch([Query("1")], fedex_context)
    with pytest.raises(BadPayload):
        fedex.parse(payload)


@pytest.mark.parametrize("status", [403, 429])
def test_a_refused_token_request_is_not_tried_again_at_once(httpserver, fedex_context, status):
    httpserver.expect_request("/oauth/token").respond_with_json({}, status=status)
    with pytest.raises((AuthFailed, RateLimited)):
        list(fedex.fetch([Query("1")], fedex_context))
    assert len(httpserver.log) == 1  # FedEx bans an address for ten minutes after a burst of these


# --- pushes ----------------------------------------------------------------------------------------------------------


def sign(body, token=TOKEN):
    return base64.b64encode(hmac.digest(token.encode(), body, "sha256")).decode()


@pytest.mark.parametrize(
    ("headers", "secret", "known", "valid"),
    [
        ({"fdx-signature": sign(sample("push_delivered"))}, TOKEN, False, True),
        ({"fdx-signature": sign(sample("push_delivered"), "other")}, TOKEN, True, False),
        ({"fdx-signature": sign(sample("push_delivered") + b" ")}, TOKEN, True, False),
        ({"fdx-signature": "no base64!"}, TOKEN, True, False),
        ({"fdx-signature": ""}, TOKEN, True, False),
        ({}, TOKEN, True, False),
        ({}, "", True, True),
        ({"fdx-signature": sign(sample("push_delivered"), "")}, "", False, False),
    ],
)
def test_a_push_is_believed_by_its_signature_over_the_raw_body(make_context, headers, secret, known, valid):
    settings = FedexSettings.model_construct(push_secret=SecretStr(secret))
    verdict = fedex.verify(InboundRequest(headers, sample("push_delivered"), known=known), make_context(settings))
    assert verdict.valid is valid


def test_a_push_and_an_answer_tell_one_scan_with_one_identity():
    pushed = read("push_latest_only").results[0].events[0]
    polled = next(event for event in read("push_delivered").results[0].events if event.code == "OD")
    assert (pushed.code, pushed.local, pushed.place, pushed.offset) == (
        polled.code, polled.local, polled.place, polled.offset,
    )  # fmt: skip


def test_the_page_of_a_number_is_fedexs_own():
    assert fedex.public_url("794600000010") == "https://www.fedex.com/fedextrack/?trknbr=794600000010"
