"""DHL Express: tracking by the MyDHL API, with the distance from UTC of every checkpoint."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    ApiUrl,
    Carrier,
    Context,
    HttpAnswer,
    InvalidNumber,
    Limits,
    Parsed,
    Payload,
    Plugin,
    Query,
    check,
    hookimpl,
    load_formats,
    read_json,
)

from .reading import read_answer

SPOKEN = {200, 400, 404}
"""Statuses under which DHL explains itself in the body."""


class MyDhlSettings(BaseModel):
    """The user of an app at developer.dhl.com with the product DHL Express - MyDHL API."""

    username: str = Field(min_length=1, max_length=200, title="User name")
    password: SecretStr = Field(min_length=1, max_length=200, title="Password")
    language: str = Field(default="eng", pattern="^[a-z]{3}$", title="Language of the texts (three letters)")
    base_url: ApiUrl = Field(default="https://express.api.dhl.com/mydhlapi", title="Address of the API")


PLUGIN = Plugin("mydhl", "DHL Express", "1.0.0", settings=MyDhlSettings)


class MyDhl(Carrier):
    id = "mydhl"
    names: ClassVar = {"en": "DHL Express"}
    url = "https://www.dhl.com/en/express/tracking.html?AWB={number}"
    polls = True
    # No figure is published. 200 numbers fit into one question, but only a question about one tells the offsets.
    limits = Limits(requests=60)
    formats = load_formats(Path(__file__).with_name("formats.toml"))

    def parse(self, payload: Payload) -> Parsed:
        return read_answer(read_json(payload.body), payload.numbers)

    def fetch(self, queries: Sequence[Query], ctx: Context) -> Iterable[Payload]:
        for number in (query.number for query in queries):
            if not (5 <= len(number) <= 35 and number.isascii() and number.isalnum()):
                raise InvalidNumber("DHL Express numbers are 5 to 35 letters and digits")
            answer = _ask(number, ctx)
            if not (answer.status in SPOKEN and answer.body.lstrip()[:1] == b"{"):
                check(answer)
            yield Payload(answer.body, headers=answer.headers, numbers=(number,))

    def probe(self, ctx: Context) -> None:
        answer = _ask("0000000000", ctx)
        if answer.status != 404:  # such a shipment does not exist, and only who may ask is told so
            check(answer)


def _ask(number: str, ctx: Context) -> HttpAnswer:
    settings = ctx.settings
    assert isinstance(settings, MyDhlSettings)
    params = {"trackingView": "all-checkpoints", "levelOfDetail": "shipment"}
    if number.isdigit():
        path, more = f"/shipments/{number}/tracking", {"requestGMTOffsetPerEvent": "true"}
    else:  # the licence plate of one piece
        path, more = "/tracking", {"pieceTrackingNumber": number, "levelOfDetail": "all"}
    return ctx.worker_http().request(
        "GET",
        settings.base_url.rstrip("/") + path,
        params=params | more,
        headers={"Accept": "application/json", "Accept-Language": settings.language},
        auth=(settings.username, settings.password.get_secret_value()),
    )


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [MyDhl()]
