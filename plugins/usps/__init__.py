"""USPS: tracking by its Tracking API (v3r2), and its subscriptions, by which it sends news by itself.

Documents: developers.usps.com, "OAuth", "Tracking", "Subscriptions - Tracking"; github.com/USPS/api-examples.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

from tracker.sdk import (
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
    check,
    hookimpl,
    load_formats,
    push_secret,
    read_json,
)

from . import news
from .reading import read_answer
from .settings import UspsSettings, settings_of

SPOKEN = {200, 207, 400, 404}
"""Statuses under which USPS explains itself in the body; 207 is a list of answers and errors."""
LEASE = timedelta(days=30)
ANY_NUMBER = "9400100000000000000000"

PLUGIN = Plugin("usps", "USPS", "1.0.0", settings=UspsSettings)


class Usps(Carrier):
    id = "usps"
    names: ClassVar = {"en": "USPS"}
    countries = ("US",)
    url = "https://tools.usps.com/go/TrackConfirmAction?tLabels={number}"
    polls = subscribes = True
    limits = Limits(requests=60, per=timedelta(hours=1), batch=35)
    formats = load_formats(Path(__file__).with_name("formats.toml"))

    def parse(self, payload: Payload) -> Parsed:
        return read_answer(read_json(payload.body), payload.numbers)

    def fetch(self, queries: Sequence[Query], ctx: Context) -> Iterable[Payload]:
        numbers = tuple(query.number for query in queries)
        answer = _ask(numbers, ctx)
        yield Payload(answer.body, answer.headers.get("content-type", ""), headers=answer.headers, numbers=numbers)

    def probe(self, ctx: Context) -> None:
        _ask((ANY_NUMBER,), ctx)

    def verify(self, request: InboundRequest, ctx: Context) -> Verdict:
        return news.judge(request, push_secret(ctx))

    def subscribe(self, queries: Sequence[Query], address: str, ctx: Context) -> Iterable[Subscription]:
        for query in queries if push_secret(ctx) else ():
            yield Subscription(query.number, news.subscribe(query.number, address, ctx), ctx.now + LEASE)

    def unsubscribe(self, subscription: Subscription, ctx: Context) -> None:
        if subscription.ref:
            news.unsubscribe(subscription.ref, ctx)


def _ask(numbers: Sequence[str], ctx: Context) -> HttpAnswer:
    settings = settings_of(ctx)
    url = f"{settings.base}/tracking/v3r2/tracking"
    asked = [{"trackingNumber": number} for number in numbers]
    answer = settings.credentials("tracking").request(ctx, "POST", url, json=asked)
    if answer.status in SPOKEN and answer.body.lstrip()[:1] in (b"[", b"{"):
        return answer
    if answer.status == 401:
        raise AuthFailed("USPS gives a token, but not for tracking: add the product Tracking to the app")
    return check(answer)


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [Usps()]
