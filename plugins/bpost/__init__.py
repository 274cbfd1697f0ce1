"""bpost: tracking by the tracked-mail service of its Shipping Manager (an XML answer for each item)."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    ApiCarrier,
    BaseUrl,
    Carrier,
    Context,
    Event,
    HttpAnswer,
    Parsed,
    Payload,
    Plugin,
    Problem,
    Problems,
    Query,
    Rules,
    TrackingResult,
    collect,
    hookimpl,
    load_formats,
    part,
    read_time,
    read_xml,
    rows,
    word,
)

HERE = Path(__file__).parent
RULES = Rules.load(HERE / "statuses.toml")
PROBLEMS = Problems(words={"not_found": ["not found", "unknown", "does not exist"]})
"""bpost tells errors in words alone."""


class BpostSettings(BaseModel):
    """The account of bpost's Shipping Manager."""

    account_id: str = Field(min_length=1, max_length=50, title="Account ID")
    passphrase: SecretStr = Field(min_length=1, max_length=200, title="Passphrase")
    base_url: BaseUrl = Field(default="https://api.parcel.bpost.cloud", title="Address of the API")


PLUGIN = Plugin("bpost", "bpost", "1.0.0", settings=BpostSettings)


class Bpost(ApiCarrier):
    id = "bpost"
    names: ClassVar = {"en": "bpost"}
    countries = ("BE",)
    url = "https://track.bpost.cloud/btr/web/#/search?itemCode={number}&postalCode={postcode}"
    formats = load_formats(HERE / "formats.toml")
    explains = (400, 404, 500)
    nobody = "323200000000000000000000"

    def ask(self, queries: Sequence[Query], ctx: Context) -> HttpAnswer:
        settings = ctx.settings_as(BpostSettings)
        return ctx.worker_http().request(
            "GET",
            f"{settings.base_url}/services/trackedmail/item/{queries[0].number}/trackingInfo",
            auth=(settings.account_id, settings.passphrase.get_secret_value()),
        )

    def parse(self, payload: Payload) -> Parsed:
        return collect(_read_answer(read_xml(payload.body), payload.number), "neither an item nor an exception")


def _read_answer(data: Any, asked: str) -> Iterator[TrackingResult | Problem]:
    if trouble := part(data, "systemException"):
        yield Problem("upstream", word(trouble, "message", limit=300))
    elif trouble := part(data, "businessException"):
        yield PROBLEMS.read("", word(trouble, "message", limit=300), asked)
    elif "itemTracking" in data:
        item = part(data, "itemTracking")
        number = word(item, "itemCode", limit=64) or asked
        events = tuple(map(_read_event, rows(item, "stateInfo")))
        yield TrackingResult(number, events) if events else Problem("not_found", "bpost tells no state of it", number)


def _read_event(row: dict[str, Any]) -> Event:
    """One state. Its words are a state and a step ("Sorted - sorted_out"); no place is told."""
    code, text = word(row, "stateCode", limit=60), word(row, "stateDescription", limit=300)
    status, rule = RULES.read(text=text, code=code, group=code[:1])
    local, offset = read_time(row.get("time"))
    return Event(local, status, offset, code=code, text=text, rule=rule)


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [Bpost()]
