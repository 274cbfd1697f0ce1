"""FedEx: tracking by its Track API (v1), and its webhook (Advanced Integrated Visibility), set up in FedEx's portal.

Documents: developer.fedex.com, "Track API", "API Authorization", "Throttling & Rate limits", "Shipment Visibility
Webhook".
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    ApiUrl,
    Carrier,
    ClientCredentials,
    Context,
    HttpAnswer,
    InboundRequest,
    Limits,
    Parsed,
    Payload,
    Plugin,
    Query,
    Verdict,
    check,
    hookimpl,
    load_formats,
    push_secret,
    read_json,
    signed,
)

from .reading import read_answer

SPOKEN = {200, 400, 404}
"""Statuses under which FedEx explains itself in the body; an unknown number is told under 200."""
ANY_NUMBER = "122816215025810"


class FedexSettings(BaseModel):
    """Keys of a project at developer.fedex.com with the Track API."""

    client_id: str = Field(min_length=1, max_length=200, title="API key")
    client_secret: SecretStr = Field(min_length=1, max_length=200, title="Secret key")
    push_secret: SecretStr = Field(
        default=SecretStr(""),
        max_length=100,
        title="Security token of the webhook",
        description="The token that you chose when you set up the webhook project; empty where you have none.",
    )
    base_url: ApiUrl = Field(default="https://apis.fedex.com", title="Address of the API")


PLUGIN = Plugin("fedex", "FedEx", "1.0.0", settings=FedexSettings)


class Fedex(Carrier):
    id = "fedex"
    names: ClassVar = {"en": "FedEx"}
    url = "https://www.fedex.com/fedextrack/?trknbr={number}"
    polls = True
    limits = Limits(requests=1400, per=timedelta(seconds=10), batch=30)
    formats = load_formats(Path(__file__).with_name("formats.toml"))

    def parse(self, payload: Payload) -> Parsed:
        return read_answer(read_json(payload.body))

    def fetch(self, queries: Sequence[Query], ctx: Context) -> Iterable[Payload]:
        numbers = tuple(query.number for query in queries)
        answer = _ask(numbers, ctx)
        yield Payload(answer.body, answer.headers.get("content-type", ""), headers=answer.headers, numbers=numbers)

    def probe(self, ctx: Context) -> None:
        _ask((ANY_NUMBER,), ctx)

    def verify(self, request: InboundRequest, ctx: Context) -> Verdict:
        """FedEx signs the raw body with the webhook's token; without a token the address must be the one we made."""
        secret = push_secret(ctx)
        if not secret:
            return Verdict(request.known, "no security token is set, and the address is not ours")
        valid = signed(secret, request.body, request.headers.get("fdx-signature", ""))
        return Verdict(valid, "fdx-signature does not fit the body")


def _ask(numbers: Sequence[str], ctx: Context) -> HttpAnswer:
    settings = ctx.settings
    assert isinstance(settings, FedexSettings)
    base, secret = settings.base_url.rstrip("/"), settings.client_secret.get_secret_value()
    asked = [{"trackingNumberInfo": {"trackingNumber": number}} for number in numbers]
    answer = ClientCredentials(f"{base}/oauth/token", settings.client_id, secret).request(
        ctx,
        "POST",
        f"{base}/track/v1/trackingnumbers",
        headers={"X-locale": "en_US"},
        json={"includeDetailedScans": True, "trackingInfo": asked},
    )
    return answer if answer.status in SPOKEN and answer.body.lstrip()[:1] == b"{" else check(answer)


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [Fedex()]
