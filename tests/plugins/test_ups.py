"""UPS: its answers and alerts as events, its errors by kind, and the way a number is asked for."""

import json
import tomllib
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tracker_plugins.ups import PLUGIN, Ups, UpsSettings
from tracker_plugins.ups.reading import RULES, read_moment

from tracker.domain.numbers import CarrierFormats, rank, verify
from tracker.sdk import (
    AuthFailed,
    BadPayload,
    InvalidNumber,
    Milestone,
    Payload,
    Query,
    RateLimited,
    Upstream,
    read_status,
)

from .conftest import PLUGINS, ScriptedHttp, http_answer

NUMBER = "1Z4R7X810396025418"
ups = Ups()


def read_sample(name: str):
    return ups.parse(Payload((PLUGINS / "ups/samples" / f"{name}.json").read_bytes()))


def test_r04_an_alert_and_an_answer_tell_one_scan_with_one_identity():
    def identity(event):
        return event.code, event.local, event.place, event.offset, event.status

    polled = {identity(event) for event in read_sample("delivered").results[0].events}
    for alert in ("alert_delivered", "alert_out_for_delivery"):
        assert identity(read_sample(alert).results[0].events[0]) in polled


def test_names_signatures_and_photos_are_not_copied():
    for name in ("delivered", "alert_delivered"):
        told = str(read_sample(name)).lower()
        for secret in ("sample person", "c2lnbmf0", "cghvdg", "nowhere road"):
            assert secret not in told


def read_scan(code, detail, kind, text):
    status = {"code": code, "type": kind, "description": text, "statusCode": detail}
    activity = {"date": "20260302", "time": "101500", "status": status}
    shipment = {"inquiryNumber": NUMBER, "package": [{"trackingNumber": NUMBER, "activity": [activity]}]}
    (event,) = ups.parse(Payload(json.dumps({"trackResponse": {"shipment": [shipment]}}).encode())).results[0].events
    return event


@pytest.mark.parametrize(
    ("code", "detail", "kind", "text", "status"),
    [
        ("OT", "", "I", "", "out_for_delivery"),
        ("", "40", "D", "Delivered", "available_for_pickup +action"),
        ("", "", "d", "", "delivered"),
        ("??", "998", "??", "Delivery attempted", "attempt_failed +action"),
        ("??", "998", "??", "Your package could not be delivered", "exception"),
        ("??", "998", "??", "Something else", "unknown"),
        ("", "", "", "", "unknown"),
        # UPS calls these deliveries (type D); the wording says where it was left.
        ("UA", "", "D", "Package was returned to the sender ", "returned"),
        ("Q1", "", "D", "Delivered to UPS Access Point", "available_for_pickup +action"),
        ("KB", "", "D", "DELIVERED", "delivered"),
        # The same code under "exception" means a delay, until UPS gives up.
        ("A7", "", "X", "The receiver has moved. We will deliver to the new address.",
         "exception recipient_moved +delayed"),
        ("A7", "", "X", "The receiver has moved. / The package will be returned to the sender.", "returning"),
        ("48", "", "X", "The receiver was not available for delivery.", "attempt_failed absent +action"),
        ("48", "", "I", "On the Way", "in_transit"),
        ("Z9", "", "X", "Severe weather conditions have delayed delivery.", "in_transit weather +delayed"),
        ("SR", "003", "X", "Your package was released by the customs agency.", "in_transit customs_cleared"),
        ("", "", "U", "", "in_transit"),
    ],
)  # fmt: skip
def test_r14_the_code_wins_over_the_type_and_an_unknown_word_stays_unknown(code, detail, kind, text, status):
    event = read_scan(code, detail, kind, text)
    if status == "unknown":
        assert (event.status.milestone, event.rule) == (Milestone.UNKNOWN, "")
    else:
        assert event.status == read_status(status)
        assert event.rule


def test_a_parcel_on_its_way_back_has_not_ended_its_journey():
    assert read_scan("", "", "RS", "").status.milestone is Milestone.RETURNING
    assert read_scan("", "", "RS", "Returned to shipper").status.milestone is Milestone.RETURNING
    assert read_scan("", "034", "", "").status.milestone is Milestone.RETURNED


def test_nothing_delivered_is_late_or_waits_for_somebody():
    table = tomllib.loads((PLUGINS / "ups/statuses.toml").read_text())
    entries = [
        e for part in table.values() for e in (part.values() if isinstance(part, dict) else [r["status"] for r in part])
    ]
    assert len(entries) > 130
    assert not [e for e in entries if e.startswith("delivered") and "+" in e]
    assert len(RULES.describe()) > len(entries)


@pytest.mark.parametrize(
    ("date", "time", "moment"),
    [
        ("20260228", "235959", datetime(2026, 2, 28, 23, 59, 59)),
        ("2026-02-28", "23:59:59", datetime(2026, 2, 28, 23, 59, 59)),
        (20260228, 74700, datetime(2026, 2, 28, 7, 47)),
        ("20280229", "240000", datetime(2028, 3, 1)),
        ("19700101", "0", datetime(1970, 1, 1)),
        ("20260229", "120000", None),
        ("20260228", "250000", datetime(2026, 2, 28)),
        ("20260228", "", datetime(2026, 2, 28)),
        ("20260228", "900", datetime(2026, 2, 28, 0, 9)),
        ("20260228", 4700, datetime(2026, 2, 28, 0, 47)),
        ("20260228", "74700", datetime(2026, 2, 28, 7, 47)),
        ("\u0662\u0660\u0662\u0666\u0660\u0662\u0662\u0668", "120000", None),
        ("99991231", "240000", None),
        (None, None, None),
        (["20260228"], {"t": 1}, None),
    ],
)
def test_r10_dates_and_times_in_every_spelling(date, time, moment):
    assert read_moment(date, time) == moment


@pytest.mark.parametrize(
    ("scan", "hours"),
    [
        ({"gmtOffset": "-05:00"}, -5),
        ({"gmtOffset": "+0545"}, 5.75),
        ({"gmtOffset": "+14:00"}, 14),
        ({"gmtOffset": "+25:00", "gmtDate": "20260101", "gmtTime": "080000"}, None),
        ({"date": "20260102", "time": "010000", "gmtDate": "20260101", "gmtTime": "160000"}, 9),
        ({"date": "20260102", "time": "010000", "gmtDate": "20260101", "gmtTime": "16:00:00"}, 9),
        ({"gmtDate": "20260102", "gmtTime": "140000"}, None),
        ({"gmtDate": "20260101", "gmtTime": "140007"}, None),
        ({}, None),
    ],
)
def test_an_offset_is_what_ups_tells_and_never_a_guess(scan, hours):
    activity = {"date": "20260101", "time": "090000", "status": {"type": "I"}, **scan}
    package = {"trackingNumber": NUMBER, "activity": [activity]}
    parsed = ups.parse(Payload(json.dumps({"trackResponse": {"shipment": [{"package": [package]}]}}).encode()))
    (event,) = parsed.results[0].events
    assert (event.offset and event.offset.total_seconds() / 3600) == hours
    assert event.zone_source == ("unknown" if hours is None else "carrier")


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"null", b'"x"', b"{}", b"[" * 100_000, b"\xff\xfe{", b'{"a":NaN}']
)
def test_r25_s27_a_body_that_is_no_answer_is_a_bad_payload(body):
    with pytest.raises(BadPayload):
        ups.parse(Payload(body))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def paths(data, here=()):
    yield here
    for key, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield from paths(value, (*here, key))


@given(st.data(), st.sampled_from(["pacific_crossing", "delivered", "alert_delivered", "not_found"]))
def test_r26_no_field_can_make_an_answer_unreadable(data, name):
    message = json.loads((PLUGINS / "ups/samples" / f"{name}.json").read_text())
    target = data.draw(st.sampled_from([path for path in paths(message) if len(path) > 1]))
    inner = message
    for key in target[:-1]:
        inner = inner[key]
    inner[target[-1]] = data.draw(JSON)
    try:
        ups.parse(Payload(json.dumps(message).encode()))
    except BadPayload:
        assert target == ("trackingNumber",) or len(target) < 3


def test_a_scan_without_a_readable_time_keeps_its_day():
    message = json.loads((PLUGINS / "ups/samples/delivered.json").read_text())
    message["trackResponse"]["shipment"][0]["package"][0]["activity"][0]["time"] = "noon"
    parsed = ups.parse(Payload(json.dumps(message).encode()))
    first, *others = parsed.results[0].events
    assert (first.local.hour, first.local.minute, len(others)) == (0, 0, 3)
    assert all(event.local.hour for event in others)


# --- asking ----------------------------------------------------------------------------------------------------------

SETTINGS = UpsSettings(client_id="me", client_secret="hush", base_url="https://ups.example/")


def replies(*answers, token=None):
    """Answers to tracking requests in turn; tokens come from a counter."""
    waiting, tokens = list(answers), []

    def reply(method, url, more):
        if url.endswith("/oauth/token"):
            tokens.append(more)
            return token or http_answer(200, {"access_token": f"token-{len(tokens)}", "expires_in": "14399"})
        return waiting.pop(0)

    return ScriptedHttp(reply)


def fetch(http, make_context, numbers=(NUMBER,), settings=SETTINGS):
    context = make_context(settings, http=http)
    return list(ups.fetch([Query(number) for number in numbers], context)), context


def test_a_number_is_asked_for_with_a_token_that_is_kept_shorter_than_it_lives(make_context):
    http = replies(http_answer(200, {"trackResponse": {}}), http_answer(200, {"trackResponse": {}}))
    payloads, context = fetch(http, make_context, (NUMBER, NUMBER))
    assert [(method, url) for method, url, _ in http.asked] == [
        ("POST", "https://ups.example/security/v1/oauth/token"),
        ("GET", f"https://ups.example/api/track/v1/details/{NUMBER}"),
        ("GET", f"https://ups.example/api/track/v1/details/{NUMBER}"),
    ]
    assert http.asked[0][2]["auth"] == ("me", "hush")
    assert http.asked[0][2]["form"] == {"grant_type": "client_credentials"}
    sent = http.asked[1][2]["headers"]
    assert sent["Authorization"] == "Bearer token-1"
    assert sent["transactionSrc"] == "tracker"
    assert sent["transId"] != http.asked[2][2]["headers"]["transId"]
    assert http.asked[1][2]["params"] == {"locale": "en_US", "returnSignature": "false"}
    assert [life for _, life in context.memory.tokens.values()] == [14399 - 120]
    assert payloads[0].numbers == (NUMBER,)


def test_a_refused_token_is_renewed_once(make_context):
    http = replies(http_answer(401), http_answer(200, {"trackResponse": {}}))
    payloads, _ = fetch(http, make_context)
    assert len(payloads) == 1
    assert http.asked[-1][2]["headers"]["Authorization"] == "Bearer token-2"


def test_a_token_that_stays_refused_is_an_error_of_the_credentials(make_context):
    http = replies(http_answer(401), http_answer(401))
    with pytest.raises(AuthFailed):
        fetch(http, make_context)
    assert len(http.asked) == 4


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (http_answer(429, headers={"retry-after": "7"}), RateLimited),
        (http_answer(503), Upstream),
        (http_answer(403, {"response": {}}), AuthFailed),
        (http_answer(302), Upstream),
    ],
)
def test_http_statuses_become_errors_by_kind(make_context, answer, error):
    with pytest.raises(error) as caught:
        fetch(replies(answer), make_context)
    assert getattr(caught.value, "retry_after", None) == (7 if error is RateLimited else None)


@pytest.mark.parametrize("status", [200, 400, 404])
def test_what_ups_explains_in_the_body_is_told_by_parse(make_context, status):
    body = {"response": {"errors": [{"code": "TV1002", "message": "Invalid inquiry number"}]}}
    payloads, _ = fetch(replies(http_answer(status, body)), make_context)
    assert [problem.kind for problem in ups.parse(payloads[0]).errors] == ["invalid_number"]


@pytest.mark.parametrize(
    ("token", "error"),
    [
        (http_answer(401), AuthFailed),
        (http_answer(400, {"response": {}}), AuthFailed),
        (http_answer(200, {"token_type": "Bearer"}), BadPayload),
        (http_answer(200, b"<html>"), BadPayload),
        (http_answer(500), Upstream),
    ],
)
def test_a_token_service_that_refuses_or_babbles_is_told_apart(make_context, token, error):
    with pytest.raises(error) as caught:
        fetch(replies(token=token), make_context)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("number", ["../../oauth", "1Z 4R7X8103", "123456", "1Z" + "9" * 40, "1Z4R7X81?x=1"])
def test_a_number_that_would_change_the_address_is_not_asked_for(make_context, number):
    http = replies()
    with pytest.raises(InvalidNumber):
        fetch(http, make_context, (number,))
    assert http.asked == []


def test_new_credentials_are_not_served_an_old_token(make_context):
    context = make_context(SETTINGS, http=replies(*[http_answer(200, {})] * 2))
    list(ups.fetch([Query(NUMBER)], context))
    other = make_context(SETTINGS.model_copy(update={"client_id": "you"}), http=context.http, memory=context.memory)
    list(ups.fetch([Query(NUMBER)], other))
    assert other.http.asked[-1][2]["headers"]["Authorization"] == "Bearer token-2"


@pytest.mark.parametrize(
    "address", ["http://ups.example", "javascript:alert(1)", "//ups.example", "https://a:b@ups.example"]
)
def test_the_api_is_only_called_over_https(address):
    with pytest.raises(ValueError, match="https://"):
        UpsSettings(client_id="me", client_secret="hush", base_url=address)


def test_ups_numbers_are_recognised_and_checked():
    formats = CarrierFormats("ups", ups.formats)
    assert rank("1Z5R89390357567127", [formats])[0].confidence > 0.9
    assert verify("1Z5R89390357567128", ups.formats).message == "last digit should be 7; typed 8"
    assert ups.public_url("1Z5R89390357567127") == "https://www.ups.com/track?tracknum=1Z5R89390357567127"
    assert "hush" not in repr(SETTINGS)
    assert PLUGIN.settings is UpsSettings
