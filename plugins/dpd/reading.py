"""Reads ParcelLifeCycleService answers. Receivers, contacts and pieces of paper are left where they are."""

from collections.abc import Iterator
from datetime import datetime
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
    TrackingResult,
    part,
    pick,
    read_clock,
    read_xml,
    rows,
    word,
)

RULES = Rules.load(Path(__file__).with_name("statuses.toml"))
PROBLEMS = Problems(
    words={
        "auth": ["authentication"],
        "not_found": ["not found", "not_found", "unknown parcel", "no data"],
        "bad_request": ["invalid"],
    },
    otherwise="upstream",
)


def read_answer(payload: Payload) -> Parsed:
    """What one answer says about the parcel it was asked for. Raises `BadPayload` where it is no answer of DPD."""
    body, number = find_body(read_xml(payload.body)), payload.number
    if errors := tuple(read_faults(body, number)):
        return Parsed(errors=errors)
    told = pick(body, "getTrackingDataResponse", "trackingresult")
    if told is None:
        raise BadPayload("neither tracking data nor a fault of DPD")
    reached = [row for row in rows(told, "statusInfo") if word(row, "statusHasBeenReached") != "false"]
    if not reached:
        return Parsed(errors=(Problem("not_found", "DPD tells no status of it", number),))
    return Parsed((TrackingResult(number, tuple(map(_read_event, reached))),))


def find_body(data: Any) -> dict[str, Any]:
    """The body of a SOAP envelope; empty where there is none."""
    return part(data, "Envelope", "Body")


def read_faults(body: dict[str, Any], number: str) -> Iterator[Problem]:
    """The fault of a SOAP answer: `authenticationFault`, or `faults` of the service, else the fault's own words."""
    fault = part(body, "Fault")
    for name, told in part(fault, "detail").items():
        code = word(told, "errorCode") or word(told, "faultCode")
        text = word(told, "errorMessage") or word(told, "message")
        refused = name == "authenticationFault"
        yield Problem("auth", f"{code}: {text}") if refused else PROBLEMS.read(code, text, number)
    if fault and not part(fault, "detail"):
        yield Problem("upstream", word(fault, "faultstring") or "a fault without words", number)


def _read_event(row: dict[str, Any]) -> Event:
    code = word(row, "status", limit=60)
    text = " ".join(filter(None, (word(line, "content") for line in rows(row, "description", "content"))))
    status, rule = RULES.read(code=code, text=text)
    local = _read_moment(word(row, "date", "content"))
    return Event(local, status, code=code, text=text, place=word(row, "location", "content", limit=120), rule=rule)


def _read_moment(text: str) -> datetime | None:
    """A wall clock of the place, without offset. With AM and PM the month comes first, without them the day."""
    day, _, clock = text.partition(" ")
    if clock[-2:].upper() in ("AM", "PM") and day.count("/") == 2:
        month, day, year = day.split("/")
        return read_clock(f"{year}{month:0>2}{day:0>2}", clock)
    return read_clock(day, clock, day_first=True)
