"""DHL Paket: tracking of German parcels for business customers (Parcel DE Tracking, XML), 20 numbers at a time."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import ClassVar, Literal
from xml.sax.saxutils import quoteattr

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    ApiUrl,
    AuthFailed,
    Carrier,
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
    read_xml,
)

from .reading import read_answer


class DhlParcelDeSettings(BaseModel):
    """The app at developer.dhl.com that asks, and the user of DHL's business customer portal in whose name it asks."""

    client_id: str = Field(min_length=1, max_length=200, title="API key")
    client_secret: SecretStr = Field(min_length=1, max_length=200, title="API secret")
    username: str = Field(min_length=1, max_length=200, title="User of the tracking service")
    password: SecretStr = Field(min_length=1, max_length=200, title="Password of that user")
    language: Literal["en", "de"] = Field(default="en", title="Language of the texts")
    base_url: ApiUrl = Field(default="https://api-eu.dhl.com", title="Address of the API")


PLUGIN = Plugin("dhl_parcel_de", "DHL Paket", "1.0.0", settings=DhlParcelDeSettings)


class DhlParcelDe(Carrier):
    id = "dhl_parcel_de"
    names: ClassVar = {"en": "DHL Paket", "de": "DHL Paket"}
    countries = ("DE",)
    url = "https://www.dhl.de/de/privatkunden/pakete-empfangen/verfolgen.html?piececode={number}"
    polls = True
    # 1,000 questions a day, three a second, was told for the older door of the same service; for this one DHL
    # publishes no figure. The recipient's postcode would show more, but may stand beside a single number only.
    limits = Limits(requests=40, per=timedelta(hours=1), batch=20)
    formats = load_formats(Path(__file__).with_name("formats.toml"))

    def parse(self, payload: Payload) -> Parsed:
        return read_answer(read_xml(payload.body), payload.numbers)

    def fetch(self, queries: Sequence[Query], ctx: Context) -> Iterable[Payload]:
        numbers = tuple(query.number for query in queries)
        answer = check(_ask(numbers, ctx))
        yield Payload(answer.body, "application/xml", headers=answer.headers, numbers=numbers)

    def probe(self, ctx: Context) -> None:
        answer = check(_ask(("00340434000000000000",), ctx))
        for problem in read_answer(read_xml(answer.body)).errors:
            if problem.kind == "auth":
                raise AuthFailed(problem.detail)


def _ask(numbers: Sequence[str], ctx: Context) -> HttpAnswer:
    settings = ctx.settings
    assert isinstance(settings, DhlParcelDeSettings)
    fields = {
        "appname": settings.username,
        "password": settings.password.get_secret_value(),
        "request": "d-get-piece-detail",
        "language-code": settings.language,
        "piece-code": ";".join(number for number in numbers if number.isalnum()),
    }
    told = " ".join(f"{name}={quoteattr(value)}" for name, value in fields.items())
    return ctx.worker_http().request(
        "GET",
        f"{settings.base_url.rstrip('/')}/parcel/de/tracking/v0/shipments",
        params={"xml": f'<?xml version="1.0" encoding="UTF-8" standalone="no"?><data {told}/>'},
        headers={"Accept": "application/xml"},
        auth=(settings.client_id, settings.client_secret.get_secret_value()),
    )


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [DhlParcelDe()]
