"""DHL Paket: twenty numbers asked in XML over a real server, and what its codes and its way back mean."""

from xml.etree import ElementTree

import pytest
from tracker_plugins.dhl_parcel_de import RULES, DhlParcelDe, DhlParcelDeSettings

from tracker.domain.privacy import mask
from tracker.sdk import AuthFailed, BadPayload, BadRequest, NotFound, Payload, Query, RateLimited, Upstream

from .conftest import PLUGINS, LoopbackHttp

DOOR = "/parcel/de/tracking/v0/shipments"
NUMBERS = ("00340434500000061177", "00340434500000062211", "00340434500000069999")
dhl = DhlParcelDe()


def sample(name):
    return (PLUGINS / "dhl_parcel_de/samples" / f"{name}.xml").read_bytes()


@pytest.fixture
def context(httpserver, make_context):
    settings = DhlParcelDeSettings(
        client_id="me", client_secret="hush", username="zt12345", password='<&"hush">', base_url=httpserver.url_for("/")
    )
    return make_context(settings, http=LoopbackHttp())


def ask(context, *numbers):
    return list(dhl.fetch([Query(number) for number in numbers or NUMBERS], context))


def test_twenty_numbers_are_one_question_in_xml(httpserver, context):
    httpserver.expect_oneshot_request(
        DOOR, method="GET", headers={"Authorization": "Basic bWU6aHVzaA=="}
    ).respond_with_data(sample("two_pieces"), content_type="application/xml")
    [payload] = ask(context, *NUMBERS, '00"/><x a="')
    asked = ElementTree.fromstring(httpserver.log[0][0].args["xml"])
    assert (asked.tag, asked.attrib) == (
        "data",
        {
            "appname": "zt12345",
            "password": '<&"hush">',
            "request": "d-get-piece-detail",
            "language-code": "en",
            "piece-code": ";".join(NUMBERS),
        },
    )
    parsed = dhl.parse(payload)
    assert [result.number for result in parsed.results] == list(NUMBERS[:2])
    assert [(error.kind, error.number) for error in parsed.errors] == [("not_found", NUMBERS[2])]
    assert dhl.limits.batch == 20


@pytest.mark.parametrize(
    ("status", "headers", "error"),
    [
        (401, {}, AuthFailed),
        (403, {}, AuthFailed),
        (404, {}, NotFound),
        (429, {"Retry-After": "40"}, RateLimited),
        (400, {}, BadRequest),
        (503, {}, Upstream),
    ],
)
def test_http_statuses_become_errors_by_kind(httpserver, context, status, headers, error):
    httpserver.expect_request(DOOR).respond_with_data("<html></html>", status=status, headers=headers)
    with pytest.raises(error) as caught:
        ask(context)
    assert "hush" not in str(caught.value)
    assert getattr(caught.value, "retry_after", None) == (40 if error is RateLimited else None)


@pytest.mark.parametrize(
    ("code", "kind"),
    [("100", "not_found"), ("6", "auth"), ("41", "invalid_number"), ("-1000", "upstream"), ("45", "bad_request")],
)
def test_errors_in_a_body_are_told_by_kind(code, kind):
    body = f'<data name="piece-shipment-list" code="{code}" error="why"/>'.encode()
    assert [error.kind for error in dhl.parse(Payload(body)).errors] == [kind]


@pytest.mark.parametrize("body", [b"", b"{}", b"<html><body/></html>", b"<data/>", b"<!DOCTYPE a []><data/>", b"<data"])
def test_r25_a_body_that_is_no_answer_is_a_bad_payload(body):
    with pytest.raises(BadPayload):
        dhl.parse(Payload(body))


@pytest.mark.parametrize(
    ("fields", "milestone", "reason"),
    [
        ({"event": "DLVRD", "pair": "DLVRD OTHER", "all": "DLVRD OTHER ZU"}, "delivered", ""),
        ({"event": "DLVRD", "pair": "DLVRD CUSTM", "all": "DLVRD CUSTM ZU"}, "exception", "customs"),
        ({"event": "LDTMV", "pair": "LDTMV MVMTV", "all": "LDTMV MVMTV AA"}, "in_transit", "departed_hub"),
        ({"event": "LDTMV", "pair": "LDTMV MVMTV", "all": "LDTMV MVMTV PO"}, "out_for_delivery", ""),
        ({"event": "NEWBY", "pair": "NEWBY X", "all": "NEWBY X ZN", "group": "ZN"}, "attempt_failed", ""),
        ({"event": "NEWBY", "pair": "NEWBY X", "all": "NEWBY X QQ", "group": "QQ"}, "unknown", ""),
        ({"back": "EE", "event": "DLVRD"}, "returning", ""),
        ({"back": "ZU", "event": "DLVRD"}, "returned", ""),
    ],
)
def test_r14_the_finer_code_wins_and_the_way_back_over_all(fields, milestone, reason):
    status, _ = RULES.read(**fields)
    assert (status.milestone, status.reason) == (milestone, reason)


def test_the_recipient_is_not_copied_and_can_be_hidden_in_a_text():
    parsed = dhl.parse(Payload(sample("two_pieces")))
    assert "Musterweg" not in str(parsed)
    event = parsed.results[0].events[-1]
    assert "Quast" in event.text
    assert "Quast" not in mask(event.text, event.private)
