"""DHL: every DHL company by one API (Shipment Tracking - Unified), asked by number or told by its push messages."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    ApiUrl,
    Carrier,
    Context,
    HttpAnswer,
    InboundRequest,
    Limits,
    Parsed,
    Payload,
    Plugin,
    Query,
    Verdict,
    check,
    hookimpl,
    load_formats,
    push_secret,
    read_json,
    same,
)

from .handshake import activate, greet
from .quota import count_question
from .reading import read_answer

SPOKEN = {200, 400, 404}
"""Statuses under which DHL explains itself in the body."""


class DhlSettings(BaseModel):
    """The key of an app at developer.dhl.com with the product Shipment Tracking - Unified."""

    api_key: SecretStr = Field(min_length=1, max_length=200, title="API key")
    language: str = Field(default="en", pattern="^[a-z]{2}$", title="Language of the texts (two letters)")
    daily: int = Field(default=250, ge=1, le=10_000_000, title="Questions a day that DHL allows")
    push_secret: SecretStr = Field(default=SecretStr(""), max_length=200, title="Token of the push subscription")
    base_url: ApiUrl = Field(default="https://api-eu.dhl.com", title="Address of the API")


PLUGIN = Plugin("dhl_universal", "DHL", "1.0.0", settings=DhlSettings)


class DhlUniversal(Carrier):
    id = "dhl_universal"
    names: ClassVar = {"en": "DHL"}
    url = "https://www.dhl.com/en/home/tracking.html?tracking-id={number}"
    polls = True
    inputs = ("postcode",)
    covers: ClassVar = {"mydhl": "express", "dhl_parcel_de": "parcel-de"}
    # One question in 5 seconds and 250 a day is what new apps are said to get. DHL's documents do not confirm it: the
    # figures of an app stand in the developer portal, and the daily one is a setting.
    limits = Limits(requests=1, per=timedelta(seconds=5))
    # DHL's help centre asks for at most ten questions a day about one parcel, spread evenly.
    quickest = timedelta(minutes=144)
    formats = load_formats(Path(__file__).with_name("formats.toml"))

    def parse(self, payload: Payload) -> Parsed:
        return read_answer(read_json(payload.body), payload.numbers)

    def fetch(self, queries: Sequence[Query], ctx: Context) -> Iterable[Payload]:
        activate(ctx, _base(ctx), _key(ctx))
        for query in queries:
            answer = self._ask(query, ctx)
            if not (answer.status in SPOKEN and answer.body.lstrip()[:1] == b"{"):
                check(answer)
            yield Payload(answer.body, headers=answer.headers, numbers=(query.number,), carrier=query.carrier)

    def verify(self, request: InboundRequest, ctx: Context) -> Verdict:
        secret = push_secret(ctx)
        # The shop names the header in its subscription, so the token is looked for in all of them.
        token = any(same(value, secret) for value in request.headers.values())
        if not (token if secret else request.known):
            return Verdict(False, "neither the token of the subscription nor the address made for it")
        return greet(request.body, ctx)

    def probe(self, ctx: Context) -> None:
        activate(ctx, _base(ctx), _key(ctx))
        answer = self._ask(Query("00340434161094000000"), ctx)
        if answer.status != 404:  # such a parcel does not exist, and only who may ask is told so
            check(answer)

    def _ask(self, query: Query, ctx: Context) -> HttpAnswer:
        count_question(ctx, _settings(ctx).daily)
        params = {"trackingNumber": query.number, "language": _settings(ctx).language}
        if service := self.covers.get(query.carrier):
            params["service"] = service
        if query.postcode:
            params["recipientPostalCode"] = query.postcode
        return ctx.worker_http().request("GET", f"{_base(ctx)}/track/shipments", params=params, headers=_key(ctx))


def _settings(ctx: Context) -> DhlSettings:
    assert isinstance(ctx.settings, DhlSettings)
    return ctx.settings


def _base(ctx: Context) -> str:
    return _settings(ctx).base_url.rstrip("/")


def _key(ctx: Context) -> dict[str, str]:
    return {"DHL-API-Key": _settings(ctx).api_key.get_secret_value(), "Accept": "application/json"}


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [DhlUniversal()]
