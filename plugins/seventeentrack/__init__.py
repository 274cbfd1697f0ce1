"""17TRACK: parcels of many carriers by its Tracking API (v2.2), polled and pushed."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    ApiUrl,
    Carrier,
    Context,
    Covers,
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
    same,
    word,
)

from .reading import REGISTERED, Reader, raise_for

HERE = Path(__file__).parent
COVERS = Covers.load(HERE / "covers.toml")
WORDS = load_vocabulary(HERE / "17track.toml")
READER = Reader(WORDS, COVERS)
Asked = list[dict[str, Any]]


class SeventeenTrackSettings(BaseModel):
    """The access key of 17TRACK's API. It signs what it sends with the same key, unless another is given here."""

    api_key: SecretStr = Field(min_length=1, max_length=200, title="Access key")
    push_secret: SecretStr = Field(
        default=SecretStr(""), max_length=200, title="Key of the signatures", description="Where it is another one"
    )
    base_url: ApiUrl = Field(default="https://api.17track.net", title="Address of the API")


PLUGIN = Plugin("seventeentrack", "17TRACK", "1.0.0", settings=SeventeenTrackSettings)


class SeventeenTrack(Carrier):
    """Three requests a second and up to forty numbers in each. Registering a number costs one of the quota."""

    id = "17track"
    names: ClassVar = {"en": "17TRACK"}
    polls = True
    subscribes = True
    covers = COVERS
    limits = Limits(requests=3, per=timedelta(seconds=1), batch=40)
    quickest = timedelta(hours=1)

    def parse(self, payload: Payload) -> Parsed:
        return READER.read(read_json(payload.body))

    def fetch(self, queries: Sequence[Query], ctx: Context) -> Iterable[Payload]:
        body = _ask(ctx, "gettrackinfo", [_entry(query.number, query.carrier) for query in queries])
        carriers = {query.carrier for query in queries}
        carrier = carriers.pop() if len(carriers) == 1 else ""
        yield Payload(body, numbers=tuple(query.number for query in queries), carrier=carrier)

    def verify(self, request: InboundRequest, ctx: Context) -> Verdict:
        """By `sign`: the SHA-256 of the body, a slash and the key, in hex. It is no HMAC, and all there is."""
        key = push_secret(ctx)
        if not key and isinstance(ctx.settings, SeventeenTrackSettings):
            key = ctx.settings.api_key.get_secret_value()
        fitting = sha256(request.body + b"/" + key.encode()).hexdigest()
        if key and same(request.headers.get("sign", "").lower(), fitting):
            return Verdict(True)
        return Verdict(False, "the signature does not fit the access key")

    def subscribe(self, queries: Sequence[Query], address: str, ctx: Context) -> Iterator[Subscription]:  # noqa: ARG002
        """Registers the numbers. Where 17TRACK sends its news is set there."""
        told = read_json(_ask(ctx, "register", [_entry(query.number, query.carrier) for query in queries]))
        raise_for(told, but=REGISTERED)
        keys = {word(row, "number"): word(row, "carrier") for row in rows(told, "data", "accepted")}
        for query in queries:
            ref = keys.get(query.number) or COVERS.get(query.carrier, "")
            yield Subscription(query.number, ref, carrier=query.carrier)

    def unsubscribe(self, subscription: Subscription, ctx: Context) -> None:
        entry = _entry(subscription.number, subscription.carrier)
        if subscription.ref.isascii() and subscription.ref.isdigit():
            entry["carrier"] = int(subscription.ref)
        _ask(ctx, "stoptrack", [entry])  # one that has stopped already is refused by number, which harms nobody

    def probe(self, ctx: Context) -> None:
        raise_for(read_json(_ask(ctx, "getquota", [])))


def _entry(number: str, carrier: str) -> dict[str, Any]:
    key = COVERS.get(carrier)
    return {"number": number, "carrier": int(key)} if key else {"number": number}


def _ask(ctx: Context, path: str, asked: Asked) -> bytes:
    settings = ctx.settings
    assert isinstance(settings, SeventeenTrackSettings)
    url = f"{settings.base_url.rstrip('/')}/track/v2.2/{path}"
    headers = {"17token": settings.api_key.get_secret_value()}
    return check(ctx.worker_http().request("POST", url, headers=headers, json=asked)).body


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [SeventeenTrack()]


@hookimpl
def tracker_register_vocabularies() -> list[Vocabulary]:
    return [WORDS]
