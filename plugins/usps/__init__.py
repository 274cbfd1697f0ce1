"""USPS: tracking by its Tracking API (v3r2), and its subscriptions, by which it sends news by itself.

Documents: developers.usps.com, "OAuth", "Tracking", "Subscriptions - Tracking"; github.com/USPS/api-examples.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

from tracker.sdk import (
    ApiCarrier,
    AuthFailed,
    Carrier,
    Context,
    HttpAnswer,
    InboundRequest,
    Limits,
    Parsed,
    Payload,
    Plugin,
    Query,
    Subscription,
    Verdict,
    hookimpl,
    load_formats,
    push_secret,
)

from . import news
from .reading import read_answer
from .settings import UspsSettings

LEASE = timedelta(days=30)

PLUGIN = Plugin("usps", "USPS", "1.0.0", settings=UspsSettings)


class Usps(ApiCarrier):
    id = "usps"
    names: ClassVar = {"en": "USPS"}
    countries = ("US",)
    url = "https://tools.usps.com/go/TrackConfirmAction?tLabels={number}"
    formats = load_formats(Path(__file__).with_name("formats.toml"))
    subscribes = True
    limits = Limits(requests=60, per=timedelta(hours=1), batch=35)
    nobody = "9400100000000000000000"

    def ask(self, queries: Sequence[Query], ctx: Context) -> HttpAnswer:
        settings = ctx.settings_as(UspsSettings)
        url, asked = f"{settings.base_url}/tracking/v3r2/tracking", [{"trackingNumber": one.number} for one in queries]
        answer = settings.credentials("tracking").request(ctx, "POST", url, json=asked)
        if answer.status == 401:
            raise AuthFailed("USPS gives a token, but not for tracking: add the product Tracking to the app")
        return answer

    def parse(self, payload: Payload) -> Parsed:
        return read_answer(payload)

    def verify(self, request: InboundRequest, ctx: Context) -> Verdict:
        return news.judge(request, push_secret(ctx))

    def subscribe(self, queries: Sequence[Query], address: str, ctx: Context) -> Iterable[Subscription]:
        for query in queries if push_secret(ctx) else ():
            yield Subscription(query.number, news.subscribe(query.number, address, ctx), ctx.now + LEASE)

    def unsubscribe(self, subscription: Subscription, ctx: Context) -> None:
        if subscription.ref:
            news.unsubscribe(subscription.ref, ctx)


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [Usps()]
