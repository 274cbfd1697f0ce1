"""Twilio: notices as text messages, by Programmable Messaging.

Twilio knows no idempotency key. What was taken is remembered here instead, so that a worker that was stopped after it
sends nothing twice; one that was stopped in the moment between may.
"""

from datetime import timedelta
from hashlib import sha256
from typing import ClassVar

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    BadPayload,
    BaseUrl,
    Channel,
    Context,
    HttpAnswer,
    Message,
    Plugin,
    Receipt,
    check,
    hookimpl,
    read_json,
    word,
)

REMEMBERED = timedelta(days=4)
"""Longer than the portal goes on trying."""
LONGEST_NAME = 11
_HEX = "[0-9a-fA-F]{32}"
LONGEST = 1600
"""Characters that Twilio takes in one message; it is paid for by segments of 70 or 160."""


class TwilioSettings(BaseModel):
    """The account in Twilio's console, and from which number or service messages leave."""

    account_sid: str = Field(pattern=rf"^AC{_HEX}$", title="Account SID", examples=["AC" + "0" * 32])
    auth_token: SecretStr = Field(min_length=16, max_length=200, title="Auth token")
    sender: str = Field(
        pattern=rf"^(\+[1-9][0-9]{{6,14}}|MG{_HEX}|[A-Za-z0-9 ]{{1,11}})$",
        title="From: a number, a messaging service or a name",
        description="A number of the account (+15005550006), the SID of a service (MG...), or a sender's name",
    )
    base_url: BaseUrl = Field(default="https://api.twilio.com", title="Address of the API")


PLUGIN = Plugin("twilio", "Twilio (text messages)", "1.0.0", settings=TwilioSettings)


class Twilio(Channel):
    id = "twilio"
    names: ClassVar = {"en": "Text message", "ko": "문자 메시지", "de": "SMS", "ar": "رسالة نصية"}
    address = "phone"

    def probe(self, ctx: Context) -> None:
        """Reads one message of the account, and shows nothing of it."""
        settings = ctx.settings_as(TwilioSettings)
        answer = ctx.worker_http().request("GET", _url(settings), params={"PageSize": "1"}, auth=_login(settings))
        read_json(check(answer).body)

    def send(self, message: Message, ctx: Context) -> Receipt:
        settings = ctx.settings_as(TwilioSettings)
        known = f"sent:{sha256(message.key.encode('utf-8', 'replace')).hexdigest()}"
        if sid := ctx.memory.get(known):
            return Receipt(True, "taken before", str(sid))
        form = {"To": message.recipient, "Body": message.text[:LONGEST]}
        # A name has eleven characters at most, the SID of a service many more.
        is_service = settings.sender.startswith("MG") and len(settings.sender) > LONGEST_NAME
        form["MessagingServiceSid" if is_service else "From"] = settings.sender
        answer = ctx.worker_http().request("POST", _url(settings), form=form, auth=_login(settings))
        if answer.status == 400:
            return _refused(answer)
        told = read_json(check(answer).body)
        sid = word(told, "sid", limit=64)
        if not sid:
            raise BadPayload("Twilio answered without the SID of a message")
        ctx.memory.set(known, sid, ctx.now + REMEMBERED)
        return Receipt(True, word(told, "status", limit=40), sid)


def _refused(answer: HttpAnswer) -> Receipt:
    """A 400 is about this message: no such number, none that takes texts, or one that has answered STOP (21610)."""
    told = read_json(answer.body)
    code = word(told, "code", limit=10)
    if not code:
        raise BadPayload("Twilio refused a message without its code")
    # Its own sentence names the number; the code is enough to look it up.
    return Receipt(False, f"Twilio error {code} (twilio.com/docs/api/errors/{code})", permanent=True)


def _url(settings: TwilioSettings) -> str:
    return f"{settings.base_url}/2010-04-01/Accounts/{settings.account_sid}/Messages.json"


def _login(settings: TwilioSettings) -> tuple[str, str]:
    return settings.account_sid, settings.auth_token.get_secret_value()


@hookimpl
def tracker_register_channels() -> list[Channel]:
    return [Twilio()]
