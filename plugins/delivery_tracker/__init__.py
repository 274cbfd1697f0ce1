"""Delivery Tracker (tracker.delivery): Korea's carriers by one GraphQL API, hosted or on a server of one's own."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, ClassVar

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    ApiUrl,
    AuthFailed,
    BadRequest,
    Carrier,
    Context,
    InboundRequest,
    Limits,
    Parsed,
    Payload,
    Plugin,
    PluginError,
    Query,
    RateLimited,
    Subscription,
    Upstream,
    Verdict,
    check,
    hookimpl,
    part,
    read_json,
)

from .reading import COVERS, read_answer, read_ping, read_problems, vendor_id

LEASE = timedelta(hours=48)
"""How long a registered webhook lives; registering again lengthens it (tracker.delivery recommends this time)."""
TRACK = """query Track($carrierId: ID!, $trackingNumber: String!) {
  track(carrierId: $carrierId, trackingNumber: $trackingNumber) {
    trackingNumber
    events(last: 50) { edges { node { time status { code name } description location { name countryCode } } } }
  }
}"""
REGISTER = "mutation Register($input: RegisterTrackWebhookInput!) { registerTrackWebhook(input: $input) }"
PROBE = "query { carriers(first: 1) { edges { node { id } } } }"
ERRORS: dict[str, type[PluginError]] = {"auth": AuthFailed, "rate_limit": RateLimited, "upstream": Upstream}


class DeliveryTrackerSettings(BaseModel):
    """Credentials of the console at tracker.delivery; a server of one's own takes any."""

    client_id: str = Field(min_length=1, max_length=200, title="Client ID")
    client_secret: SecretStr = Field(min_length=1, max_length=200, title="Client secret")
    base_url: ApiUrl = Field(default="https://apis.tracker.delivery/graphql", title="Address of the API")


PLUGIN = Plugin("delivery_tracker", "Delivery Tracker", "1.0.0", settings=DeliveryTrackerSettings)


class DeliveryTracker(Carrier):
    """Neither sender, recipient nor the driver's contact is asked for; what a text still tells of them is private."""

    id = "delivery_tracker"
    names: ClassVar = {"en": "Delivery Tracker"}
    countries = ("KR",)
    covers: ClassVar = {ours: theirs[0] for ours, theirs in COVERS.items()}
    polls = True
    subscribes = True
    limits = Limits(requests=10, per=timedelta(seconds=1))

    def parse(self, payload: Payload) -> Parsed:
        if payload.mode == "push":
            return read_ping(payload.body)
        return read_answer(payload.body, payload.numbers[0] if payload.numbers else "", payload.carrier)

    def fetch(self, queries: Sequence[Query], ctx: Context) -> Iterable[Payload]:
        for query in queries:
            variables = {"carrierId": vendor_id(query), "trackingNumber": query.number}
            body = _call(ctx, TRACK, variables)
            yield Payload(body, numbers=(query.number,), carrier=query.carrier)

    def verify(self, request: InboundRequest, ctx: Context) -> Verdict:
        """Pings are not signed: only the address that was registered proves them.

        All pings about a parcel are alike, so that the minute makes one differ from those that follow.
        """
        if not request.known:
            return Verdict(False, "the address is not one that was registered")
        return Verdict(True, delivery=f"{sha256(request.body).hexdigest()} {ctx.now:%Y-%m-%dT%H:%M}")

    def subscribe(self, queries: Sequence[Query], address: str, ctx: Context) -> Iterable[Subscription]:
        """Registers webhooks. They cannot be ended, only left to lapse."""
        ends, refused = ctx.now + LEASE, ""
        for query in queries:
            told = read_json(_call(ctx, REGISTER, {"input": _wanted(query, address, ends)}))
            if part(told, "data").get("registerTrackWebhook") is True:
                yield Subscription(query.number, expires=ends, carrier=query.carrier)
            else:
                refused = "; ".join(problem.detail for problem in read_problems(told, "")) or "it registered nothing"
        if refused:
            raise BadRequest(f"tracker.delivery: {refused}")

    def probe(self, ctx: Context) -> None:
        _call(ctx, PROBE, {})


def _wanted(query: Query, address: str, ends: datetime) -> dict[str, str]:
    return {
        "carrierId": vendor_id(query),
        "trackingNumber": query.number,
        "callbackUrl": address,
        "expirationTime": f"{ends:%Y-%m-%dT%H:%M:%SZ}",
    }


def _call(ctx: Context, query: str, variables: dict[str, Any]) -> bytes:
    """An answer of the API. Raises what concerns the account or the server; what concerns a number is in the body."""
    settings = ctx.settings
    assert isinstance(settings, DeliveryTrackerSettings)
    key = f"TRACKQL-API-KEY {settings.client_id}:{settings.client_secret.get_secret_value()}"
    answer = ctx.worker_http().request(
        "POST", settings.base_url, headers={"Authorization": key}, json={"query": query, "variables": variables}
    )
    body = check(answer).body
    for problem in read_problems(read_json(body), "") if b'"errors"' in body else ():
        if error := ERRORS.get(problem.kind):
            raise error(f"tracker.delivery: {problem.detail}")
    return body


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [DeliveryTracker()]
