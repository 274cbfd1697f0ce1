"""UPS Delivery Intercept against a server that speaks its protocol: what is asked, and what each answer means."""

from datetime import date

import pytest
from tracker_plugins.ups import Ups, UpsSettings

from tracker.sdk import (
    Address,
    AuthFailed,
    BadPayload,
    BadRequest,
    Instruction,
    InstructionKind,
    InvalidNumber,
    RateLimited,
    Upstream,
)

from .conftest import LoopbackHttp
from .servers import Server, reply

ups = Ups()
NUMBER = "1Z4R7X810396025418"
BASE = "/api/deliveryintercept/v2"
DONE = {"transactionId": "t", "statusCode": "000", "statusMsg": "Success", "success": True}
HOME = Address("Ada Ito", "12 Low Road", "Flat 3", "94704", "Berkeley", "US", "CA")


@pytest.fixture
def server(httpserver):
    made = Server(httpserver)
    made.answers("/security/v1/oauth/token", reply({"access_token": "token", "expires_in": "14399"}))
    return made


@pytest.fixture
def instruct(server, make_context):
    """Asks UPS for something, in the name of the shop."""

    def make(kind, number=NUMBER, contact="Lantern Tea", phone="+4930123456", **more):
        settings = UpsSettings(
            client_id="me", client_secret="hush", base_url=server.url, contact_name=contact, contact_phone=phone
        )
        instruction = Instruction("instruct:7:1.000", InstructionKind(kind), number, **more)
        return ups.instruct(instruction, make_context(settings, http=LoopbackHttp()))

    return make


@pytest.mark.parametrize(
    ("kind", "more", "path", "sent"),
    [
        ("another_day", {"day": date(2026, 3, 5), "part": "morning"}, "reschedule",
         {"requestType": "FD", "deliveryDate": "20260305", "specialInstructions": "Morning preferred"}),
        ("away", {"day": date(2026, 3, 9)}, "reschedule", {"requestType": "FD", "deliveryDate": "20260309"}),
        ("send_back", {}, "return", {"requestType": "RS", "reasonForReturn": "KR"}),
        ("another_address", {"address": HOME}, "redirect/address",
         {"requestType": "AA", "newDeliveryAddress": {"nameOrCompanyName": "Ada Ito", "addressInfo": {
             "addressLine1": "12 Low Road", "addressLine2": "Flat 3", "city": "Berkeley", "state": "CA",
             "postalCode": "94704", "countryCode": "US"}}}),
    ],
)  # fmt: skip
def test_each_wish_is_asked_as_ups_documents_it_and_twice_alike(server, instruct, kind, more, path, sent):
    server.answers(f"{BASE}/{path}/{NUMBER}", reply(DONE))
    assert [instruct(kind, **more).state for _ in range(2)] == ["accepted", "accepted"]
    first, second = [request for request in server.asked if request.path.startswith(BASE)]
    assert first.args["loc"] == "en_US"
    assert first.headers["Authorization"] == "Bearer token"
    assert len(first.headers["transId"]) == 14
    assert first.headers["transId"] == second.headers["transId"]
    body = first.get_json()
    assert body == second.get_json()
    assert body["requesterContactInfo"] == {"name": "Lantern Tea", "telephone": "+4930123456"}
    assert (body["trackingNumber"], body["source"], body["clientIP"]) == (NUMBER, "72", "127.0.0.1")
    assert {name: body[name] for name in sent} == sent


def test_what_ups_answers_is_a_refusal_in_its_words_or_work_for_staff(server, instruct):
    path = f"{BASE}/return/{NUMBER}"
    fault = {"response": {"statusCode": "0006", "errors": [{"code": "710", "message": "input validation error"}]}}
    refused = {**DONE, "success": False, "errors": [{"errorCode": "1201", "errorMessage": "Too late to intercept"}]}
    for answer, error, words in (
        (reply(refused), BadRequest, "^Too late to intercept$"),
        (reply({**DONE, "success": False}), BadPayload, "does not say"),
        (reply({}), BadPayload, "does not say"),
        (reply(fault, 400), BadPayload, "710 input validation error"),
        (reply(b"", 401), AuthFailed, "401"),
        (reply(b"", 429, Retry_After="30"), RateLimited, "429"),
        (reply(b"<html>", 503), Upstream, "503"),
        (reply(b"<html>"), BadPayload, "JSON"),
    ):
        server.answers(path, answer)
        with pytest.raises(error, match=words):
            instruct("send_back")


def test_nobody_is_asked_without_a_contact_or_for_a_parcel_that_ups_changes_not(server, instruct):
    with pytest.raises(AuthFailed, match="contact"):
        instruct("send_back", contact="")
    for number in ("123456789", "1Z4R7X81039602541/", "9" * 18):
        with pytest.raises(InvalidNumber):
            instruct("send_back", number=number)
    assert server.asked == []
