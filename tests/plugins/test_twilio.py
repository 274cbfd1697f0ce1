"""Twilio: what leaves for it over a real socket, and what its answers mean."""

import base64
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import pytest
from pydantic import SecretStr, ValidationError
from pytest_httpserver import HTTPServer
from tracker_plugins.twilio import PLUGIN, Twilio, TwilioSettings

from tracker.sdk import AuthFailed, BadPayload, Context, Message, RateLimited, Upstream

from .conftest import LoopbackHttp, Memory
from .servers import Server, reply

SID, TOKEN = "AC" + "0a" * 16, "a-token-that-is-not-one"
PATH = f"/2010-04-01/Accounts/{SID}/Messages.json"
TAKEN = {"sid": "SM" + "1b" * 16, "status": "queued", "error_code": None, "to": "+821012345678"}
MESSAGE = Message(
    "notice:1:17", "+821012345678", "Lantern Tea", "Lantern Tea: 주문 1001 & 오늘 도착\nhttps://t.example/t/x"
)


@pytest.fixture
def server(httpserver: HTTPServer) -> Server:
    return Server(httpserver)


@pytest.fixture
def ctx(server: Server, make_context: Callable[..., Context]) -> Context:
    settings = TwilioSettings(
        account_sid=SID, auth_token=SecretStr(TOKEN), sender="+15005550006",
        base_url="https://api.twilio.example",
    ).model_copy(update={"base_url": server.url})  # fmt: skip
    return make_context(settings, http=LoopbackHttp(), memory=Memory())


def test_a_message_is_posted_as_twilio_asks(server: Server, ctx: Context) -> None:
    server.answers(PATH, reply(TAKEN, 201))
    receipt = Twilio().send(MESSAGE, ctx)
    assert (receipt.accepted, receipt.reply, receipt.provider_id) == (True, "queued", TAKEN["sid"])
    (asked,) = server.asked
    assert asked.method == "POST"
    assert asked.headers["Authorization"] == "Basic " + base64.b64encode(f"{SID}:{TOKEN}".encode()).decode()
    assert parse_qs(asked.get_data(as_text=True)) == {
        "To": ["+821012345678"], "From": ["+15005550006"], "Body": [MESSAGE.text],
    }  # fmt: skip


def test_a_key_that_was_taken_is_not_sent_again(server: Server, ctx: Context) -> None:
    server.answers(PATH, reply(TAKEN, 201))
    first, second = (Twilio().send(MESSAGE, ctx) for _time in range(2))
    assert (first.provider_id, len(server.asked)) == (second.provider_id, 1)
    Twilio().send(Message("notice:2:17", MESSAGE.recipient, "", "other"), ctx)
    assert len(server.asked) == 2


def test_a_service_goes_before_a_number(server: Server, ctx: Context, make_context: Callable[..., Context]) -> None:
    service = ctx.settings.model_copy(update={"sender": "MG" + "2c" * 16})
    server.answers(PATH, reply(TAKEN, 201))
    Twilio().send(MESSAGE, make_context(service, http=LoopbackHttp(), memory=Memory()))
    assert set(parse_qs(server.asked[0].get_data(as_text=True))) == {"To", "Body", "MessagingServiceSid"}


@pytest.mark.parametrize("code", [21211, 21610, 21614, 21408])
def test_what_is_refused_is_refused_for_good_and_names_nobody(server: Server, ctx: Context, code: int) -> None:
    told = {
        "code": code,
        "message": "The 'To' number +821012345678 is not valid",
        "status": 400,
        "more_info": "https://...",
    }
    server.answers(PATH, reply(told, 400))
    receipt = Twilio().send(MESSAGE, ctx)
    assert (receipt.accepted, receipt.permanent) == (False, True)
    assert str(code) in receipt.reply
    assert "1012345678" not in receipt.reply
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (reply({"code": 20003}, 401), AuthFailed),
        (reply({"code": 20429}, 429, Retry_After="7"), RateLimited),
        (reply(b"<html>", 503), Upstream),
        (reply(b"<html>", 400), BadPayload),
        (reply(b"[]", 201), BadPayload),
        (reply({"status": "queued"}, 201), BadPayload),
    ],
)
def test_what_is_no_answer_is_never_called_sent(
    server: Server, ctx: Context, answer: Any, error: type[Exception]
) -> None:
    server.answers(PATH, answer, reply(TAKEN, 201))
    with pytest.raises(error) as caught:
        Twilio().send(MESSAGE, ctx)
    if isinstance(caught.value, RateLimited):
        assert caught.value.retry_after == 7
    assert TOKEN not in str(caught.value)
    assert Twilio().send(MESSAGE, ctx).accepted, "the next try is a try"


def test_the_connection_is_proven_by_looking(server: Server, ctx: Context) -> None:
    server.answers(PATH, reply({"messages": []}), reply({"code": 20003}, 401))
    Twilio().probe(ctx)
    assert [(one.method, one.args["PageSize"]) for one in server.asked] == [("GET", "1")]
    with pytest.raises(AuthFailed):
        Twilio().probe(ctx)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"sender": "1234567890123"},
        {"sender": "+0123"},
        {"messaging_service_sid": "AC" + "0" * 32},
        {"sender": "a\nb"},
    ],
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        TwilioSettings(account_sid=SID, auth_token=SecretStr(TOKEN), **wrong)  # type: ignore[arg-type]
    with pytest.raises(ValidationError):
        TwilioSettings(account_sid="AC1/../..", auth_token=SecretStr(TOKEN), sender="Lantern")
    assert PLUGIN.settings is TwilioSettings
