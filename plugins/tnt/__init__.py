"""TNT: tracking by ExpressConnect Tracking, version 3.1 (XML in a form)."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar
from xml.sax.saxutils import escape

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    ApiUrl,
    AuthFailed,
    Carrier,
    Context,
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

REQUEST = """<?xml version="1.0" encoding="UTF-8"?>
<TrackRequest locale="en_US" version="3.1">\
<SearchCriteria marketType="INTERNATIONAL" originCountry="{country}">{numbers}</SearchCriteria>\
<LevelOfDetail><Complete shipment="true"/></LevelOfDetail></TrackRequest>"""
NOBODYS = "100000000"
"""A number of the right shape to prove an account with."""


class TntSettings(BaseModel):
    """The account for ExpressConnect (express.tnt.com)."""

    username: str = Field(min_length=1, max_length=100, title="User name")
    password: SecretStr = Field(min_length=1, max_length=200, title="Password")
    country: str = Field(default="GB", pattern="^[A-Z]{2}$", title="Country of the account (two letters)")
    base_url: ApiUrl = Field(default="https://necta.az.fxei.fedex.com/ectrack/track", title="Address of the service")


PLUGIN = Plugin("tnt", "TNT", "1.0.0", settings=TntSettings)


class Tnt(Carrier):
    id = "tnt"
    names: ClassVar = {"en": "TNT"}
    url = "https://www.tnt.com/express/en_gb/site/shipping-tools/tracking.html?searchType=con&cons={number}"
    formats = load_formats(Path(__file__).with_name("formats.toml"))
    polls = True
    limits = Limits(batch=20)

    def parse(self, payload: Payload) -> Parsed:
        return read_answer(payload.body)

    def fetch(self, queries: Sequence[Query], ctx: Context) -> Iterable[Payload]:
        numbers = tuple(query.number for query in queries)
        yield Payload(_ask(numbers, ctx), "text/xml", numbers=numbers)

    def probe(self, ctx: Context) -> None:
        _ask((NOBODYS,), ctx)


def _ask(numbers: Sequence[str], ctx: Context) -> bytes:
    settings = ctx.settings
    assert isinstance(settings, TntSettings)
    asked = "".join(f"<ConsignmentNumber>{escape(number)}</ConsignmentNumber>" for number in numbers)
    answer = ctx.worker_http().request(
        "POST",
        settings.base_url,
        headers={"Accept": "text/xml; charset=UTF-8"},
        auth=(settings.username, settings.password.get_secret_value()),
        form={"xml_in": REQUEST.format(country=settings.country, numbers=asked)},
    )
    body = check(answer).body
    if b"<Error" in body:
        for problem in read_answer(body).errors:
            if problem.kind == "auth":
                raise AuthFailed(f"TNT refused the account: {problem.detail}")
    return body


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [Tnt()]
