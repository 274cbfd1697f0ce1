"""USPS: its answers and pushes, and the Tracking API's protocol against a server that speaks it."""

import json
import tomllib
from datetime import datetime, timedelta

import pytest
from tracker_plugins.usps import Usps, UspsSettings

from tracker.sdk import (
    AuthFailed,
    BadPayload,
    BadRequest,
    Milestone,
    NotFound,
    Payload,
    Query,
    RateLimited,
    Upstream,
    read_status,
)

from .conftest import PLUGINS, LoopbackHttp

usps = Usps()
NUMBERS = [f"94001099900000000{number:05}" for number in range(35)]
TRACK, TOKEN = "/tracking/v3r2/tracking", "/oauth2/v3/token"


def read(name, *numbers):
    return usps.parse(Payload((PLUGINS / "usps/samples" / f"{name}.json").read_bytes(), numbers=numbers))


def parse(data, *numbers):
    return usps.parse(Payload(json.dumps(data).encode(), numbers=numbers))


def read_scan(**fields):
    return parse({"trackingNumber": "1", "trackingEvents": [fields]}).results[0].events[0]


def read_window(**fields):
    window = parse({"trackingNumber": "1", "trackingEvents": [], **fields}).results[0].estimated
    return window and (window.earliest, window.latest)


def test_the_name_of_who_signed_is_not_copied():
    assert "person" not in str(read("batch")).lower()


@pytest.mark.parametrize(
    ("code", "text", "status"),
    [
        ("01", "Delivered, Front Door/Porch", "delivered"),
        ("01", "Delivered, To Original Sender", "returned"),
        ("01", "Delivered to Agent for Final Delivery", "in_transit transferred"),
        ("01", "Held at Post Office, At Customer Request", "available_for_pickup +action"),
        ("MA", "Pre-Shipment Info Sent to USPS", "info_received"),
        ("GX", "Shipping Label Created, USPS Awaiting Item", "info_received awaiting_carrier"),
        ("82", "Departed Shipping Partner Facility, USPS Awaiting Item", "info_received awaiting_carrier"),
        ("OA", "Accepted at USPS Origin Facility", "picked_up accepted"),
        ("??", "Accepted at USPS Regional Facility", "picked_up accepted"),
        ("NT", "In Transit, Arriving Late", "in_transit +delayed"),
        ("??", "Processed Through Regional Facility", "in_transit"),
        ("??", "Customs Clearance Processing Complete", "in_transit customs_cleared"),
        ("??", "Inbound Into Customs", "in_transit customs_started"),
        ("??", "Held in Customs", "in_transit customs +delayed"),
        ("OF", "Out for Delivery, Expected Delivery by 9:00pm", "out_for_delivery"),
        ("14", "Arrived at Pick Up Point", "available_for_pickup +action"),
        ("55", "Notice Left (No Secure Location Available)", "attempt_failed notice_left +action"),
        ("??", "Delivery Exception, Animal Interference", "attempt_failed +action"),
        ("21", "No Such Number", "returning address"),
        ("??", "Unclaimed/Being Returned to Sender", "returning"),
        ("??", "Your item will be delivered on the next day", "in_transit"),
        ("??", "Undeliverable as Addressed", "exception undeliverable"),
        ("??", "Label Cancelled", "cancelled label"),
        ("??", "Something else", "unknown"),
        ("", "", "unknown"),
    ],
)
def test_r14_a_wording_wins_over_its_code_and_an_unknown_one_stays_unknown(code, text, status):
    event = read_scan(eventCode=code, eventType=text, eventTimestamp="2026-03-02T10:15:00")
    known = status != "unknown"
    assert event.status == read_status(status) if known else event.status.milestone is Milestone.UNKNOWN
    assert (event.code, event.text, bool(event.rule)) == (code, text, known)


def test_nothing_delivered_is_late_or_waits_for_somebody():
    table = tomllib.loads((PLUGINS / "usps/statuses.toml").read_text())
    rows = [row["status"] for part in ("wording", "text") for row in table[part]]
    entries = [*table["code"].values(), *rows]
    assert len(table["code"]) > 50
    assert not [entry for entry in entries if entry.startswith("delivered") and entry != "delivered"]


@pytest.mark.parametrize(
    ("stamp", "offset", "gmt", "country", "local", "hours"),
    [
        ("2026-03-04T13:10:00", "-06:00", "2026-03-04T19:10:09Z", None, "2026-03-04T13:10:00", -6),
        # The day in GMT is wrong: the offset told beside it is believed.
        ("2026-03-03T19:07:00", "-06:00", "2026-03-03T01:07:58Z", None, "2026-03-03T19:07:00", -6),
        # Without an offset the two clocks tell it, to the minute; a wrong day tells nothing.
        ("2026-03-05T09:00:00", None, "2026-03-05T14:00:31Z", None, "2026-03-05T09:00:00", -5),
        ("2026-03-04T21:40:00", None, "2026-03-04T02:40:12Z", None, "2026-03-04T21:40:00", None),
        ("2026-03-04T21:40:00", None, "2026-03-04T07:40:12Z", None, "2026-03-04T21:40:00", None),
        ("2026-03-04T21:40:00", None, "2026-03-04T08:40:12Z", "NEW ZEALAND", "2026-03-04T21:40:00", 13),
        ("2026-03-02T00:00:00", None, None, None, "2026-03-02T00:00:00", None),
        # A Z behind the local time is no zone.
        ("2026-03-02T09:15:00Z", "-05:00", None, None, "2026-03-02T09:15:00", -5),
        ("2026-03-02T09:15:00Z", None, None, None, "2026-03-02T09:15:00", None),
        (None, "-05:00", "2026-03-02T14:15:00Z", None, "2026-03-02T09:15:00", -5),
        (None, None, "2026-03-02T14:15:00Z", None, "2026-03-02T14:15:00", 0),
        ("yesterday", "-05:00", None, None, None, None),
    ],
)
def test_r10_a_scan_keeps_its_wall_clock_and_only_the_offset_that_is_told(stamp, offset, gmt, country, local, hours):
    event = read_scan(eventTimestamp=stamp, GMTOffset=offset, GMTTimestamp=gmt, eventCountry=country, eventCode="NT")
    assert event.local == (local and datetime.fromisoformat(local))
    assert event.offset == (None if hours is None else timedelta(hours=hours))
    assert event.zone_source == ("unknown" if hours is None else "carrier")


@pytest.mark.parametrize(
    ("fields", "window"),
    [
        ({"expectedDeliveryTimeStamp": "2024-11-29T00:00:00"}, ("2024-11-29 00:00", "2024-11-29 23:59")),
        ({"expectedDeliveryDate": "2024-11-29"}, ("2024-11-29 00:00", "2024-11-29 23:59")),
        ({"expectedDeliveryTimeStamp": "2024-11-29T18:00:00"}, ("2024-11-29 00:00", "2024-11-29 18:00")),
        (
            {
                "deliveryDateExpectation": {
                    "predictedDeliveryDate": "2024-11-29",
                    "predictedDeliveryWindowStartTime": "2:15 pm",
                    "predictedDeliveryWindowEndTime": "18:15:00",
                    "endOfDay": "21:00",
                }
            },
            ("2024-11-29 14:15", "2024-11-29 18:15"),
        ),
        (
            {"deliveryDateExpectation": {"guaranteedDeliveryDate": "2024-11-29", "endOfDay": "9:00 pm"}},
            ("2024-11-29 00:00", "2024-11-29 21:00"),
        ),
        ({"expectedDeliveryDate": ""}, None),
        ({"expectedDeliveryDate": "soon"}, None),
        ({}, None),
    ],
)
def test_an_expected_delivery_is_read_in_every_form(fields, window):
    assert read_window(**fields) == (window and tuple(map(datetime.fromisoformat, window)))


def test_a_number_not_scanned_yet_is_not_found_and_costs_no_other_number():
    parsed = read("batch", *NUMBERS[:3])
    assert [(problem.kind, problem.number) for problem in parsed.errors] == [("not_found", NUMBERS[1])]
    assert [result.number for result in parsed.results] == ["9400109990000000000007", "9400109990000000000027"]
    assert [(p.kind, p.number) for p in read("not_scanned_yet", "9").errors] == [("not_found", "9")]


@pytest.mark.parametrize(
    ("data", "numbers", "kind"),
    [
        ({"error": "invalid_client", "error_description": "no"}, ["1"], "auth"),
        ({"error": {"code": "401", "message": "Unauthorized"}}, ["1"], "auth"),
        ({"error": {"code": "429", "message": "Too many"}}, ["1"], "rate_limit"),
        ({"error": {"code": "400", "message": "bad"}}, ["1"], "invalid_number"),
        ({"error": {"code": "400", "message": "bad"}}, ["1", "2"], "bad_request"),
        ({"error": {"code": "400", "message": "could not locate the tracking information"}}, ["1"], "not_found"),
        ({"error": {"code": "503", "message": "down"}}, ["1"], "upstream"),
        ([{"statusCode": "404", "error": {"message": "x"}}], ["1"], "not_found"),
    ],
)
def test_an_error_has_a_kind(data, numbers, kind):
    (problem,) = parse(data, *numbers).errors
    ours = len(numbers) > 1 or kind in ("auth", "rate_limit")
    assert (problem.kind, problem.number) == (kind, "" if ours else numbers[0])


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", b"{}", b'{"payload": "x"}', b'{"payload": "{}"}'])
def test_r25_a_body_that_is_no_answer_is_a_bad_payload(body):
    with pytest.raises(BadPayload):
        usps.parse(Payload(body, mode="push"))


def test_messages_within_messages_are_opened_once():
    nested = {"trackingNumber": "1", "trackingEvents": []}
    for _ in range(300):
        nested = {"payload": nested}
    with pytest.raises(BadPayload):
        parse(nested)


def test_a_push_and_an_answer_tell_one_scan_with_one_identity():
    def identity(event):
        return event.code, event.local, event.place, event.offset

    polled = {identity(event) for event in read("batch").results[0].events}
    assert {identity(event) for event in read("push_delivered").results[0].events} <= polled


# --- asking ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def usps_context(httpserver, make_context):
    settings = UspsSettings(client_id="me", client_secret="hush", base_url=httpserver.url_for(""))
    return make_context(settings, http=LoopbackHttp())


def give_token(httpserver, token="token"):
    body = {"access_token": token, "token_type": "Bearer", "expires_in": "28799", "scope": "tracking"}
    httpserver.expect_ordered_request(TOKEN, method="POST").respond_with_json(body)


def asked(httpserver, path):
    return [request for request, _ in httpserver.log if request.path == path]


def test_thirty_five_numbers_are_asked_for_at_once_and_the_token_is_asked_for_once(httpserver, usps_context):
    give_token(httpserver)
    httpserver.expect_request(TRACK, method="POST").respond_with_json([], status=207)
    for _ in range(3):
        (payload,) = usps.fetch([Query(number, "usps") for number in NUMBERS], usps_context)
    assert payload.numbers == tuple(NUMBERS)
    (token,) = asked(httpserver, TOKEN)
    assert token.get_json() == {
        "grant_type": "client_credentials", "client_id": "me", "client_secret": "hush", "scope": "tracking",
    }  # fmt: skip
    requests = asked(httpserver, TRACK)
    assert len(requests) == 3
    assert requests[0].headers["Authorization"] == "Bearer token"
    assert requests[0].get_json() == [{"trackingNumber": number} for number in NUMBERS]
    assert usps.limits.batch == 35


def test_a_refused_token_is_renewed_once(httpserver, usps_context):
    give_token(httpserver)
    httpserver.expect_ordered_request(TRACK).respond_with_json({}, status=401)
    give_token(httpserver, "token-2")
    httpserver.expect_ordered_request(TRACK).respond_with_json([])
    assert len(list(usps.fetch([Query("1")], usps_context))) == 1
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
def test_http_statuses_become_errors_by_kind(httpserver, usps_context, status, body, error):
    httpserver.expect_request(TOKEN).respond_with_json({"access_token": "token", "expires_in": 28799})
    httpserver.expect_request(TRACK).respond_with_data(body, status=status, headers={"Retry-After": "7"})
    with pytest.raises(error) as caught:
        list(usps.fetch([Query("1")], usps_context))
    assert getattr(caught.value, "retry_after", 7) == 7
    assert ("add the product Tracking" in str(caught.value)) is (status == 401)
    assert len(asked(httpserver, TOKEN)) == (2 if status == 401 else 1)


@pytest.mark.parametrize("status", [400, 404])
def test_what_usps_explains_is_told_by_parse(httpserver, usps_context, status):
    give_token(httpserver)
    body = (PLUGINS / "usps/samples/not_scanned_yet.json").read_bytes()
    httpserver.expect_request(TRACK).respond_with_data(body, status=status)
    (payload,) = usps.fetch([Query(NUMBERS[0])], usps_context)
    assert [(p.kind, p.number) for p in usps.parse(payload).errors] == [("not_found", NUMBERS[0])]


def test_a_page_instead_of_an_answer_is_the_fault_of_the_other_side(httpserver, usps_context):
    give_token(httpserver)
    httpserver.expect_request(TRACK).respond_with_data(b"<html>maintenance</html>")
    (payload,) = usps.fetch([Query("1")], usps_context)
    with pytest.raises(BadPayload):
        usps.parse(payload)


@pytest.mark.parametrize(("status", "error"), [(400, AuthFailed), (401, AuthFailed), (429, RateLimited)])
def test_a_refused_token_request_is_told_apart(httpserver, usps_context, status, error):
    httpserver.expect_request(TOKEN).respond_with_json({"error": "invalid_client"}, status=status)
    with pytest.raises(error) as caught:
        usps.probe(usps_context)
    assert "hush" not in str(caught.value)
    assert len(httpserver.log) == 1


def test_the_page_of_a_number_is_uspss_own():
    page = "https://tools.usps.com/go/TrackConfirmAction?tLabels=9400109990000000000007"
    assert usps.public_url("9400109990000000000007") == page
