"""UPS: tracking by its Track API (v1), Track Alert, by which UPS sends news by itself, and Delivery Intercept.

Documents: github.com/UPS-API/api-documentation (Tracking.yaml, UPSTrackAlert.yaml, DeliveryIntercept.yaml).
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote
from uuid import uuid4

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    ApiCarrier,
    BaseUrl,
    Carrier,
    ClientCredentials,
    Context,
    HttpAnswer,
    InboundRequest,
    Instruction,
    InstructionAnswer,
    Limits,
    Parsed,
    Payload,
    Plugin,
    Proof,
    Query,
    Subscription,
    Verdict,
    check,
    hookimpl,
    judge,
    load_formats,
    pick,
    push_secret,
    raise_for,
    read_json,
    same,
    word,
)

from . import intercept
from .reading import read_answer

LEASE, MOST = timedelta(days=14), 100
"""How long UPS sends news of a number, and for how many numbers it may be asked at once."""
NONE_VALID = "VSS210"
CLIENT = "127.0.0.1"
"""UPS wants the address of who asks. That of a customer is none of its business."""


class UpsSettings(BaseModel):
    """Credentials of an app at developer.ups.com with Tracking, and as wanted Track Alert and Delivery Intercept."""

    client_id: str = Field(min_length=1, max_length=200, title="Client ID")
    client_secret: SecretStr = Field(min_length=1, max_length=200, title="Client secret")
    push_secret: SecretStr = Field(
        default=SecretStr(""),
        max_length=200,
        title="Track Alert credential",
        description="A long word of your own that UPS shows when it brings news; empty: UPS is only asked.",
    )
    contact_name: str = Field(
        default="",
        max_length=30,
        title="Contact for delivery changes: name",
        description="UPS wants to know who asks for another day or address. Left empty, such wishes become tasks.",
    )
    contact_phone: str = Field(
        default="",
        max_length=14,
        pattern=r"^(\+[0-9]{1,13})?$",
        title="Contact for delivery changes: phone",
        description="With + and the country's code, without spaces",
    )
    base_url: BaseUrl = Field(default="https://onlinetools.ups.com", title="Address of the API")


PLUGIN = Plugin("ups", "UPS", "1.2.0", settings=UpsSettings)


class Ups(ApiCarrier):
    id = "ups"
    names: ClassVar = {"en": "UPS"}
    url = "https://www.ups.com/track?tracknum={number}"
    formats = load_formats(Path(__file__).with_name("formats.toml"))
    subscribes = proves = True
    instructs = intercept.KINDS
    # UPS publishes no figure.
    limits = Limits(requests=60)
    lengths = (7, 34)
    nobody = "1Z5338FF0107231059"

    def ask(self, queries: Sequence[Query], ctx: Context) -> HttpAnswer:
        params = {"locale": "en_US", "returnSignature": "false"}
        return _request(ctx, "GET", f"/api/track/v1/details/{queries[0].number}", params=params)

    def parse(self, payload: Payload) -> Parsed:
        return read_answer(payload)

    def proofs(self, query: Query, ctx: Context) -> Iterable[Proof]:
        """Photo and signature come only where they are asked for; with every question they would be a burden."""
        params = {"locale": "en_US", "returnSignature": "true", "returnPOD": "true"}
        answer = check(_request(ctx, "GET", f"/api/track/v1/details/{quote(query.number, safe='')}", params=params))
        read = read_answer(Payload(answer.body, numbers=(query.number,)))
        raise_for(read.errors)
        return [proof for result in read.results if result.number == query.number for proof in result.proofs]

    def verify(self, request: InboundRequest, ctx: Context) -> Verdict:
        """UPS signs nothing: it shows the credential of the subscription, or a bearer token (Track Alert v2)."""
        shown = [request.headers.get(name, "") for name in ("credential", "authorization")]
        words = [text.removeprefix("Bearer ").strip() for text in shown]
        return judge(request, ctx, lambda secret: any(same(word, secret) for word in words))

    def subscribe(self, queries: Sequence[Query], address: str, ctx: Context) -> Iterable[Subscription]:
        numbers = [query.number for query in queries if query.number.startswith("1Z") and len(query.number) == 18]
        for start in range(0, len(numbers) if push_secret(ctx) else 0, MOST):
            for number in _subscribe(numbers[start : start + MOST], address, ctx):
                yield Subscription(number, expires=ctx.now + LEASE)

    def instruct(self, instruction: Instruction, ctx: Context) -> InstructionAnswer:
        settings = ctx.settings_as(UpsSettings)
        path, body = intercept.write(instruction, settings.contact_name, settings.contact_phone, CLIENT)
        params, trace = {"loc": "en_US"}, intercept.name(instruction)
        return intercept.read(_request(ctx, "POST", path, trace, params=params, json=body))


def _subscribe(numbers: list[str], address: str, ctx: Context) -> list[str]:
    """Those of the numbers that UPS takes. The others are none of its parcels; they are asked for as before."""
    destination = {"url": address, "credentialType": "Bearer", "credential": push_secret(ctx)}
    asked = {"locale": "en_US", "countryCode": "US", "trackingNumberList": numbers, "destination": destination}
    answer = _request(ctx, "POST", "/api/track/v1/subscription/standard/package", json=asked)
    if answer.status == 400 and NONE_VALID.encode() in answer.body:
        return []
    taken = pick(read_json(check(answer).body), "validTrackingNumbers")
    valid = {word(one) for one in (taken if isinstance(taken, list) else ())}
    return [number for number in numbers if number in valid]


def _request(ctx: Context, method: str, path: str, trace: str = "", **more: object) -> HttpAnswer:
    settings = ctx.settings_as(UpsSettings)
    base, secret = settings.base_url, settings.client_secret.get_secret_value()
    auth = ClientCredentials(f"{base}/security/v1/oauth/token", settings.client_id, secret, basic=True)
    headers = {"transId": trace or uuid4().hex, "transactionSrc": "tracker"}
    return auth.request(ctx, method, base + path, headers=headers, **more)


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [Ups()]
