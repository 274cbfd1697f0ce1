"""DHL's answers and push messages as events. Fields: OpenAPI document "Shipment Tracking - Unified", 1.4."""

import re
from collections.abc import Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any

from tracker.sdk import (
    BadPayload,
    Event,
    Parsed,
    Problem,
    Rules,
    Successor,
    Time,
    TrackingResult,
    Window,
    ZoneSource,
    part,
    read_time,
    rows,
    word,
)

RULES = Rules.load(Path(__file__).with_name("statuses.toml"))
KINDS = {"400": "bad_request", "401": "auth", "403": "auth", "404": "not_found", "429": "rate_limit"}
PROVIDERS = {"express": "mydhl", "parcel-de": "dhl_parcel_de"}
"""Companies that DHL hands over to and that have another id here; the others are called as DHL calls them."""
MIDNIGHT, DAY_END = time(), time(23, 59)
_TAG = re.compile("<[^<>]{0,300}>")
_SIGNED = re.compile(r"signed (?:for )?by:? *(.{1,80})", re.IGNORECASE)


def read_answer(data: Any, numbers: Sequence[str] = ()) -> Parsed:
    """Everything an answer or a message says. Raises `BadPayload` where it is neither, nor an error that DHL tells."""
    if not isinstance(data, dict):
        raise BadPayload("no object")
    alone = numbers[0] if len(numbers) == 1 else ""
    if shipments := rows(data, "shipments"):
        # A piece asked for by its own number is answered as the shipment that it belongs to.
        results = [_read_shipment(shipment, alone if len(shipments) == 1 else "") for shipment in shipments]
        return Parsed(tuple(one for one, _ in results), warnings=tuple(text for _, some in results for text in some))
    if scope := word(data, "scope"):
        said = word(data, "failure", "detail") or word(data, "note")
        return Parsed(warnings=(f"DHL says {scope} {said}".rstrip(),))
    if isinstance(data.get("shipments"), list):
        return Parsed(errors=(Problem("not_found", "DHL names no shipment", alone),))
    status, detail = word(data, "status"), word(data, "detail") or word(data, "title")
    if not (status or detail):
        raise BadPayload("neither shipments nor an error")
    kind = KINDS.get(status, "upstream" if status.startswith("5") else "bad_request")
    return Parsed(errors=(Problem(kind, detail, alone),))


def _read_shipment(shipment: dict[str, Any], asked: str) -> tuple[TrackingResult, list[str]]:
    number = asked or word(shipment, "id")
    service, names = word(shipment, "service"), _read_names(part(shipment, "details"))
    warnings: list[str] = []
    # A push may bring the newest status alone; beside a history it only repeats the newest of its events.
    told = rows(shipment, "events") or rows(shipment, "status")
    events = tuple(_read_event(row, service, names, warnings) for row in told)
    return TrackingResult(number, events, _read_window(shipment), _read_successor(shipment, number)), warnings


def _read_event(row: dict[str, Any], service: str, names: Sequence[str], warnings: list[str]) -> Event:
    group, title = word(row, "statusCode"), word(row, "status")
    coded = title != "" and " " not in title and title == title.upper()
    text = word(row, "description", limit=300) or ("" if coded else title) or word(row, "statusDetailed")
    if "<" in text:
        text = word(_TAG.sub("", text), limit=300)
    moment = _read_moment(row.get("timestamp"))
    if moment.local is None:
        warnings.append(f"event {title or group} has no readable time")
    said = f"{text}. {word(row, 'remark')}"
    status, rule = RULES.read(**{"text": said, service or "none": title, "code": group})
    return Event(
        moment.local,
        status,
        moment.offset,
        ZoneSource.UNKNOWN if moment.offset is None else ZoneSource.CARRIER,
        title if coded else group,
        text,
        _read_place(part(row, "location", "address")),
        rule,
        private=_find_private(text, names),
    )


def _read_moment(value: object) -> Time:
    """A local time, with its offset where one is told. DHL puts `Z` behind local times now and then."""
    return read_time(value[:-1] if isinstance(value, str) and value.endswith("Z") else value)


def _read_place(address: dict[str, Any]) -> str:
    city, country = word(address, "addressLocality"), word(address, "countryCode")
    if " - " in city or not (city and country):  # DHL Express writes the country behind the city
        return city or country
    return f"{city}, {country}"


def _read_names(details: dict[str, Any]) -> list[str]:
    """The people whom an answer names, as far as a text could repeat them. DHL signs some parcels by "Delivered"."""
    people = [part(details, "proofOfDelivery", "signed"), part(details, "receiver"), part(details, "consignee")]
    found = {word(one, key) for one in people for key in ("name", "familyName", "givenName")}
    return sorted(name for name in found if len(name) > 2 and name.casefold() != "delivered")


def _find_private(text: str, names: Sequence[str]) -> tuple[str, ...]:
    lower = text.casefold()
    found = [text[at : at + len(name)] for name in names if (at := lower.find(name.casefold())) >= 0]
    if "signed" in lower and (signed := _SIGNED.search(text)):
        found.append(signed[1].strip())
    return tuple(dict.fromkeys(found))


def _read_window(shipment: dict[str, Any]) -> Window | None:
    frame = part(shipment, "estimatedDeliveryTimeFrame")
    earliest, latest = (_read_moment(frame.get(name)).local for name in ("estimatedFrom", "estimatedThrough"))
    whole = _read_moment(shipment.get("estimatedTimeOfDelivery")).local or earliest or latest
    if earliest and latest and earliest < latest:
        return Window(earliest, latest)
    if whole is None:
        return None
    day = datetime.combine(whole.date(), MIDNIGHT)
    return Window(day, datetime.combine(day, DAY_END) if whole == day else whole)  # at midnight only the day is known


def _read_successor(shipment: dict[str, Any], number: str) -> Successor | None:
    provider = word(shipment, "details", "provider", "destinationProvider")
    references = {word(row, "type"): word(row, "number") for row in rows(shipment, "details", "references")}
    follow = references.get("local-tracking-number", "")
    if not provider or not follow or follow == number:
        return None
    return Successor(PROVIDERS.get(provider, provider.replace("-", "_")), follow)
