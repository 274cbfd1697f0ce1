"""DHL: every DHL company by one API (Shipment Tracking - Unified), asked by number or told by its push messages."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    ApiCarrier,
    BaseUrl,
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
    hookimpl,
    judge,
    load_formats,
    same,
)

from .handshake import activate, greet
from .quota import count_question
from .reading import read_answer


class DhlSettings(BaseModel):
    """The key of an app at developer.dhl.com with the product Shipment Tracking - Unified."""

    api_key: SecretStr = Field(min_length=1, max_length=200, title="API key")
    language: str = Field(default="en", pattern="^[a-z]{2}$", title="Language of the texts (two letters)")
    daily: int = Field(default=250, ge=1, le=10_000_000, title="Questions a day that DHL allows")
    push_secret: SecretStr = Field(default=SecretStr(""), max_length=200, title="Token of the push subscription")
    base_url: BaseUrl = Field(default="https://api-eu.dhl.com", title="Address of the API")


PLUGIN = Plugin("dhl_universal", "DHL", "1.0.0", settings=DhlSettings)


class DhlUniversal(ApiCarrier):
    id = "dhl_universal"
    names: ClassVar = {"en": "DHL"}
    url = "https://www.dhl.com/en/home/tracking.html?tracking-id={number}"
    formats = load_formats(Path(__file__).with_name("formats.toml"))
    inputs = ("postcode",)
    covers: ClassVar = {"mydhl": "express", "dhl_parcel_de": "parcel-de"}
    # One question in 5 seconds and 250 a day is what new apps are said to get. DHL's documents do not confirm it: the
    # figures of an app stand in the developer portal, and the daily one is a setting.
    limits = Limits(requests=1, per=timedelta(seconds=5))
    # DHL's help centre asks for at most ten questions a day about one parcel, spread evenly.
    quickest = timedelta(minutes=144)
    nobody = "00340434161094000000"

    def fetch(self, queries: Sequence[Query], ctx: Context) -> Iterator[Payload]:
        settings = ctx.settings_as(DhlSettings)
        activate(ctx, settings.base_url, _key(settings))
        yield from super().fetch(queries, ctx)

    def ask(self, queries: Sequence[Query], ctx: Context) -> HttpAnswer:
        settings, query = ctx.settings_as(DhlSettings), queries[0]
        count_question(ctx, settings.daily)
        params = {"trackingNumber": query.number, "language": settings.language}
        if service := self.covers.get(query.carrier):
            params["service"] = service
        if query.postcode:
            params["recipientPostalCode"] = query.postcode
        url = f"{settings.base_url}/track/shipments"
        return ctx.worker_http().request("GET", url, params=params, headers=_key(settings))

    def parse(self, payload: Payload) -> Parsed:
        return read_answer(payload)

    def verify(self, request: InboundRequest, ctx: Context) -> Verdict:
        """DHL shows a token, in a header that the shop has named in its subscription."""
        verdict = judge(request, ctx, lambda secret: any(same(shown, secret) for shown in request.headers.values()))
        return greet(request.body, ctx) if verdict.valid else verdict


def _key(settings: DhlSettings) -> dict[str, str]:
    return {"DHL-API-Key": settings.api_key.get_secret_value(), "Accept": "application/json"}


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [DhlUniversal()]
