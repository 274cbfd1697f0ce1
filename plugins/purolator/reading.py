"""Reads TrackPackagesByPin answers. Signatures, addresses and names of companies are left where they are."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tracker.sdk import (
    BadPayload,
    Event,
    Parsed,
    Problem,
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
KINDS = (
    ("auth", ("authori", "authenti", "user token", "credential")),
    ("not_found", ("not found", "no tracking", "no package", "does not exist")),
    ("invalid_number", ("invalid pin", "pin is invalid", "pin is not valid", "invalid tracking")),
    ("rate_limit", ("too many", "limit exceeded")),
)
TO = "delivered to "


def read_answer(body: bytes, number: str) -> Parsed:
    """What one answer says. `number` stands in where an error names none. Raises `BadPayload` for anything else."""
    envelope = part(read_xml(body), "Envelope", "Body")
    told = pick(envelope, "TrackPackagesByPinResponse")
    if type(told) is not dict:
        if fault := part(envelope, "Fault"):
            return Parsed(errors=(_problem("", word(fault, "faultstring"), number),))
        raise BadPayload("neither tracking information nor a fault of Purolator")
    results, errors, warnings = [], list(_problems(told, number)), []
    for info in rows(told, "TrackingInformationList", "TrackingInformation"):
        pin = word(info, "PIN", "Value", limit=64) or number
        events = tuple(map(_event, rows(info, "Scans", "Scan")))
        if events:
            results.append(TrackingResult(pin, events))
            warnings += [f"{event.code} has no readable time" for event in events if event.local is None]
        else:
            own = list(_problems(info, pin))
            errors += own or [Problem("not_found", "Purolator tells no scan of it", pin)]
    if not (results or errors):
        errors.append(Problem("not_found", "Purolator tells nothing about it", number))
    return Parsed(tuple(results), tuple(errors), tuple(warnings))


def _problems(told: dict[str, Any], number: str) -> Iterator[Problem]:
    for error in rows(told, "ResponseInformation", "Errors", "Error"):
        text = " ".join(filter(None, (word(error, "Description"), word(error, "AdditionalInformation"))))
        yield _problem(word(error, "Code"), text, number)


def _problem(code: str, text: str, number: str) -> Problem:
    """Purolator's codes are not published; its words tell what is meant."""
    low = text.lower()
    kind = next((kind for kind, words in KINDS if any(said in low for said in words)), "upstream")
    return Problem(kind, f"{code}: {text}" if code else text, number)


def _event(scan: dict[str, Any]) -> Event:
    """One scan: a wall clock of the depot, without offset. What stands behind "delivered to" is somebody's name."""
    code, text = word(scan, "ScanType", limit=60), word(scan, "Description", limit=300)
    at = text.lower().find(TO) if code == "Delivery" else -1
    said, who = (text[: at + len(TO)], (text[at + len(TO) :],)) if at >= 0 else (text, ())
    status, rule = RULES.read(text=said, code=code)
    local = read_clock(word(scan, "ScanDate"), word(scan, "ScanTime"))
    place = word(scan, "Depot", "Name", limit=120)
    return Event(local, status, code=code, text=text, place=place, rule=rule, private=who)
