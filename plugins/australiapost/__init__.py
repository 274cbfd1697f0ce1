"""Australia Post and StarTrack: tracking by the Shipping and Tracking API (v1), ten numbers in one question.

Fields: "Track items" of the Shipping and Tracking APIs.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
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
    Limits,
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
    read_json,
    read_time,
    rows,
    word,
)

RULES = Rules.load(Path(__file__).with_name("statuses.toml"))
PROBLEMS = Problems(
    {
        "51104": "not_found", "ESB-10001": "not_found", "ESB-10002": "invalid_number", "ESB-20010": "upstream",
        "ESB-20050": "upstream", "API_001": "auth", "API_002": "rate_limit",
    }
)  # fmt: skip
MIXED = b'"51103"'
"""Its code for numbers of Australia Post and of StarTrack in one question."""


class AustraliaPostSettings(BaseModel):
    """The API key of a contract customer, and the account that it is for."""

    api_key: SecretStr = Field(min_length=1, max_length=200, title="API key")
    password: SecretStr = Field(min_length=1, max_length=200, title="Password of the API key")
    account_number: str = Field(pattern="^[0-9]{6,12}$", title="Account number")
    base_url: BaseUrl = Field(default="https://digitalapi.auspost.com.au", title="Address of the API")


PLUGIN = Plugin("australiapost", "Australia Post", "1.0.0", settings=AustraliaPostSettings)


class AustraliaPost(ApiCarrier):
    id = "australiapost"
    names: ClassVar = {"en": "Australia Post"}
    countries = ("AU",)
    url = "https://auspost.com.au/mypost/track/details/{number}"
    formats = load_formats(Path(__file__).with_name("formats.toml"))
    # Limits are set per key and not published; ten questions a minute are few enough for any.
    limits = Limits(requests=10, per=timedelta(minutes=1), batch=10)
    nobody = "TRACKER000000"

    def ask(self, queries: Sequence[Query], ctx: Context) -> HttpAnswer:
        settings = ctx.settings_as(AustraliaPostSettings)
        return ctx.worker_http().request(
            "GET",
            f"{settings.base_url}/shipping/v1/track",
            params={"tracking_ids": ",".join(query.number for query in queries)},
            headers={"Account-Number": settings.account_number, "Accept": "application/json"},
            auth=(settings.api_key.get_secret_value(), settings.password.get_secret_value()),
        )

    def fetch(self, queries: Sequence[Query], ctx: Context) -> Iterator[Payload]:
        for payload in super().fetch(queries, ctx):
            if MIXED in payload.body and len(payload.numbers) > 1:
                for number in payload.numbers:
                    yield from super().fetch([Query(number, payload.carrier)], ctx)
                return
            yield payload

    def parse(self, payload: Payload) -> Parsed:
        return collect(_read_answer(read_json(payload.body), payload.number), "neither tracking_results nor errors")


def _read_answer(data: Any, asked: str) -> Iterator[TrackingResult | Problem]:
    yield from _read_errors(data, asked)
    if code := word(data, "error_code"):
        yield PROBLEMS.read(code, word(data, "error_description"), asked)
    for row in rows(data, "tracking_results"):
        number = word(row, "tracking_id") or asked
        yield from _read_errors(row, number)
        if items := list(_read_items(row)):
            # A parcel is home once its last article is: the events are those of one that is not delivered yet.
            late = next((item for item in items if "delivered" not in word(item, "status").casefold()), items[-1])
            yield TrackingResult(number, tuple(map(_read_event, rows(late, "events"))))
        elif "errors" not in row:
            yield Problem("not_found", "Australia Post tells nothing about it", number)


def _read_errors(data: Any, number: str) -> Iterator[Problem]:
    for row in rows(data, "errors"):
        yield PROBLEMS.read(word(row, "code"), word(row, "message") or word(row, "name"), number)


def _read_items(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The articles under a number: its own, those of a consignment, or the consignment where no article is told."""
    items = rows(row, "trackable_items")
    for item in items:
        yield from rows(item, "items") or [item]
    if not items and (consignment := part(row, "consignment")):
        yield consignment


def _read_event(row: dict[str, Any]) -> Event:
    text = word(row, "description", limit=300)
    status, rule = RULES.read(text=text)
    local, offset = read_time(row.get("date"))
    return Event(local, status, offset, text=text, place=word(row, "location"), rule=rule)


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [AustraliaPost()]
