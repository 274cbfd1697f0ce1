"""Canada Post: asked over a real server, its messages by kind, and the zones that it tells by their letters."""

from datetime import timedelta

import pytest
from tracker_plugins.canadapost import CanadaPost, CanadaPostSettings

from tracker.domain.privacy import mask
from tracker.sdk import AuthFailed, BadPayload, BadRequest, InvalidNumber, Payload, Query, RateLimited, Upstream

from .conftest import PLUGINS, LoopbackHttp

PIN, CARD = "4009812377450018", "123456789012345"
post = CanadaPost()


def sample(name):
    return (PLUGINS / "canadapost/samples" / f"{name}.xml").read_bytes()


@pytest.fixture
def ask(httpserver, make_context):
    def fetch(*numbers, **fields):
        fields = {"username": "me", "password": "hush", "base_url": httpserver.url_for("/")} | fields
        context = make_context(CanadaPostSettings(**fields), http=LoopbackHttp())
        return list(post.fetch([Query(number) for number in numbers or (PIN,)], context))

    return fetch


def test_a_parcel_is_asked_for_by_its_number_in_the_shops_language(httpserver, ask):
    headers = {
        "Accept": "application/vnd.cpc.track-v2+xml",
        "Accept-Language": "fr-CA",
        "Authorization": "Basic bWU6aHVzaA==",
    }
    for path in (f"/vis/track/pin/{PIN}/detail", f"/vis/track/dnc/{CARD}/detail"):
        httpserver.expect_oneshot_request(path, method="GET", headers=headers).respond_with_data(sample("delivered"))
    first, second = ask(PIN, CARD, language="fr-CA")
    assert (first.numbers, second.numbers) == ((PIN,), (CARD,))
    assert post.parse(first).results[0].number == PIN


@pytest.mark.parametrize("status", [200, 404])
def test_an_unknown_number_is_told_by_parse(httpserver, ask, status):
    httpserver.expect_request(f"/vis/track/pin/{PIN}/detail").respond_with_data(sample("not_found"), status=status)
    [problem] = post.parse(ask()[0]).errors
    assert (problem.kind, problem.number) == ("not_found", PIN)


@pytest.mark.parametrize(
    ("status", "headers", "body", "error"),
    [
        (401, {}, "<messages/>", AuthFailed),
        (403, {}, "", AuthFailed),
        (429, {"Retry-After": "60"}, "", RateLimited),
        (400, {}, "<html></html>", BadRequest),
        (500, {}, "<html></html>", Upstream),
        (503, {}, "", Upstream),
    ],
)
def test_http_statuses_become_errors_by_kind(httpserver, ask, status, headers, body, error):
    httpserver.expect_request(f"/vis/track/pin/{PIN}/detail").respond_with_data(body, status=status, headers=headers)
    with pytest.raises(error) as caught:
        ask()
    assert "hush" not in str(caught.value)
    assert getattr(caught.value, "retry_after", None) == (60 if error is RateLimited else None)


@pytest.mark.parametrize("number", ["../../admin/1", "4009 8123 7745", "1234567890", "4" * 17, "400981237745001?"])
def test_a_number_that_would_change_the_address_is_not_asked_for(httpserver, ask, number):
    with pytest.raises(InvalidNumber):
        ask(number)
    assert httpserver.log == []


@pytest.mark.parametrize(
    ("code", "text", "kind"),
    [
        ("004", "No Pin History", "not_found"),
        ("E002", "AAA Authentication Failure", "auth"),
        ("AA003", "The API key does not match", "auth"),
        ("Server", "Rejected by SLM Monitor", "rate_limit"),
        ("9999", "Rejected by SLM Monitor", "rate_limit"),
        ("9111", "Something about the request", "bad_request"),
    ],
)
def test_messages_in_a_body_are_told_by_kind(code, text, kind):
    body = f"<messages><message><code>{code}</code><description>{text}</description></message></messages>"
    assert [one.kind for one in post.parse(Payload(body.encode())).errors] == [kind]


@pytest.mark.parametrize("body", [b"", b"{}", b"<html><body/></html>", b"<messages/>", b"<!DOCTYPE a []><a/>", b"<a"])
def test_r25_a_body_that_is_no_answer_is_a_bad_payload(body):
    with pytest.raises(BadPayload):
        post.parse(Payload(body))


@pytest.mark.parametrize(
    ("zone", "province", "hours"),
    [
        ("EST", "QC", -5),
        ("NDT", "NL", -2.5),
        ("CST", "MB", -6),
        ("CST", "", None),
        ("XST", "ON", None),
        ("", "BC", None),
    ],
)
def test_an_offset_is_read_from_letters_only_where_they_mean_one(zone, province, hours):
    body = f"""<tracking-detail><pin>1</pin><significant-events><occurrence><event-identifier>0100</event-identifier>
      <event-date>2026-03-02</event-date><event-time>10:00:00</event-time><event-time-zone>{zone}</event-time-zone>
      <event-province>{province}</event-province></occurrence></significant-events></tracking-detail>"""
    [event] = post.parse(Payload(body.encode())).results[0].events
    assert event.offset == (None if hours is None else timedelta(hours=hours))


def test_the_way_back_is_not_called_a_delivery():
    events = post.parse(Payload(sample("abroad_and_back"))).results[0].events
    assert {event.code: event.status.milestone for event in events} == {
        "1496": "returned", "0174": "returning", "4400": "in_transit", "4311": "in_transit",
    }  # fmt: skip


def test_who_signed_is_not_copied_and_can_be_hidden_in_a_text():
    assert "SAMPLE" not in str(post.parse(Payload(sample("delivered"))))
    event = post.parse(Payload(sample("odd_fields"))).results[0].events[0]
    assert "SAMPLE" not in mask(event.text, event.private)
