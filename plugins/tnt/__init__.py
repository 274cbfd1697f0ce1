"""TNT: tracking by ExpressConnect Tracking, version 3.1 (XML in a form).

Who signed, and all addresses, are left where they are.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    ApiCarrier,
    ApiUrl,
    BadPayload,
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
    read_clock,
    read_window,
    read_xml,
    rows,
    word,
)

RULES = Rules.load(Path(__file__).with_name("statuses.toml"))
PROBLEMS = Problems(
    {"9000": "auth"},
    {"auth": ["unauthori", "authenti", "password"], "bad_request": ["invalid"]},
    otherwise="upstream",
)
"""TNT's codes are not published; its words tell what is meant."""
REQUEST = """<?xml version="1.0" encoding="UTF-8"?>
<TrackRequest locale="en_US" version="3.1">\
<SearchCriteria marketType="INTERNATIONAL" originCountry="{country}">{numbers}</SearchCriteria>\
<LevelOfDetail><Complete shipment="true"/></LevelOfDetail></TrackRequest>"""


class TntSettings(BaseModel):
    """The account for ExpressConnect (express.tnt.com)."""

    username: str = Field(min_length=1, max_length=100, title="User name")
    password: SecretStr = Field(min_length=1, max_length=200, title="Password")
    country: str = Field(default="GB", pattern="^[A-Z]{2}$", title="Country of the account (two letters)")
    base_url: ApiUrl = Field(default="https://necta.az.fxei.fedex.com/ectrack/track", title="Address of the service")


PLUGIN = Plugin("tnt", "TNT", "1.0.0", settings=TntSettings)


class Tnt(ApiCarrier):
    id = "tnt"
    names: ClassVar = {"en": "TNT"}
    url = "https://www.tnt.com/express/en_gb/site/shipping-tools/tracking.html?searchType=con&cons={number}"
    formats = load_formats(Path(__file__).with_name("formats.toml"))
    limits = Limits(batch=20)
    nobody = "100000000"

    def ask(self, queries: Sequence[Query], ctx: Context) -> HttpAnswer:
        settings = ctx.settings_as(TntSettings)
        asked = "".join(f"<ConsignmentNumber>{query.number}</ConsignmentNumber>" for query in queries)
        return ctx.worker_http().request(
            "POST",
            settings.base_url,
            headers={"Accept": "text/xml; charset=UTF-8"},
            auth=(settings.username, settings.password.get_secret_value()),
            form={"xml_in": REQUEST.format(country=settings.country, numbers=asked)},
        )

    def parse(self, payload: Payload) -> Parsed:
        data = read_xml(payload.body)
        if "TrackResponse" not in data:
            raise BadPayload("no answer of TNT")
        return collect(_read_answer(part(data, "TrackResponse")))


def _read_answer(told: dict[str, Any]) -> Iterator[TrackingResult | Problem | str]:
    """TNT uses numbers again: one number may stand over two consignments, each a result."""
    for error in rows(told, "Error"):
        yield PROBLEMS.read(word(error, "Code"), word(error, "Message"))
    for consignment in rows(told, "Consignment"):
        number, due = word(consignment, "ConsignmentNumber", limit=64), part(consignment, "ShipmentSummary")
        if events := tuple(map(_read_event, rows(consignment, "StatusData"))):
            yield TrackingResult(number, events, read_window(read_clock(_read_date(due, "DueDate"))))
        else:
            yield Problem("not_found", "TNT tells nothing about it", number)
    if word(told, "ContinuationKey"):
        yield "TNT has more to tell than one answer holds"


def _read_event(row: dict[str, Any]) -> Event:
    """One status: a wall clock of the depot, without offset."""
    code, text = word(row, "StatusCode", limit=60), word(row, "StatusDescription", limit=300)
    status, rule = RULES.read(code=code, text=text)
    local = read_clock(_read_date(row, "LocalEventDate"), _read_date(row, "LocalEventTime"))
    place = word(row, "DepotName", limit=120) or word(row, "Depot")
    return Event(local, status, code=code, text=text, place=place, rule=rule)


def _read_date(row: dict[str, Any], name: str) -> str:
    """Dates and times carry the name of their format, so that their own text stands beside it."""
    return word(row, name, "#text") or word(row, name)


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [Tnt()]
