"""DHL Express's answers as events. Fields: OpenAPI document "DHL Express APIs (MyDHL API)", schema of tracking."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any

from tracker.sdk import (
    BadPayload,
    Event,
    Parsed,
    Problem,
    Rules,
    TrackingResult,
    Window,
    ZoneSource,
    pick,
    read_clock,
    read_offset,
    read_time,
    rows,
    word,
)

RULES = Rules.load(Path(__file__).with_name("statuses.toml"))
KINDS = {"401": "auth", "403": "auth", "404": "not_found", "429": "rate_limit"}


def read_answer(data: Any, numbers: Sequence[str] = ()) -> Parsed:
    """Everything an answer says. Raises `BadPayload` where it holds neither shipments nor an error."""
    alone = numbers[0] if len(numbers) == 1 else ""
    if shipments := rows(data, "shipments"):
        warnings: list[str] = []
        return Parsed(tuple(_read_shipment(row, alone, warnings) for row in shipments), warnings=tuple(warnings))
    if isinstance(pick(data, "shipments"), list):
        return Parsed(errors=(Problem("not_found", "DHL names no shipment", alone),))
    status, detail = word(data, "status"), word(data, "detail", limit=300) or word(data, "title")
    if not (status or detail):
        raise BadPayload("neither shipments nor an error")
    kind = KINDS.get(status, "upstream" if status.startswith("5") else "bad_request")
    return Parsed(errors=(Problem(kind, detail, alone),))


def _read_shipment(row: dict[str, Any], alone: str, warnings: list[str]) -> TrackingResult:
    number, told = word(row, "shipmentTrackingNumber") or alone, rows(row, "events")
    for piece in rows(row, "pieces"):
        if alone and alone != number and alone in (word(piece, "trackingNumber"), word(piece, "licensePlate")):
            number, told = alone, rows(piece, "events") or told
    return TrackingResult(number, tuple(_read_events(told, warnings)), _read_window(row))


def _read_events(told: Sequence[dict[str, Any]], warnings: list[str]) -> Iterator[Event]:
    for row in told:
        code, text = word(row, "typeCode"), word(row, "description", limit=300)
        local = read_clock(row.get("date"), row.get("time"))
        if local is None:
            warnings.append(f"checkpoint {code} has no readable date")
        offset = read_offset(row["GMTOffset"]) if "GMTOffset" in row else None
        status, rule = RULES.read(code=code, text=text)
        signer = word(row, "signedBy")
        yield Event(
            local,
            status,
            offset,
            ZoneSource.UNKNOWN if offset is None else ZoneSource.CARRIER,
            code,
            text,
            word(row, "serviceArea", 0, "description"),
            rule,
            private=(signer,) if signer and signer in text else (),
        )


def _read_window(row: dict[str, Any]) -> Window | None:
    latest = read_time(row.get("estimatedTimeOfDelivery") or row.get("estimatedDeliveryDate")).local
    if latest is None:
        return None
    day = datetime.combine(latest.date(), time())
    return Window(day, datetime.combine(latest.date(), time(23, 59)) if latest == day else latest)
