"""FedEx: tracking by its Track API (v1), and its webhook (Advanced Integrated Visibility), set up in FedEx's portal.

Documents: developer.fedex.com, "Track API", "API Authorization", "Throttling & Rate limits", "Shipment Visibility
Webhook".
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    ApiCarrier,
    BaseUrl,
    Carrier,
    ClientCredentials,
    Context,
    HttpAnswer,
    InboundRequest,
    Limits,
    Parsed,
    Payload,
    Plugin,
    Proof,
    Query,
    Verdict,
    check,
    hookimpl,
    judge,
    load_formats,
    pick,
    read_json,
    read_proof,
    signed,
)

from .reading import read_answer


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
    base_url: BaseUrl = Field(default="https://apis.fedex.com", title="Address of the API")


PLUGIN = Plugin("fedex", "FedEx", "1.0.0", settings=FedexSettings)


class Fedex(ApiCarrier):
    id = "fedex"
    names: ClassVar = {"en": "FedEx"}
    url = "https://www.fedex.com/fedextrack/?trknbr={number}"
    formats = load_formats(Path(__file__).with_name("formats.toml"))
    limits = Limits(requests=1400, per=timedelta(seconds=10), batch=30)
    nobody = "122816215025810"
    proves = True

    def ask(self, queries: Sequence[Query], ctx: Context) -> HttpAnswer:
        asked = [{"trackingNumberInfo": {"trackingNumber": query.number}} for query in queries]
        return _request(ctx, "/track/v1/trackingnumbers", {"includeDetailedScans": True, "trackingInfo": asked})

    def parse(self, payload: Payload) -> Parsed:
        return read_answer(payload)

    def proofs(self, query: Query, ctx: Context) -> Iterable[Proof]:
        """The letter that proves a delivery by its signature, as a picture of one page."""
        asked = {
            "trackDocumentDetail": {"documentType": "SIGNATURE_PROOF_OF_DELIVERY", "documentFormat": "PNG"},
            "trackDocumentSpecification": [{"trackingNumberInfo": {"trackingNumber": query.number}}],
        }
        answer = read_json(check(_request(ctx, "/track/v1/trackingdocuments", asked)).body)
        pages = pick(answer, "output", "documents")
        letters = [read_proof("signature", page) for page in (pages if isinstance(pages, list) else ())]
        return [letter for letter in letters if letter]

    def verify(self, request: InboundRequest, ctx: Context) -> Verdict:
        """FedEx signs the raw body with the webhook's token."""
        given = request.headers.get("fdx-signature")
        return judge(request, ctx, lambda secret: signed(secret, request.body, given))


def _request(ctx: Context, path: str, body: Mapping[str, object]) -> HttpAnswer:
    settings = ctx.settings_as(FedexSettings)
    base, secret = settings.base_url, settings.client_secret.get_secret_value()
    auth = ClientCredentials(f"{base}/oauth/token", settings.client_id, secret)
    return auth.request(ctx, "POST", base + path, headers={"X-locale": "en_US"}, json=body)


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [Fedex()]
