"""Delivery Tracker (tracker.delivery): Korea's carriers by one GraphQL API, hosted or on a server of one's own."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any, ClassVar

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    ApiCarrier,
    ApiUrl,
    BadRequest,
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
    part,
    raise_for,
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


class DeliveryTrackerSettings(BaseModel):
    """Credentials of the console at tracker.delivery; a server of one's own takes any."""

    client_id: str = Field(min_length=1, max_length=200, title="Client ID")
    client_secret: SecretStr = Field(min_length=1, max_length=200, title="Client secret")
    base_url: ApiUrl = Field(default="https://apis.tracker.delivery/graphql", title="Address of the API")


PLUGIN = Plugin("delivery_tracker", "Delivery Tracker", "1.0.0", settings=DeliveryTrackerSettings)


class DeliveryTracker(ApiCarrier):
    """Neither sender, recipient nor the driver's contact is asked for; what a text still tells of them is private."""

    id = "delivery_tracker"
    names: ClassVar = {"en": "Delivery Tracker"}
    countries = ("KR",)
    covers: ClassVar = {ours: theirs[0] for ours, theirs in COVERS.items()}
    subscribes = True
    limits = Limits(requests=10, per=timedelta(seconds=1))
    nobody = "000000000000"

    def ask(self, queries: Sequence[Query], ctx: Context) -> HttpAnswer:
        query = queries[0]
        return _request(ctx, TRACK, {"carrierId": vendor_id(query), "trackingNumber": query.number})

    def parse(self, payload: Payload) -> Parsed:
        return read_ping(payload) if payload.mode == "push" else read_answer(payload)

    def verify(self, request: InboundRequest, ctx: Context) -> Verdict:
        """Pings are not signed: only the address that was registered proves them.

        All pings about a parcel are alike, so that the minute makes one differ from those that follow.
        """
        if not request.known:
            return Verdict(False, "the address is not one that was registered")
        return Verdict(True, delivery=f"{sha256(request.body).hexdigest()} {ctx.now:%Y-%m-%dT%H:%M}")

    def subscribe(self, queries: Sequence[Query], address: str, ctx: Context) -> Iterable[Subscription]:
        """Registers webhooks, for the others too where one is refused. They cannot be ended, only left to lapse."""
        ends, refused = ctx.now + LEASE, ""
        for query in queries:
            asked = {
                "carrierId": vendor_id(query),
                "trackingNumber": query.number,
                "callbackUrl": address,
                "expirationTime": f"{ends:%Y-%m-%dT%H:%M:%SZ}",
            }
            told = read_json(check(_request(ctx, REGISTER, {"input": asked})).body)
            problems = list(read_problems(told, query.number))
            raise_for(problem for problem in problems if not problem.number)
            if part(told, "data").get("registerTrackWebhook") is True:
                yield Subscription(query.number, expires=ends, carrier=query.carrier)
            else:
                refused = "; ".join(problem.detail for problem in problems) or "it registered nothing"
        if refused:
            raise BadRequest(f"tracker.delivery: {refused}")


def _request(ctx: Context, query: str, variables: dict[str, Any]) -> HttpAnswer:
    settings = ctx.settings_as(DeliveryTrackerSettings)
    key = f"TRACKQL-API-KEY {settings.client_id}:{settings.client_secret.get_secret_value()}"
    asked = {"query": query, "variables": variables}
    return ctx.worker_http().request("POST", settings.base_url, headers={"Authorization": key}, json=asked)


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [DeliveryTracker()]
