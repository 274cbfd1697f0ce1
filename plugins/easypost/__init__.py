"""EasyPost: parcels of many carriers by its trackers (API v2), polled and pushed."""

import unicodedata
from collections.abc import Iterator, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any, ClassVar
from urllib.parse import quote

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    ApiCarrier,
    BaseUrl,
    Carrier,
    Context,
    HttpAnswer,
    InboundRequest,
    Label,
    Limits,
    Parsed,
    Payload,
    Plugin,
    Query,
    Subscription,
    Verdict,
    Vocabulary,
    check,
    hookimpl,
    judge,
    push_secret,
    read_json,
    rows,
    signed,
    word,
)

from .label import fetch_label
from .reading import COVERS, WORDS, read_answer

SIGNED = "hmac-sha256-hex"
HOOK_KNOWN = 30 * 86_400.0
"""Seconds after which it is looked up again whether EasyPost still has our webhook."""


class EasyPostSettings(BaseModel):
    """A production API key of EasyPost. The webhook secret is any word you choose; EasyPost is told it."""

    api_key: SecretStr = Field(min_length=1, max_length=200, title="API key")
    push_secret: SecretStr = Field(default=SecretStr(""), max_length=200, title="Webhook secret")
    base_url: BaseUrl = Field(default="https://api.easypost.com", title="Address of the API")


PLUGIN = Plugin("easypost", "EasyPost", "1.0.0", settings=EasyPostSettings)


class EasyPost(ApiCarrier):
    id = "easypost"
    names: ClassVar = {"en": "EasyPost"}
    covers = COVERS
    subscribes = True
    limits = Limits(requests=5, per=timedelta(seconds=1), batch=50)
    # A tracker costs something only when it is made; EasyPost looks at its carriers by itself.
    quickest = timedelta(hours=1)

    def ask(self, queries: Sequence[Query], ctx: Context) -> HttpAnswer:
        return _request(ctx, "POST", "trackers/batch", json={"tracking_codes": [query.number for query in queries]})

    def probe(self, ctx: Context) -> None:
        check(_request(ctx, "GET", "trackers", params={"page_size": "1"}))

    def parse(self, payload: Payload) -> Parsed:
        return read_answer(payload)

    def verify(self, request: InboundRequest, ctx: Context) -> Verdict:
        """By the HMAC of the body in `X-Hmac-Signature`, under the secret in Unicode's form NFKD."""
        kind, _, given = request.headers.get("x-hmac-signature", "").partition("=")

        def fits(secret: str) -> bool:
            key = unicodedata.normalize("NFKD", secret)
            return kind == SIGNED and signed(key, request.body, given, encoding="hex")

        return judge(request, ctx, fits, "id")

    def subscribe(self, queries: Sequence[Query], address: str, ctx: Context) -> Iterator[Subscription]:
        """Makes trackers, and once the webhook; the same number within three months gives the same tracker again."""
        hook = sha256(f"{address} {push_secret(ctx)}".encode()).hexdigest()
        ctx.memory.token(hook, lambda: (_make_hook(ctx, address), HOOK_KNOWN))  # one caller at a time
        for query in queries:
            asked = {"tracking_code": query.number}
            if name := COVERS.get(query.carrier):
                asked["carrier"] = name
            told = read_json(check(_request(ctx, "POST", "trackers", json={"tracker": asked})).body)
            bought = word(told, "shipment_id")  # the shop's own label: its tracker is not ours to end
            yield Subscription(query.number, "" if bought else word(told, "id", limit=64), carrier=query.carrier)

    def unsubscribe(self, subscription: Subscription, ctx: Context) -> None:
        if subscription.ref:
            check(_request(ctx, "DELETE", f"trackers/{quote(subscription.ref, safe='')}"))

    def label(self, query: Query, ctx: Context) -> Label:
        return fetch_label(query.number, ctx, _request)


def _make_hook(ctx: Context, address: str) -> str:
    """The id of EasyPost's webhook to an address of ours, made or told the secret anew where need be."""
    known = read_json(check(_request(ctx, "GET", "webhooks")).body)
    found = next((word(one, "id", limit=64) for one in rows(known, "webhooks") if one.get("url") == address), "")
    secret = {"webhook_secret": push_secret(ctx)} if push_secret(ctx) else {}
    if not found:
        made = check(_request(ctx, "POST", "webhooks", json={"webhook": {"url": address, **secret}}))
        return word(read_json(made.body), "id", limit=64) or "made"
    if secret:
        check(_request(ctx, "PATCH", f"webhooks/{quote(found, safe='')}", json=secret))
    return found


def _request(ctx: Context, method: str, path: str, **more: Any) -> HttpAnswer:
    settings = ctx.settings_as(EasyPostSettings)
    auth = (settings.api_key.get_secret_value(), "")
    return ctx.worker_http().request(method, f"{settings.base_url}/v2/{path}", auth=auth, **more)


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [EasyPost()]


@hookimpl
def tracker_register_vocabularies() -> list[Vocabulary]:
    return [WORDS]
