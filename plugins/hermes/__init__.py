"""Hermes (Germany): tracking by the Hermes Shipping Interface, Shipment Info API of 2025-12."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlencode

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    ApiUrl,
    AuthFailed,
    Carrier,
    ClientCredentials,
    Context,
    HttpAnswer,
    Limits,
    Parsed,
    Payload,
    Plugin,
    Query,
    check,
    hookimpl,
    load_formats,
)

from .reading import read_answer

NOBODYS = "H0000000000000000000"
"""A number of the right shape to prove credentials with."""


class HermesSettings(BaseModel):
    """An app of the Hermes Shipping Interface (HSI) and the user who authorises it."""

    client_id: str = Field(min_length=1, max_length=200, title="Client ID")
    client_secret: SecretStr = Field(min_length=1, max_length=200, title="Client secret")
    username: str = Field(min_length=1, max_length=200, title="User name")
    password: SecretStr = Field(min_length=1, max_length=200, title="Password")
    base_url: ApiUrl = Field(default="https://de-api.hermesworld.com/services/hsi", title="Address of the API")
    login_url: ApiUrl = Field(
        default="https://authme.myhermes.de/authorization-facade/oauth2/access_token", title="Address for tokens"
    )


PLUGIN = Plugin("hermes", "Hermes", "1.0.0", settings=HermesSettings)


class Hermes(Carrier):
    id = "hermes"
    names: ClassVar = {"en": "Hermes", "de": "Hermes"}
    countries = ("DE", "AT")
    url = "https://www.myhermes.de/empfangen/sendungsverfolgung/sendungsinformation#{number}"
    formats = load_formats(Path(__file__).with_name("formats.toml"))
    polls = True
    limits = Limits(batch=100)

    def parse(self, payload: Payload) -> Parsed:
        return read_answer(payload.body)

    def fetch(self, queries: Sequence[Query], ctx: Context) -> Iterable[Payload]:
        numbers = tuple(query.number for query in queries)
        answer = _ask(numbers, ctx)
        yield Payload(answer.body, headers=answer.headers, numbers=numbers)

    def probe(self, ctx: Context) -> None:
        _ask((NOBODYS,), ctx)


def _ask(numbers: Sequence[str], ctx: Context) -> HttpAnswer:
    settings = ctx.settings
    assert isinstance(settings, HermesSettings)
    user = {"username": settings.username, "password": settings.password.get_secret_value()}
    account = ClientCredentials(
        settings.login_url,
        settings.client_id,
        settings.client_secret.get_secret_value(),
        extra={"grant_type": "password", **user},
        refuses=_is_refused,
    )
    asked = urlencode([("shipmentID", number) for number in numbers])
    headers = {"Accept": "application/json", "Accept-Language": "EN"}
    answer = account.request(ctx, "GET", f"{settings.base_url.rstrip('/')}/shipmentinfo?{asked}", headers=headers)
    if _is_refused(answer):
        raise AuthFailed("Hermes refused the token that it had just given")
    return check(answer)


def _is_refused(answer: HttpAnswer) -> bool:
    """Hermes tells a token that is invalid (e902) or has run out (e903) with a 400."""
    return answer.status == 401 or (answer.status == 400 and (b"e902" in answer.body or b"e903" in answer.body))


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [Hermes()]
