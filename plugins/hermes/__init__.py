"""Hermes (Germany): tracking by the Hermes Shipping Interface, Shipment Info API of 2025-12.

The receiver's address is left where it is.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlencode

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    ApiCarrier,
    ApiUrl,
    BadPayload,
    BaseUrl,
    Carrier,
    ClientCredentials,
    Context,
    Event,
    HttpAnswer,
    Limits,
    Parsed,
    Payload,
    Plugin,
    Problem,
    Problems,
    Query,
    Rules,
    TrackingResult,
    Window,
    collect,
    hookimpl,
    load_formats,
    part,
    read_clock,
    read_json,
    read_place,
    read_time,
    read_window,
    rows,
    word,
)

RULES = Rules.load(Path(__file__).with_name("statuses.toml"))
PROBLEMS = Problems(
    {"e001": "not_found", "e900": "auth", "e902": "auth", "e903": "auth", "e002": "upstream", "e999": "upstream"}
)


class HermesSettings(BaseModel):
    """An app of the Hermes Shipping Interface (HSI) and the user who authorises it."""

    client_id: str = Field(min_length=1, max_length=200, title="Client ID")
    client_secret: SecretStr = Field(min_length=1, max_length=200, title="Client secret")
    username: str = Field(min_length=1, max_length=200, title="User name")
    password: SecretStr = Field(min_length=1, max_length=200, title="Password")
    base_url: BaseUrl = Field(default="https://de-api.hermesworld.com/services/hsi", title="Address of the API")
    login_url: ApiUrl = Field(
        default="https://authme.myhermes.de/authorization-facade/oauth2/access_token", title="Address for tokens"
    )


PLUGIN = Plugin("hermes", "Hermes", "1.0.0", settings=HermesSettings)


class Hermes(ApiCarrier):
    id = "hermes"
    names: ClassVar = {"en": "Hermes", "de": "Hermes"}
    countries = ("DE", "AT")
    url = "https://www.myhermes.de/empfangen/sendungsverfolgung/sendungsinformation#{number}"
    formats = load_formats(Path(__file__).with_name("formats.toml"))
    limits = Limits(batch=100)
    nobody = "H0000000000000000000"

    def ask(self, queries: Sequence[Query], ctx: Context) -> HttpAnswer:
        settings = ctx.settings_as(HermesSettings)
        user = {"username": settings.username, "password": settings.password.get_secret_value()}
        account = ClientCredentials(
            settings.login_url,
            settings.client_id,
            settings.client_secret.get_secret_value(),
            extra={"grant_type": "password", **user},
            refuses=_is_refused,
        )
        asked = urlencode([("shipmentID", query.number) for query in queries])
        headers = {"Accept": "application/json", "Accept-Language": "EN"}
        return account.request(ctx, "GET", f"{settings.base_url}/shipmentinfo?{asked}", headers=headers)

    def parse(self, payload: Payload) -> Parsed:
        data = part(read_json(payload.body))
        if "shipmentinfo" not in data and "listOfResultCodes" not in data:
            raise BadPayload("neither shipments nor result codes of Hermes")
        return collect(_read_answer(data))


def _is_refused(answer: HttpAnswer) -> bool:
    """Hermes tells a token that is invalid (e902) or has run out (e903) with a 400."""
    return answer.status == 401 or (answer.status == 400 and (b"e902" in answer.body or b"e903" in answer.body))


def _read_answer(data: dict[str, Any]) -> Iterator[TrackingResult | Problem]:
    for row in rows(data, "listOfResultCodes"):
        yield PROBLEMS.read(word(row, "code", limit=20), word(row, "message"))
    for info in rows(data, "shipmentinfo"):
        number, result = word(info, "shipmentID", limit=64), part(info, "result")
        events = tuple(map(_read_event, rows(info, "status")))
        if events and number:
            yield TrackingResult(number, events, _read_window(info))
        elif result:
            yield PROBLEMS.read(word(result, "code", limit=20), word(result, "message"), number)
        else:
            yield Problem("not_found", "Hermes tells no status of it yet", number)


def _read_event(row: dict[str, Any]) -> Event:
    code, text = word(row, "code", limit=60), word(row, "description", limit=300)
    status, rule = RULES.read(code=code, long=code.replace("-", "") if len(code) > 4 else "")
    local, offset = read_time(row.get("timestamp"))
    place = read_place(row.get("scanningUnit"), "city", "countryCode")
    return Event(local, status, offset, code=code, text=text, place=place, rule=rule)


def _read_window(info: dict[str, Any]) -> Window | None:
    """When Hermes expects to deliver, by German clocks; the whole day where it tells no hours."""
    forecast = part(info, "deliveryForecast")
    day, slot = forecast.get("date"), part(forecast, "timeSlot")
    return read_window(read_clock(day, word(slot, "to")), read_clock(day, word(slot, "from")))


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [Hermes()]
