"""DHL Express: tracking by the MyDHL API, with the distance from UTC of every checkpoint.

Fields: OpenAPI document "DHL Express APIs (MyDHL API)", schema of tracking.
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
    pick,
    read_clock,
    read_json,
    read_offset,
    read_window,
    rows,
    word,
)

RULES = Rules.load(Path(__file__).with_name("statuses.toml"))
PROBLEMS = Problems()
"""DHL's errors are HTTP statuses."""


class MyDhlSettings(BaseModel):
    """The user of an app at developer.dhl.com with the product DHL Express - MyDHL API."""

    username: str = Field(min_length=1, max_length=200, title="User name")
    password: SecretStr = Field(min_length=1, max_length=200, title="Password")
    language: str = Field(default="eng", pattern="^[a-z]{3}$", title="Language of the texts (three letters)")
    base_url: BaseUrl = Field(default="https://express.api.dhl.com/mydhlapi", title="Address of the API")


PLUGIN = Plugin("mydhl", "DHL Express", "1.0.0", settings=MyDhlSettings)


class MyDhl(ApiCarrier):
    id = "mydhl"
    names: ClassVar = {"en": "DHL Express"}
    url = "https://www.dhl.com/en/express/tracking.html?AWB={number}"
    formats = load_formats(Path(__file__).with_name("formats.toml"))
    # No figure is published. 200 numbers fit into one question, but only a question about one tells the offsets.
    limits = Limits(requests=60)
    lengths = (5, 35)
    nobody = "0000000000"

    def ask(self, queries: Sequence[Query], ctx: Context) -> HttpAnswer:
        settings, number = ctx.settings_as(MyDhlSettings), queries[0].number
        params = {"trackingView": "all-checkpoints", "levelOfDetail": "shipment"}
        if number.isdigit():
            path, more = f"/shipments/{number}/tracking", {"requestGMTOffsetPerEvent": "true"}
        else:  # the licence plate of one piece
            path, more = "/tracking", {"pieceTrackingNumber": number, "levelOfDetail": "all"}
        return ctx.worker_http().request(
            "GET",
            settings.base_url + path,
            params=params | more,
            headers={"Accept": "application/json", "Accept-Language": settings.language},
            auth=(settings.username, settings.password.get_secret_value()),
        )

    def parse(self, payload: Payload) -> Parsed:
        return collect(_read_answer(read_json(payload.body), payload.number), "neither shipments nor an error")


def _read_answer(data: Any, asked: str) -> Iterator[TrackingResult | Problem]:
    shipments = rows(data, "shipments")
    for shipment in shipments:
        yield _read_shipment(shipment, asked)
    if shipments:
        return
    if isinstance(pick(data, "shipments"), list):
        yield Problem("not_found", "DHL names no shipment", asked)
    elif told := word(data, "detail", limit=300) or word(data, "title") or word(data, "status"):
        yield PROBLEMS.read("", told, asked, word(data, "status"))


def _read_shipment(row: dict[str, Any], asked: str) -> TrackingResult:
    number, told = word(row, "shipmentTrackingNumber") or asked, rows(row, "events")
    for piece in rows(row, "pieces"):
        if asked and asked != number and asked in (word(piece, "trackingNumber"), word(piece, "licensePlate")):
            number, told = asked, rows(piece, "events") or told
    window = read_window(row.get("estimatedTimeOfDelivery") or row.get("estimatedDeliveryDate"))
    return TrackingResult(number, tuple(map(_read_event, told)), window)


def _read_event(row: dict[str, Any]) -> Event:
    code, text = word(row, "typeCode"), word(row, "description", limit=300)
    status, rule = RULES.read(code=code, text=text)
    return Event(
        read_clock(row.get("date"), row.get("time")),
        status,
        read_offset(row["GMTOffset"]) if "GMTOffset" in row else None,
        code=code,
        text=text,
        place=word(row, "serviceArea", 0, "description"),
        rule=rule,
        private=find_names(text, (word(row, "signedBy"),)),
    )


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [MyDhl()]
