"""SweetTracker (스마트택배, smart parcel): Korea's carriers by one look-up API, number by number."""

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    ApiCarrier,
    BadRequest,
    BaseUrl,
    Carrier,
    Context,
    HttpAnswer,
    Parsed,
    Payload,
    Plugin,
    Query,
    hookimpl,
)

from .reading import read_answer


class SweetTrackerSettings(BaseModel):
    """A key of tracking.sweettracker.co.kr."""

    api_key: SecretStr = Field(min_length=1, max_length=200, title="API key (t_key)")
    base_url: BaseUrl = Field(default="https://info.sweettracker.co.kr", title="Address of the API")


PLUGIN = Plugin("sweettracker", "SweetTracker", "1.0.0", settings=SweetTrackerSettings)


class SweetTracker(ApiCarrier):
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
    # A key has a quota a day, and so has each number.
    quickest = timedelta(minutes=30)
    nobody = "000000000000"

    def ask(self, queries: Sequence[Query], ctx: Context) -> HttpAnswer:
        """The key stands in the body, where no log of addresses keeps it."""
        settings, query = ctx.settings_as(SweetTrackerSettings), queries[0]
        if query.carrier not in self.covers:
            raise BadRequest(f"SweetTracker is not asked about {query.carrier or 'a parcel of an unknown carrier'}")
        key, carrier = settings.api_key.get_secret_value(), self.covers[query.carrier]
        asked = {"t_key": key, "t_code": carrier, "t_invoice": query.number}
        return ctx.worker_http().request("POST", f"{settings.base_url}/api/v1/trackingInfo", json=asked)

    def parse(self, payload: Payload) -> Parsed:
        return read_answer(payload)


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [SweetTracker()]
