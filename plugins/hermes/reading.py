"""Reads Shipment Info answers. The receiver's address is left where it is."""

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
    read_clock,
    read_json,
    read_time,
    rows,
    word,
)

RULES = Rules.load(Path(__file__).with_name("statuses.toml"))
KINDS = {"e001": "not_found", "e900": "auth", "e902": "auth", "e903": "auth", "e002": "upstream", "e999": "upstream"}


def read_answer(body: bytes) -> Parsed:
    """What one answer says about up to a hundred parcels. Raises `BadPayload` where it is no answer of Hermes."""
    data = part(read_json(body))
    if "shipmentinfo" not in data and "listOfResultCodes" not in data:
        raise BadPayload("neither shipments nor result codes of Hermes")
    results, warnings = [], []
    errors = [_problem(row, "") for row in rows(data, "listOfResultCodes")]
    for info in rows(data, "shipmentinfo"):
        number = word(info, "shipmentID", limit=64)
        events = tuple(map(_event, rows(info, "status")))
        if events and number:
            results.append(TrackingResult(number, events, _window(info)))
            warnings += [f"{event.code} has no readable time" for event in events if event.local is None]
        else:
            result = part(info, "result")
            errors.append(_problem(result, number) if result else Problem("not_found", "no status yet", number))
    return Parsed(tuple(results), tuple(errors), tuple(warnings))


def _problem(row: dict[str, Any], number: str) -> Problem:
    code = word(row, "code", limit=20)
    return Problem(KINDS.get(code, "bad_request"), f"{code}: {word(row, 'message')}", number)


def _event(row: dict[str, Any]) -> Event:
    code, text = word(row, "code", limit=60), word(row, "description", limit=300)
    status, rule = RULES.read(code=code, long=code.replace("-", "") if len(code) > 4 else "")
    local, offset = read_time(row.get("timestamp"))
    source = ZoneSource.UNKNOWN if offset is None else ZoneSource.CARRIER
    unit = part(row, "scanningUnit")
    place = ", ".join(filter(None, (word(unit, "city", limit=80), word(unit, "countryCode", limit=40))))
    return Event(local, status, offset, source, code, text, place, rule)


def _window(info: dict[str, Any]) -> Window | None:
    """When Hermes expects to deliver, by German clocks; the whole day where it tells no hours."""
    forecast = part(info, "deliveryForecast")
    day, slot = word(forecast, "date"), part(forecast, "timeSlot")
    earliest, latest = read_clock(day, word(slot, "from")), read_clock(day, word(slot, "to") or "23:59")
    return Window(earliest, latest) if earliest and latest and earliest <= latest else None
