"""La Poste's answers as events. Fields: the API "Suivi", version 2, at developer.laposte.fr."""

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
    TrackingResult,
    Window,
    ZoneSource,
    part,
    plain,
    read_time,
    rows,
    word,
)

RULES = Rules.load(Path(__file__).with_name("statuses.toml"))
KINDS = {"400": "invalid_number", "401": "auth", "403": "auth", "404": "not_found", "410": "not_found"}
KINDS |= {"429": "rate_limit"}
COUNTER = "AG1"
"""The code of a parcel that waits at a counter."""


def read_answer(data: Any, numbers: Sequence[str] = ()) -> Parsed:
    """Everything an answer says: an object about one number, or a list. Raises `BadPayload` where it is neither."""
    results: list[TrackingResult] = []
    errors: list[Problem] = []
    warnings: list[str] = []
    alone = numbers[0] if len(numbers) == 1 else ""
    for row in rows(data):
        code = word(row, "returnCode")
        if shipment := part(row, "shipment"):
            results.append(_read_shipment(shipment, alone, warnings))
        elif code or word(row, "code"):
            errors.append(_explain(row, code, alone))
    if not (results or errors):
        raise BadPayload("neither shipments nor errors")
    return Parsed(tuple(results), tuple(errors), tuple(warnings))


def _explain(row: dict[str, Any], code: str, alone: str) -> Problem:
    kind = KINDS.get(code, "upstream" if code.startswith("5") else "bad_request")
    text = word(row, "returnMessage", limit=300) or word(row, "message", limit=300) or word(row, "code")
    return Problem(kind, text, alone or word(row, "idShip", limit=64))


def _read_shipment(shipment: dict[str, Any], alone: str, warnings: list[str]) -> TrackingResult:
    counter = word(shipment, "contextData", "removalPoint", "name")
    events = tuple(_read_event(row, counter, warnings) for row in rows(shipment, "event"))
    day = read_time(shipment.get("estimDate")).local
    window = Window(datetime.combine(day, time()), datetime.combine(day, time(23, 59))) if day else None
    return TrackingResult(alone or word(shipment, "idShip"), events, window)


def _read_event(row: dict[str, Any], counter: str, warnings: list[str]) -> Event:
    code, text = plain(row.get("code")), plain(row.get("label"), 300)
    local, offset = read_time(row.get("date"))
    if local is None:
        warnings.append(f"event {code} has no readable time")
    status, rule = RULES.read(first=text, code=code, text=text)
    return Event(
        local,
        status,
        offset,
        ZoneSource.UNKNOWN if offset is None else ZoneSource.CARRIER,
        code,
        text,
        counter if code == COUNTER else "",
        rule,
    )
