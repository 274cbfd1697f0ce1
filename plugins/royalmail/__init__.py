"""Royal Mail: tracking by the Tracking API (v2), events of one item at a time.

Fields: "Tracking API V2 (REST) Technical User Guide".
"""

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
    find_names,
    hookimpl,
    load_formats,
    part,
    pick,
    read_clock,
    read_json,
    read_time,
    read_window,
    rows,
    word,
)

RULES = Rules.load(Path(__file__).with_name("statuses.toml"))
PROBLEMS = Problems({"E1142": "not_found", "E1143": "not_found", "E1144": "not_found"})


class RoyalMailSettings(BaseModel):
    """An app at developer.royalmail.net with the product Royal Mail Tracking API (v2)."""

    client_id: str = Field(min_length=1, max_length=200, title="Client ID")
    client_secret: SecretStr = Field(min_length=1, max_length=200, title="Client secret")
    base_url: BaseUrl = Field(default="https://api.royalmail.net", title="Address of the API")


PLUGIN = Plugin("royalmail", "Royal Mail", "1.0.0", settings=RoyalMailSettings)


class RoyalMail(ApiCarrier):
    id = "royalmail"
    names: ClassVar = {"en": "Royal Mail"}
    countries = ("GB",)
    url = "https://www.royalmail.com/track-your-item#/tracking-results/{number}"
    formats = load_formats(Path(__file__).with_name("formats.toml"))
    # No figure is published. 30 items fit into a question for summaries, but a summary holds only the newest event.
    limits = Limits(requests=60)
    lengths = (9, 35)
    nobody = "AA000000005GB"

    def ask(self, queries: Sequence[Query], ctx: Context) -> HttpAnswer:
        settings = ctx.settings_as(RoyalMailSettings)
        headers = {
            "X-IBM-Client-Id": settings.client_id,
            "X-IBM-Client-Secret": settings.client_secret.get_secret_value(),
            "X-Accept-RMG-Terms": "yes",
            "Accept": "application/json",
        }
        url = f"{settings.base_url}/mailpieces/v2/{queries[0].number}/events"
        return ctx.worker_http().request("GET", url, headers=headers)

    def parse(self, payload: Payload) -> Parsed:
        return collect(_read_answer(read_json(payload.body), payload.number), "neither mailPieces nor errors")


def _read_answer(data: Any, asked: str) -> Iterator[TrackingResult | Problem]:
    items = rows(data, "mailPieces")
    for item in items:
        # The number asked for comes first: an item has several, and is answered under another one now and then.
        number, error = asked or word(item, "mailPieceId"), part(item, "error")
        yield _read_problem(error, number) if error else _read_item(item, number)
    if all(part(item, "error") for item in items):
        status = word(data, "httpCode")
        alone = [{"errorDescription": pick(data, "httpMessage")}] if status and not items else []
        for error in rows(data, "errors") or alone:
            yield _read_problem(error, asked, status)


def _read_problem(error: dict[str, Any], number: str, status: str = "") -> Problem:
    return PROBLEMS.read(word(error, "errorCode"), word(error, "errorDescription", limit=300), number, status)


def _read_item(item: dict[str, Any], number: str) -> TrackingResult:
    signer, due = word(item, "signature", "recipientName"), part(item, "estimatedDelivery")
    earliest, latest = (
        read_clock(due.get("date"), word(due, name)[:8]) for name in ("startOfEstimatedWindow", "endOfEstimatedWindow")
    )
    events = tuple(_read_event(row, signer) for row in rows(item, "events"))
    return TrackingResult(number, events, read_window(latest, earliest))


def _read_event(row: dict[str, Any], signer: str) -> Event:
    code, text = word(row, "eventCode"), word(row, "eventName", limit=300)
    status, rule = RULES.read(code=code, text=text)
    local, offset = read_time(row.get("eventDateTime"))
    place, private = word(row, "locationName"), find_names(text, (signer,))
    return Event(local, status, offset, code=code, text=text, place=place, rule=rule, private=private)


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [RoyalMail()]
