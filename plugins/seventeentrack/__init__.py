"""17TRACK: parcels of many carriers by its Tracking API (v2.2), polled and pushed."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any, ClassVar

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
    Subscription,
    Verdict,
    Vocabulary,
    check,
    hookimpl,
    push_secret,
    raise_for,
    read_json,
    rows,
    same,
    word,
)

from .reading import COVERS, WORDS, read_answer, read_problems

REGISTERED = "-18019901"
"""The code of a number that is registered already."""


class SeventeenTrackSettings(BaseModel):
    """The access key of 17TRACK's API. It signs what it sends with the same key, unless another is given here."""

    api_key: SecretStr = Field(min_length=1, max_length=200, title="Access key")
    push_secret: SecretStr = Field(
        default=SecretStr(""), max_length=200, title="Key of the signatures", description="Where it is another one"
    )
    base_url: BaseUrl = Field(default="https://api.17track.net", title="Address of the API")


PLUGIN = Plugin("seventeentrack", "17TRACK", "1.0.0", settings=SeventeenTrackSettings)


class SeventeenTrack(ApiCarrier):
    """Registering a number costs one of the quota."""

    id = "17track"
    names: ClassVar = {"en": "17TRACK"}
    covers = COVERS
    subscribes = True
    limits = Limits(requests=3, per=timedelta(seconds=1), batch=40)
    # 17TRACK looks at its carriers every few hours.
    quickest = timedelta(hours=1)

    def ask(self, queries: Sequence[Query], ctx: Context) -> HttpAnswer:
        return _request(ctx, "gettrackinfo", [_entry(query.number, query.carrier) for query in queries])

    def probe(self, ctx: Context) -> None:
        raise_for(read_problems(read_json(check(_request(ctx, "getquota", [])).body)))

    def parse(self, payload: Payload) -> Parsed:
        return read_answer(payload)

    def verify(self, request: InboundRequest, ctx: Context) -> Verdict:
        """By `sign`: the SHA-256 of the body, a slash and the key, in hex. It is no HMAC, and all there is."""
        key = push_secret(ctx) or ctx.settings_as(SeventeenTrackSettings).api_key.get_secret_value()
        fitting = sha256(request.body + b"/" + key.encode()).hexdigest()
        if key and same(request.headers.get("sign", "").lower(), fitting):
            return Verdict(True)
        return Verdict(False, "the signature does not fit the access key")

    def subscribe(self, queries: Sequence[Query], address: str, ctx: Context) -> Iterator[Subscription]:  # noqa: ARG002
        """Registers the numbers. Where 17TRACK sends its news is set there."""
        told = read_json(check(_request(ctx, "register", [_entry(one.number, one.carrier) for one in queries])).body)
        raise_for(problem for problem in read_problems(told) if not problem.detail.startswith(f"{REGISTERED}:"))
        keys = {word(row, "number"): word(row, "carrier") for row in rows(told, "data", "accepted")}
        for query in queries:
            ref = keys.get(query.number) or COVERS.get(query.carrier, "")
            yield Subscription(query.number, ref, carrier=query.carrier)

    def unsubscribe(self, subscription: Subscription, ctx: Context) -> None:
        entry = _entry(subscription.number, subscription.carrier)
        if subscription.ref.isascii() and subscription.ref.isdigit():
            entry["carrier"] = int(subscription.ref)
        check(
            _request(ctx, "stoptrack", [entry])
        )  # one that has stopped already is refused by number, which harms nobody


def _entry(number: str, carrier: str) -> dict[str, Any]:
    key = COVERS.get(carrier)
    return {"number": number, "carrier": int(key)} if key else {"number": number}


def _request(ctx: Context, path: str, asked: list[dict[str, Any]]) -> HttpAnswer:
    settings = ctx.settings_as(SeventeenTrackSettings)
    headers = {"17token": settings.api_key.get_secret_value()}
    return ctx.worker_http().request("POST", f"{settings.base_url}/track/v2.2/{path}", headers=headers, json=asked)


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [SeventeenTrack()]


@hookimpl
def tracker_register_vocabularies() -> list[Vocabulary]:
    return [WORDS]
