"""Sendle: tracking and labels by its API, as it was published.

Sendle is reported to have stopped in January 2026, and its hosts to be gone; another address can be given.
"""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote, urlsplit

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    ApiCarrier,
    BadPayload,
    BaseUrl,
    Carrier,
    Context,
    Event,
    HttpAnswer,
    Label,
    Limits,
    NotFound,
    Parsed,
    Payload,
    Plugin,
    Problems,
    Query,
    Rules,
    Time,
    TrackingResult,
    check,
    collect,
    hookimpl,
    load_formats,
    offset_between,
    part,
    read_json,
    read_time,
    read_window,
    rows,
    word,
)

RULES = Rules.load(Path(__file__).with_name("statuses.toml"))
PROBLEMS = Problems(
    {"not_found": "not_found", "unauthorized": "auth", "unauthorised": "auth", "payment_required": "auth"}
)
SIZES = ("cropped", "a4", "letter")
"""Which of an order's labels is printed: the one that label printers take, else a whole sheet."""


class SendleSettings(BaseModel):
    """The account's Sendle ID and API key (dashboard, settings, integrations)."""

    sendle_id: str = Field(min_length=1, max_length=200, title="Sendle ID")
    api_key: SecretStr = Field(min_length=1, max_length=200, title="API key")
    base_url: BaseUrl = Field(default="https://api.sendle.com", title="Address of the API")


PLUGIN = Plugin("sendle", "Sendle", "1.0.0", settings=SendleSettings)


class Sendle(ApiCarrier):
    id = "sendle"
    names: ClassVar = {"en": "Sendle"}
    countries = ("AU", "CA", "US")
    url = "https://track.sendle.com/tracking?ref={number}"
    formats = load_formats(Path(__file__).with_name("formats.toml"))
    limits = Limits(requests=10, per=timedelta(seconds=1))

    def ask(self, queries: Sequence[Query], ctx: Context) -> HttpAnswer:
        return _request(ctx, f"tracking/{queries[0].number}")

    def probe(self, ctx: Context) -> None:
        check(_request(ctx, "ping"))

    def label(self, query: Query, ctx: Context) -> Label:
        """The PDF that Sendle made for an order.

        The number stands where the API's document has the order's id; that a Sendle reference finds the order there
        too is not written in it.
        """
        order = read_json(check(_request(ctx, f"orders/{quote(query.number, safe='')}")).body)
        labels = {word(label, "size"): label for label in rows(order, "labels") if word(label, "format") == "pdf"}
        chosen = next((labels[size] for size in SIZES if size in labels), None)
        if chosen is None:
            raise NotFound("Sendle has no label for this order")
        return Label(_download(chosen, ctx))

    def parse(self, payload: Payload) -> Parsed:
        data = part(read_json(payload.body))
        if code := word(data, "error", limit=60):
            return collect([PROBLEMS.read(code, word(data, "error_description"), payload.number)])
        if "tracking_events" not in data:
            raise BadPayload("neither tracking events nor an error of Sendle")
        due = part(data, "scheduling")
        window = read_window(due.get("estimated_delivery_date_maximum"), due.get("estimated_delivery_date_minimum"))
        return collect([TrackingResult(payload.number, tuple(map(_read_event, rows(data, "tracking_events"))), window)])


def _request(ctx: Context, path: str) -> HttpAnswer:
    settings = ctx.settings_as(SendleSettings)
    return ctx.worker_http().request(
        "GET",
        f"{settings.base_url}/api/{path}",
        headers={"Accept": "application/json"},
        auth=(settings.sendle_id, settings.api_key.get_secret_value()),
    )


def _download(label: dict[str, Any], ctx: Context) -> bytes:
    """The file behind a label's address. The key goes to no other host than the API's, whatever the address says."""
    path = urlsplit(word(label, "url", limit=500)).path.removeprefix("/api/")
    answer = _request(ctx, path)
    if answer.status in (301, 302, 303, 307) and (where := answer.headers.get("location", "")):
        answer = ctx.worker_http().request("GET", where)
    if not check(answer).body.startswith(b"%PDF"):
        raise BadPayload("what Sendle gave as a label is no PDF")
    return answer.body


def _read_event(row: dict[str, Any]) -> Event:
    code, text = word(row, "event_type", limit=60), word(row, "description", limit=300)
    status, rule = RULES.read(code=code, why=word(row, "reason"), type=code)
    local, offset = _read_moment(row)
    return Event(local, status, offset, code=code, text=text, place=word(row, "location", limit=120), rule=rule)


def _read_moment(row: dict[str, Any]) -> Time:
    """The wall clock of a scan and its distance from UTC, where Sendle knows the zone of the place.

    Where it knows none, it gives one clock in all fields, with a Z behind it that says nothing.
    """
    shown = read_time(row.get("display_time"))
    if shown.local and shown.offset:
        return shown
    scan, local = read_time(row.get("scan_time")), read_time(row.get("local_scan_time")).local
    if local is None or local == scan.local:
        return Time(local or shown.local or scan.local, None)
    return Time(local, offset_between(local, scan.local))


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [Sendle()]
