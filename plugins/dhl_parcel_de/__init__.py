"""DHL Paket: tracking of German parcels for business customers (Parcel DE Tracking, XML), 20 numbers at a time.

Attributes: "Parcel DE Tracking (Post & Parcel Germany)", d-get-piece-detail. All elements are called `data`; their
attribute `name` tells what they are.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, Literal
from xml.sax.saxutils import quoteattr

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    ApiCarrier,
    BadPayload,
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
    Window,
    collect,
    find_names,
    hookimpl,
    load_formats,
    part,
    read_clock,
    read_place,
    read_time,
    read_window,
    read_xml,
    rows,
    word,
)

RULES = Rules.load(Path(__file__).with_name("statuses.toml"))
PROBLEMS = Problems(
    {
        "100": "not_found", "200": "not_found", "57": "not_found", "61": "not_found", "41": "invalid_number",
        "5": "auth", "6": "auth", "62": "auth", "64": "auth", "63": "upstream", "-1": "upstream", "-2": "upstream",
        "-1000": "upstream",
    }
)  # fmt: skip
FINE = ("", "0")
NAMES = ("@recipient-name", "@pan-recipient-name", "@shipper-name")


class DhlParcelDeSettings(BaseModel):
    """The app at developer.dhl.com that asks, and the user of DHL's business customer portal in whose name it asks."""

    client_id: str = Field(min_length=1, max_length=200, title="API key")
    client_secret: SecretStr = Field(min_length=1, max_length=200, title="API secret")
    username: str = Field(min_length=1, max_length=200, title="User of the tracking service")
    password: SecretStr = Field(min_length=1, max_length=200, title="Password of that user")
    language: Literal["en", "de"] = Field(default="en", title="Language of the texts")
    base_url: BaseUrl = Field(default="https://api-eu.dhl.com", title="Address of the API")


PLUGIN = Plugin("dhl_parcel_de", "DHL Paket", "1.0.0", settings=DhlParcelDeSettings)


class DhlParcelDe(ApiCarrier):
    id = "dhl_parcel_de"
    names: ClassVar = {"en": "DHL Paket", "de": "DHL Paket"}
    countries = ("DE",)
    url = "https://www.dhl.de/de/privatkunden/pakete-empfangen/verfolgen.html?piececode={number}"
    formats = load_formats(Path(__file__).with_name("formats.toml"))
    # 1,000 questions a day, three a second, was told for the older door of the same service; for this one DHL
    # publishes no figure. The recipient's postcode would show more, but may stand beside a single number only.
    limits = Limits(requests=40, per=timedelta(hours=1), batch=20)
    nobody = "00340434000000000000"

    def ask(self, queries: Sequence[Query], ctx: Context) -> HttpAnswer:
        settings = ctx.settings_as(DhlParcelDeSettings)
        fields = {
            "appname": settings.username,
            "password": settings.password.get_secret_value(),
            "request": "d-get-piece-detail",
            "language-code": settings.language,
            "piece-code": ";".join(query.number for query in queries),
        }
        told = " ".join(f"{name}={quoteattr(value)}" for name, value in fields.items())
        return ctx.worker_http().request(
            "GET",
            f"{settings.base_url}/parcel/de/tracking/v0/shipments",
            params={"xml": f'<?xml version="1.0" encoding="UTF-8" standalone="no"?><data {told}/>'},
            headers={"Accept": "application/xml"},
            auth=(settings.client_id, settings.client_secret.get_secret_value()),
        )

    def parse(self, payload: Payload) -> Parsed:
        root = part(read_xml(payload.body), "data")
        if (code := word(root, "@code")) not in FINE:
            return collect([PROBLEMS.read(code, word(root, "@error"), payload.number)])
        if not (code or rows(root, "data")):
            raise BadPayload("no list of pieces")
        return collect(map(_read_piece, _named(root, "piece-shipment")))


def _named(element: dict[str, Any], name: str) -> Iterator[dict[str, Any]]:
    return (row for row in rows(element, "data") if row.get("@name") == name)


def _read_piece(piece: dict[str, Any]) -> TrackingResult | Problem:
    number = word(piece, "@searched-piece-code") or word(piece, "@piece-code")
    if (failure := word(piece, "@error-status")) not in FINE:
        return PROBLEMS.read(failure, word(piece, "@piece-status-desc") or word(piece, "@status"), number)
    names = [word(piece, name) for name in NAMES]
    told = (event for group in _named(piece, "piece-event-list") for event in _named(group, "piece-event"))
    return TrackingResult(number, tuple(_read_event(row, names) for row in told), _read_window(piece))


def _read_event(row: dict[str, Any], names: Sequence[str]) -> Event:
    ice, ric, group = word(row, "@ice"), word(row, "@ric"), word(row, "@standard-event-code")
    text = word(row, "@event-text", limit=300) or word(row, "@event-status", limit=300)
    code = f"{ice} {ric} {group}".strip().replace("  ", " ")
    status, rule = RULES.read(
        back=group if row.get("@ruecksendung") == "true" else "",
        process=text if group == "PO" else "",
        all=code,
        pair=f"{ice} {ric}",
        event=ice,
        group=group,
    )
    local, place = _read_moment(row.get("@event-timestamp")), read_place(row, "@event-location", "@event-country")
    return Event(local, status, code=code, text=text, place=place, rule=rule, private=find_names(text, names))


def _read_moment(value: object) -> datetime | None:
    """A wall clock in Germany or wherever the scan was; DHL tells no zone."""
    if not isinstance(value, str):
        return None
    turned = f"{value[6:10]}-{value[3:5]}-{value[:2]} {value[11:]}"
    return read_time(turned).local or read_clock(value[:10], value[11:], day_first=True)


def _read_window(piece: dict[str, Any]) -> Window | None:
    day, start, end = (word(piece, f"@delivery-{name}") for name in ("date", "timeframe-from", "timeframe-to"))
    return read_window(read_clock(day, end, day_first=True), read_clock(day, start, day_first=True))


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [DhlParcelDe()]
