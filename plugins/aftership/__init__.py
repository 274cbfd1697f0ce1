"""AfterShip: parcels of many carriers by its Tracking API (2026-07), polled and pushed."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    ApiUrl,
    BadPayload,
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
    pick,
    push_secret,
    read_json,
    signed,
    word,
)

from .reading import Reader

HERE = Path(__file__).parent
COVERS = Covers.load(HERE / "covers.toml")
WORDS = load_vocabulary(HERE / "aftership.toml")
READER = Reader(WORDS, COVERS)
EXISTS = 4003


class AfterShipSettings(BaseModel):
    """An API key of AfterShip Tracking, and the secret of the webhook that points at this portal."""

    api_key: SecretStr = Field(min_length=1, max_length=200, title="API key")
    push_secret: SecretStr = Field(
        default=SecretStr(""),
        max_length=200,
        title="Webhook secret",
        description="From AfterShip's webhook settings, where the address of this portal's door belongs too",
    )
    base_url: ApiUrl = Field(default="https://api.aftership.com", title="Address of the API")


PLUGIN = Plugin("aftership", "AfterShip", "1.0.0", settings=AfterShipSettings)


class AfterShip(Carrier):
    """Ten requests a second and up to fifty numbers in each; it looks at its carriers every few hours."""

    id = "aftership"
    names: ClassVar = {"en": "AfterShip"}
    polls = True
    subscribes = True
    covers = COVERS
    limits = Limits(requests=10, per=timedelta(seconds=1), batch=50)
    quickest = timedelta(hours=1)

    def parse(self, payload: Payload) -> Parsed:
        return READER.read(read_json(payload.body), payload.numbers)

    def fetch(self, queries: Sequence[Query], ctx: Context) -> Iterable[Payload]:
        numbers = tuple(query.number for query in queries)
        carriers = {query.carrier for query in queries}
        answer = check(_ask(ctx, "GET", "", params={"tracking_numbers": ",".join(numbers), "limit": "200"}))
        carrier = carriers.pop() if len(carriers) == 1 else ""
        yield Payload(answer.body, headers=answer.headers, numbers=numbers, carrier=carrier)

    def verify(self, request: InboundRequest, ctx: Context) -> Verdict:
        """By the HMAC of the body, base64 in `aftership-hmac-sha256`; `event_id` names an event over all its tries."""
        secret = push_secret(ctx)
        given = request.headers.get("aftership-hmac-sha256")
        if not (signed(secret, request.body, given) if secret else request.known):
            return Verdict(False, "the signature does not fit the webhook secret")
        try:
            return Verdict(True, delivery=word(read_json(request.body), "event_id", limit=64))
        except BadPayload:
            return Verdict(True)

    def subscribe(self, queries: Sequence[Query], address: str, ctx: Context) -> Iterator[Subscription]:  # noqa: ARG002
        """Registers the numbers. Where AfterShip sends its news is set there; only what we registered ends with us."""
        for query in queries:
            asked = {"tracking_number": query.number}
            if slug := COVERS.get(query.carrier):
                asked["slug"] = slug
            answer = _ask(ctx, "POST", "", json=asked)
            exists = answer.status == 400 and _code(answer) == EXISTS
            told = None if exists else read_json(check(answer).body)
            yield Subscription(query.number, word(told, "data", "id", limit=64), carrier=query.carrier)

    def unsubscribe(self, subscription: Subscription, ctx: Context) -> None:
        if subscription.ref:
            check(_ask(ctx, "DELETE", f"/{quote(subscription.ref, safe='')}"))

    def probe(self, ctx: Context) -> None:
        check(_ask(ctx, "GET", "", params={"limit": "1"}))


def _ask(ctx: Context, method: str, path: str, **more: Any) -> HttpAnswer:
    settings = ctx.settings
    assert isinstance(settings, AfterShipSettings)
    url = f"{settings.base_url.rstrip('/')}/tracking/2026-07/trackings{path}"
    headers = {"as-api-key": settings.api_key.get_secret_value(), "Accept": "application/json"}
    return ctx.worker_http().request(method, url, headers=headers, **more)


def _code(answer: HttpAnswer) -> object:
    try:
        return pick(read_json(answer.body), "meta", "code")
    except BadPayload:
        return None


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [AfterShip()]


@hookimpl
def tracker_register_vocabularies() -> list[Vocabulary]:
    return [WORDS]
