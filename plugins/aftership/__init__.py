"""AfterShip: parcels of many carriers by its Tracking API (2026-07), polled and pushed."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
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
    peek,
    read_json,
    signed,
    word,
)

from .reading import COVERS, WORDS, read_answer

EXISTS = "4003"
"""The code of a number that is registered already."""


class AfterShipSettings(BaseModel):
    """An API key of AfterShip Tracking, and the secret of the webhook that points at this portal."""

    api_key: SecretStr = Field(min_length=1, max_length=200, title="API key")
    push_secret: SecretStr = Field(
        default=SecretStr(""),
        max_length=200,
        title="Webhook secret",
        description="From AfterShip's webhook settings, where the address of this portal's door belongs too",
    )
    base_url: BaseUrl = Field(default="https://api.aftership.com", title="Address of the API")


PLUGIN = Plugin("aftership", "AfterShip", "1.0.0", settings=AfterShipSettings)


class AfterShip(ApiCarrier):
    id = "aftership"
    names: ClassVar = {"en": "AfterShip"}
    covers = COVERS
    subscribes = True
    limits = Limits(requests=10, per=timedelta(seconds=1), batch=50)
    # AfterShip looks at its carriers every few hours.
    quickest = timedelta(hours=1)
    nobody = "TRACKER000000"

    def ask(self, queries: Sequence[Query], ctx: Context) -> HttpAnswer:
        numbers = ",".join(query.number for query in queries)
        return _request(ctx, "GET", "", params={"tracking_numbers": numbers, "limit": "200"})

    def parse(self, payload: Payload) -> Parsed:
        return read_answer(payload)

    def verify(self, request: InboundRequest, ctx: Context) -> Verdict:
        """By the HMAC of the body, base64 in `aftership-hmac-sha256`; `event_id` names an event over all its tries."""
        given = request.headers.get("aftership-hmac-sha256")
        return judge(request, ctx, lambda secret: signed(secret, request.body, given), "event_id")

    def subscribe(self, queries: Sequence[Query], address: str, ctx: Context) -> Iterator[Subscription]:  # noqa: ARG002
        """Registers the numbers. Where AfterShip sends its news is set there; only what we registered ends with us."""
        for query in queries:
            asked = {"tracking_number": query.number}
            if slug := COVERS.get(query.carrier):
                asked["slug"] = slug
            answer = _request(ctx, "POST", "", json=asked)
            exists = answer.status == 400 and peek(answer.body, "meta", "code") == EXISTS
            ref = "" if exists else word(read_json(check(answer).body), "data", "id", limit=64)
            yield Subscription(query.number, ref, carrier=query.carrier)

    def unsubscribe(self, subscription: Subscription, ctx: Context) -> None:
        if subscription.ref:
            check(_request(ctx, "DELETE", f"/{quote(subscription.ref, safe='')}"))


def _request(ctx: Context, method: str, path: str, **more: Any) -> HttpAnswer:
    settings = ctx.settings_as(AfterShipSettings)
    url = f"{settings.base_url}/tracking/2026-07/trackings{path}"
    headers = {"as-api-key": settings.api_key.get_secret_value(), "Accept": "application/json"}
    return ctx.worker_http().request(method, url, headers=headers, **more)


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [AfterShip()]


@hookimpl
def tracker_register_vocabularies() -> list[Vocabulary]:
    return [WORDS]
