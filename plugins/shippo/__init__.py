"""Shippo: parcels of many carriers by its tracking API, polled and pushed."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    ApiUrl,
    BadRequest,
    Carrier,
    Context,
    Covers,
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
    load_vocabulary,
    push_secret,
    read_json,
    rows,
    signed,
    word,
)

from .reading import Reader

HERE = Path(__file__).parent
COVERS = Covers.load(HERE / "covers.toml")
WORDS = load_vocabulary(HERE / "shippo.toml")
READER = Reader(WORDS, COVERS)
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
    base_url: ApiUrl = Field(default="https://api.goshippo.com", title="Address of the API")


PLUGIN = Plugin("shippo", "Shippo", "1.0.0", settings=ShippoSettings)


class Shippo(Carrier):
    """One number a request, 500 a minute; it looks at its carriers about every two hours."""

    id = "shippo"
    names: ClassVar = {"en": "Shippo"}
    polls = True
    subscribes = True
    covers = COVERS
    limits = Limits(requests=500, per=timedelta(minutes=1))
    quickest = timedelta(hours=1)

    def parse(self, payload: Payload) -> Parsed:
        return READER.read(read_json(payload.body), payload)

    def fetch(self, queries: Sequence[Query], ctx: Context) -> Iterable[Payload]:
        for query in queries:
            path = f"tracks/{_token(query)}/{quote(query.number, safe='')}"
            answer = check(_ask(ctx, "GET", path))
            yield Payload(answer.body, headers=answer.headers, numbers=(query.number,), carrier=query.carrier)

    def verify(self, request: InboundRequest, ctx: Context) -> Verdict:
        """By `Shippo-Auth-Signature: t=<seconds>,v1=<hex>` over `<seconds>.<body>`, where the shop has a secret."""
        secret = push_secret(ctx)
        if not secret:
            return Verdict(request.known, "" if request.known else "the address is not the one that Shippo was given")
        pieces = (piece.partition("=") for piece in request.headers.get("shippo-auth-signature", "").split(","))
        given = {name.strip(): value.strip() for name, _, value in pieces}
        moment = given.get("t", "")
        message = moment.encode("utf-8", "surrogatepass") + b"." + request.body
        if not signed(secret, message, given.get("v1"), encoding="hex"):
            return Verdict(False, "the signature does not fit the webhook secret")
        fresh = moment.isascii() and moment.isdigit() and abs(ctx.now.timestamp() - int(moment[:15])) <= PATIENCE
        return Verdict(fresh, "" if fresh else "the signature is older than five minutes, or our clock is wrong")

    def subscribe(self, queries: Sequence[Query], address: str, ctx: Context) -> Iterator[Subscription]:
        """Registers the numbers, and once the webhook: Shippo sends as many copies as it was told addresses."""
        hook = sha256(address.encode()).hexdigest()
        ctx.memory.token(hook, lambda: (_hook(ctx, address), HOOK_KNOWN))  # one caller at a time
        for query in queries:
            asked = {"carrier": _token(query), "tracking_number": query.number}
            check(_ask(ctx, "POST", "tracks/", json=asked))
            yield Subscription(query.number, carrier=query.carrier)

    def probe(self, ctx: Context) -> None:
        check(_ask(ctx, "GET", "webhooks"))


def _token(query: Query) -> str:
    token = COVERS.get(query.carrier)
    if token is None:
        raise BadRequest(f"Shippo has to be told the carrier of {query.number}; choose one that it knows")
    return token


def _hook(ctx: Context, address: str) -> str:
    """The id of Shippo's webhook to an address of ours, made where there is none."""
    known = read_json(check(_ask(ctx, "GET", "webhooks")).body)
    found = (word(one, "object_id") for one in rows(known, "results") if one.get("url") == address)
    if (there := next(found, None)) is not None:
        return there or "there"
    hook = {"url": address, "event": "track_updated", "active": True, "is_test": False}
    return word(read_json(check(_ask(ctx, "POST", "webhooks", json=hook)).body), "object_id") or "made"


def _ask(ctx: Context, method: str, path: str, **more: Any) -> HttpAnswer:
    settings = ctx.settings
    assert isinstance(settings, ShippoSettings)
    headers = {"Authorization": f"ShippoToken {settings.api_key.get_secret_value()}"}
    return ctx.worker_http().request(method, f"{settings.base_url.rstrip('/')}/{path}", headers=headers, **more)


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [Shippo()]


@hookimpl
def tracker_register_vocabularies() -> list[Vocabulary]:
    return [WORDS]
