"""DHL's answers and push messages as events. Fields: OpenAPI document "Shipment Tracking - Unified", 1.4."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tracker.sdk import (
    BadPayload,
    Event,
    Parsed,
    Payload,
    Problem,
    Problems,
    Rules,
    Successor,
    TrackingResult,
    Window,
    collect,
    find_names,
    part,
    pick,
    read_json,
    read_proof,
    read_time,
    read_window,
    rows,
    word,
)

RULES = Rules.load(Path(__file__).with_name("statuses.toml"))
PROBLEMS = Problems()
"""DHL's errors are HTTP statuses."""
PROVIDERS = {"express": "mydhl", "parcel-de": "dhl_parcel_de"}
"""Companies that DHL hands over to and that have another id here; the others are called as DHL calls them."""
_TAG = re.compile("<[^<>]{0,300}>")
_SIGNED = re.compile(r"signed (?:for )?by:? *(.{1,80})", re.IGNORECASE)


def read_answer(payload: Payload) -> Parsed:
    """Everything an answer or a message says. Raises `BadPayload` where it is neither, nor an error that DHL tells."""
    data = read_json(payload.body)
    if not isinstance(data, dict):
        raise BadPayload("no object")
    return collect(_read_message(data, payload.number), "neither shipments nor an error")


def _read_message(data: dict[str, Any], asked: str) -> Iterator[TrackingResult | Problem | str]:
    shipments = rows(data, "shipments")
    for shipment in shipments:
        # A piece asked for by its own number is answered as the shipment that it belongs to.
        yield _read_shipment(shipment, asked if len(shipments) == 1 else "")
    if shipments:
        return
    status, detail = word(data, "status"), word(data, "detail") or word(data, "title")
    if scope := word(data, "scope"):
        yield f"DHL says {scope} {word(data, 'failure', 'detail') or word(data, 'note')}".rstrip()
    elif isinstance(data.get("shipments"), list):
        yield Problem("not_found", "DHL names no shipment", asked)
    elif status or detail:
        yield PROBLEMS.read("", detail or status, asked, status)


def _read_shipment(shipment: dict[str, Any], asked: str) -> TrackingResult:
    number, service = asked or word(shipment, "id"), word(shipment, "service")
    names = _read_names(part(shipment, "details"))
    # A push may bring the newest status alone; beside a history it only repeats the newest of its events.
    told = rows(shipment, "events") or rows(shipment, "status")
    events = tuple(_read_event(row, service, names) for row in told)
    window, successor = _read_window(shipment), _read_successor(shipment, number)
    address = pick(shipment, "details", "proofOfDelivery", "signatureUrl")
    signature = read_proof("signature", address) if address else None
    return TrackingResult(number, events, window, successor, proofs=(signature,) if signature else ())


def _read_event(row: dict[str, Any], service: str, names: Sequence[str]) -> Event:
    group, title = word(row, "statusCode"), word(row, "status")
    coded = title != "" and " " not in title and title == title.upper()
    text = word(row, "description", limit=300) or ("" if coded else title) or word(row, "statusDetailed")
    if "<" in text:
        text = word(_TAG.sub("", text), limit=300)
    said = f"{text}. {word(row, 'remark')}"
    status, rule = RULES.read(**{"text": said, service or "none": title, "code": group})
    local, offset = read_time(row.get("timestamp"), zulu=False)  # DHL puts Z behind local times now and then
    return Event(
        local,
        status,
        offset,
        code=title if coded else group,
        text=text,
        place=_read_place(part(row, "location", "address")),
        rule=rule,
        private=_find_private(text, names),
    )


def _read_place(address: dict[str, Any]) -> str:
    city, country = word(address, "addressLocality"), word(address, "countryCode")
    if " - " in city or not (city and country):  # DHL Express writes the country behind the city
        return city or country
    return f"{city}, {country}"


def _read_names(details: dict[str, Any]) -> list[str]:
    """The people whom an answer names, as far as a text could repeat them. DHL signs some parcels by "Delivered"."""
    people = [part(details, "proofOfDelivery", "signed"), part(details, "receiver"), part(details, "consignee")]
    found = {word(one, key) for one in people for key in ("name", "familyName", "givenName")}
    return sorted(name for name in found if name.casefold() != "delivered")


def _find_private(text: str, names: Sequence[str]) -> tuple[str, ...]:
    signed = _SIGNED.search(text) if "signed" in text.lower() else None
    found = (*find_names(text, names), signed[1].strip() if signed else "")
    return tuple(dict.fromkeys(filter(None, found)))


def _read_window(shipment: dict[str, Any]) -> Window | None:
    frame = part(shipment, "estimatedDeliveryTimeFrame")
    earliest, latest, whole = (
        read_time(told, zulu=False).local
        for told in (frame.get("estimatedFrom"), frame.get("estimatedThrough"), shipment.get("estimatedTimeOfDelivery"))
    )
    return read_window(latest, earliest) or read_window(whole)


def _read_successor(shipment: dict[str, Any], number: str) -> Successor | None:
    provider = word(shipment, "details", "provider", "destinationProvider")
    references = {word(row, "type"): word(row, "number") for row in rows(shipment, "details", "references")}
    follow = references.get("local-tracking-number", "")
    if not provider or not follow or follow == number:
        return None
    return Successor(PROVIDERS.get(provider, provider.replace("-", "_")), follow)
