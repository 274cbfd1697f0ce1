"""Reads ExpressConnect answers. Who signed, and all addresses, are left where they are."""

from datetime import timedelta
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
    part,
    read_clock,
    read_xml,
    rows,
    word,
)

RULES = Rules.load(Path(__file__).with_name("statuses.toml"))
END = timedelta(hours=23, minutes=59)


def read_answer(body: bytes) -> Parsed:
    """What one answer says. TNT uses numbers again: one number may stand over two consignments, each a result."""
    data = read_xml(body)
    if "TrackResponse" not in data:
        raise BadPayload("no answer of TNT")
    told = part(data, "TrackResponse")
    results, warnings = [], []
    errors = [_problem(row) for row in rows(told, "Error")]
    for consignment in rows(told, "Consignment"):
        number = word(consignment, "ConsignmentNumber", limit=64)
        events = tuple(map(_event, rows(consignment, "StatusData")))
        if events:
            results.append(TrackingResult(number, events, _window(consignment)))
            warnings += [f"{event.code} has no readable time" for event in events if event.local is None]
        else:
            errors.append(Problem("not_found", "TNT tells nothing about it", number))
    if word(told, "ContinuationKey"):
        warnings.append("TNT has more to tell than one answer holds")
    return Parsed(tuple(results), tuple(errors), tuple(warnings))


def _problem(row: dict[str, Any]) -> Problem:
    """TNT's codes are not published; its words tell what is meant."""
    code, text = word(row, "Code"), word(row, "Message")
    low = text.lower()
    refused = code == "9000" or "unauthori" in low or "authenti" in low or "password" in low
    kind = "auth" if refused else "bad_request" if "invalid" in low else "upstream"
    return Problem(kind, f"{code}: {text}")


def _event(row: dict[str, Any]) -> Event:
    """One status: a wall clock of the depot, without offset."""
    code, text = word(row, "StatusCode", limit=60), word(row, "StatusDescription", limit=300)
    status, rule = RULES.read(code=code, text=text)
    local = read_clock(_date(row, "LocalEventDate"), _date(row, "LocalEventTime"))
    place = word(row, "DepotName", limit=120) or word(row, "Depot")
    return Event(local, status, code=code, text=text, place=place, rule=rule)


def _window(consignment: dict[str, Any]) -> Window | None:
    """The day that TNT has promised."""
    day = read_clock(_date(part(consignment, "ShipmentSummary"), "DueDate"))
    return Window(day, day + END) if day else None


def _date(row: dict[str, Any], name: str) -> str:
    """Dates and times carry the name of their format, so that their own text stands beside it."""
    return word(row, name, "#text") or word(row, name)
