"""Shippo: parcels of many carriers by its tracking API, polled and pushed."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any, ClassVar

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    ApiCarrier,
    BadRequest,
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
    Subscription,
    Verdict,
    Vocabulary,
    check,
    hookimpl,
    judge,
    read_json,
    rows,
    signed,
    word,
)

from .reading import COVERS, WORDS, read_answer

PATIENCE = 300
"""Seconds that a signature may be old, or ahead of our clock."""
HOOK_KNOWN = 30 * 86_400.0
"""Seconds after which it is looked up again whether Shippo still has our webhook."""


class ShippoSettings(BaseModel):
    """An API token of Shippo. It signs what it sends only for those who asked its support for a secret."""

    api_key: SecretStr = Field(min_length=1, max_length=200, title="API token")
    push_secret: SecretStr = Field(
        default=SecretStr(""), max_length=200, title="Webhook secret", description="Only where Shippo gave you one"
    )
    base_url: BaseUrl = Field(default="https://api.goshippo.com", title="Address of the API")


PLUGIN = Plugin("shippo", "Shippo", "1.0.0", settings=ShippoSettings)


class Shippo(ApiCarrier):
    id = "shippo"
    names: ClassVar = {"en": "Shippo"}
    covers = COVERS
    subscribes = True
    limits = Limits(requests=500, per=timedelta(minutes=1))
    # Shippo looks at its carriers about every two hours.
    quickest = timedelta(hours=1)

    def ask(self, queries: Sequence[Query], ctx: Context) -> HttpAnswer:
        return _request(ctx, "GET", f"tracks/{_token(queries[0])}/{queries[0].number}")

    def probe(self, ctx: Context) -> None:
        check(_request(ctx, "GET", "webhooks"))

    def parse(self, payload: Payload) -> Parsed:
        return read_answer(payload)

    def verify(self, request: InboundRequest, ctx: Context) -> Verdict:
        """By `Shippo-Auth-Signature: t=<seconds>,v1=<hex>` over `<seconds>.<body>`, where the shop has a secret."""
        pieces = (piece.partition("=") for piece in request.headers.get("shippo-auth-signature", "").split(","))
        given = {name.strip(): value.strip() for name, _, value in pieces}
        moment = given.get("t", "")
        message = moment.encode("utf-8", "surrogatepass") + b"." + request.body
        fresh = moment.isascii() and moment.isdigit() and abs(ctx.now.timestamp() - int(moment[:15])) <= PATIENCE
        return judge(request, ctx, lambda secret: fresh and signed(secret, message, given.get("v1"), encoding="hex"))

    def subscribe(self, queries: Sequence[Query], address: str, ctx: Context) -> Iterator[Subscription]:
        """Registers the numbers, and once the webhook: Shippo sends as many copies as it was told addresses."""
        hook = sha256(address.encode()).hexdigest()
        ctx.memory.token(hook, lambda: (_make_hook(ctx, address), HOOK_KNOWN))  # one caller at a time
        for query in queries:
            asked = {"carrier": _token(query), "tracking_number": query.number}
            check(_request(ctx, "POST", "tracks/", json=asked))
            yield Subscription(query.number, carrier=query.carrier)


def _token(query: Query) -> str:
    token = COVERS.get(query.carrier)
    if token is None:
        raise BadRequest(f"Shippo has to be told the carrier of {query.number}; choose one that it knows")
    return token


def _make_hook(ctx: Context, address: str) -> str:
    """The id of Shippo's webhook to an address of ours, made where there is none."""
    known = read_json(check(_request(ctx, "GET", "webhooks")).body)
    found = (word(one, "object_id") for one in rows(known, "results") if one.get("url") == address)
    if (there := next(found, None)) is not None:
        return there or "there"
    hook = {"url": address, "event": "track_updated", "active": True, "is_test": False}
    return word(read_json(check(_request(ctx, "POST", "webhooks", json=hook)).body), "object_id") or "made"


def _request(ctx: Context, method: str, path: str, **more: Any) -> HttpAnswer:
    settings = ctx.settings_as(ShippoSettings)
    headers = {"Authorization": f"ShippoToken {settings.api_key.get_secret_value()}"}
    return ctx.worker_http().request(method, f"{settings.base_url}/{path}", headers=headers, **more)


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [Shippo()]


@hookimpl
def tracker_register_vocabularies() -> list[Vocabulary]:
    return [WORDS]
