"""UPS: tracking by its Track API (v1), with Track Alert messages read by the same table."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import ClassVar
from uuid import uuid4

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    ApiUrl,
    AuthFailed,
    BadPayload,
    Carrier,
    Context,
    HttpAnswer,
    InvalidNumber,
    Limits,
    NumberFormat,
    Parsed,
    Payload,
    Plugin,
    Query,
    check,
    hookimpl,
    plain,
    read_json,
)

from .reading import read_answer

MARGIN = 120.0
"""A token is renewed this many seconds before UPS forgets it."""
SPOKEN = {200, 400, 404}
"""Statuses under which UPS explains itself in the body."""


class UpsSettings(BaseModel):
    """Credentials of an app at developer.ups.com with the Tracking product."""

    client_id: str = Field(min_length=1, max_length=200, title="Client ID")
    client_secret: SecretStr = Field(min_length=1, max_length=200, title="Client secret")
    base_url: ApiUrl = Field(default="https://onlinetools.ups.com", title="Address of the API")


PLUGIN = Plugin("ups", "UPS", "1.0.0", settings=UpsSettings)


class Ups(Carrier):
    id = "ups"
    names: ClassVar = {"en": "UPS"}
    url = "https://www.ups.com/track?tracknum={number}"
    polls = True
    limits = Limits(requests=60, batch=1)
    formats = (
        NumberFormat("1Z", "1Z(?P<serial>[0-9A-Z]{15})(?P<check>[0-9])", "mod10", {"weights": (1, 2)}, prefix=True),
        NumberFormat("waybill", "[AHJKTV](?P<serial>[0-9]{9})(?P<check>[0-9])", "mod10", {"weights": (1, 2)}),
        NumberFormat("9 digits", "[0-9]{9}"),
        NumberFormat("12 digits", "[0-9]{12}"),
    )

    def parse(self, payload: Payload) -> Parsed:
        return read_answer(read_json(payload.body))

    def fetch(self, queries: Sequence[Query], ctx: Context) -> Iterable[Payload]:
        for number in (query.number for query in queries):
            answer = self._ask(number, ctx, used := _renewals(ctx))
            if answer.status == 401:
                if _renewals(ctx) == used:  # else another worker has just done it
                    ctx.memory.set("renewals", used + 1)
                answer = self._ask(number, ctx, _renewals(ctx))
            if not (answer.status in SPOKEN and answer.body.lstrip()[:1] == b"{"):
                check(answer)
            yield Payload(
                answer.body, answer.headers.get("content-type", ""), headers=answer.headers, numbers=(number,)
            )

    def _ask(self, number: str, ctx: Context, renewals: int) -> HttpAnswer:
        if not (7 <= len(number) <= 34 and number.isascii() and number.isalnum()):
            raise InvalidNumber("UPS numbers are 7 to 34 letters and digits")
        account = f"{_base(ctx)} {_settings(ctx).client_id} {renewals}"
        token = ctx.memory.token(sha256(account.encode()).hexdigest(), lambda: self._new_token(ctx))
        return ctx.worker_http().request(
            "GET",
            f"{_base(ctx)}/api/track/v1/details/{number}",
            params={"locale": "en_US", "returnSignature": "false"},
            headers={"Authorization": f"Bearer {token}", "transId": uuid4().hex, "transactionSrc": "tracker"},
        )

    def _new_token(self, ctx: Context) -> tuple[str, float]:
        settings = _settings(ctx)
        answer = ctx.worker_http().request(
            "POST",
            f"{_base(ctx)}/security/v1/oauth/token",
            form={"grant_type": "client_credentials"},
            auth=(settings.client_id, settings.client_secret.get_secret_value()),
        )
        if answer.status == 400:
            raise AuthFailed("UPS refused the client ID and secret")
        told = read_json(check(answer).body)
        token = told.get("access_token") if isinstance(told, dict) else None
        if not isinstance(token, str) or not token:
            raise BadPayload("UPS answered without an access token")
        life = plain(told.get("expires_in"), 12)
        return token, max(float(life) if life.isascii() and life.isdigit() else 0.0, MARGIN * 2) - MARGIN


def _renewals(ctx: Context) -> int:
    """How often a token was refused before its time; part of the key under which the next one is kept."""
    return int(ctx.memory.get("renewals") or 0)


def _settings(ctx: Context) -> UpsSettings:
    assert isinstance(ctx.settings, UpsSettings)
    return ctx.settings


def _base(ctx: Context) -> str:
    return _settings(ctx).base_url.rstrip("/")


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [Ups()]
