"""SweetTracker (스마트택배, smart parcel): Korea's carriers by one look-up API, number by number."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import ClassVar

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    ApiUrl,
    AuthFailed,
    BadRequest,
    Carrier,
    Context,
    Parsed,
    Payload,
    Plugin,
    Query,
    RateLimited,
    check,
    hookimpl,
    read_json,
)

from .reading import read_answer, read_refusal

NOBODYS = "000000000000"
"""A number to prove a key with; the answer says that there is no such parcel."""


class SweetTrackerSettings(BaseModel):
    """A key of tracking.sweettracker.co.kr."""

    api_key: SecretStr = Field(min_length=1, max_length=200, title="API key (t_key)")
    base_url: ApiUrl = Field(default="https://info.sweettracker.co.kr", title="Address of the API")


PLUGIN = Plugin("sweettracker", "SweetTracker", "1.0.0", settings=SweetTrackerSettings)


class SweetTracker(Carrier):
    """A key has a quota a day, and so has each number: none is asked for twice within half an hour."""

    id = "sweettracker"
    names: ClassVar = {"en": "SweetTracker", "ko": "스마트택배"}
    countries = ("KR",)
    covers: ClassVar = {
        "cjlogistics": "04",
        "hanjin": "05",
        "lotte": "08",
        "logen": "06",
        "koreapost": "01",
        "kdexp": "23",
    }
    polls = True
    quickest = timedelta(minutes=30)

    def parse(self, payload: Payload) -> Parsed:
        return read_answer(payload.body, payload.numbers[0] if payload.numbers else "", payload.carrier)

    def fetch(self, queries: Sequence[Query], ctx: Context) -> Iterable[Payload]:
        for query in queries:
            if query.carrier not in self.covers:
                raise BadRequest(f"SweetTracker is not asked about {query.carrier or 'a parcel of an unknown carrier'}")
            body = _ask(self.covers[query.carrier], query.number, ctx)
            yield Payload(body, numbers=(query.number,), carrier=query.carrier)

    def probe(self, ctx: Context) -> None:
        _ask("04", NOBODYS, ctx)


def _ask(carrier: str, number: str, ctx: Context) -> bytes:
    """An answer about one number. Errors come under HTTP 200: what concerns the key is raised, the rest is handed on.

    The key stands in the body, where no log of addresses keeps it.
    """
    settings = ctx.settings
    assert isinstance(settings, SweetTrackerSettings)
    asked = {"t_key": settings.api_key.get_secret_value(), "t_code": carrier, "t_invoice": number}
    answer = ctx.worker_http().request("POST", f"{settings.base_url.rstrip('/')}/api/v1/trackingInfo", json=asked)
    body = check(answer).body
    refusal = read_refusal(read_json(body), number)
    if refusal and refusal.kind == "auth":
        raise AuthFailed(f"SweetTracker refused the key: {refusal.detail}")
    if refusal and refusal.detail.startswith("103"):
        raise RateLimited(f"the key's quota is used up: {refusal.detail}")
    return body


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [SweetTracker()]
