"""Canada Post's answers as events. Fields: "Get Tracking Details - REST" of its developer program."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
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
    rows,
    word,
)

RULES = Rules.load(Path(__file__).with_name("statuses.toml"))
KINDS = {"001": "not_found", "002": "not_found", "004": "not_found", "E002": "auth", "Server": "rate_limit"}
"""Its codes of messages; those of the family AA concern the key."""
PROVINCES = frozenset(["AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT"])
HOURS = {
    "NST": -3.5, "NDT": -2.5, "AST": -4, "ADT": -3, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6,
    "PST": -8, "PDT": -7,
}  # fmt: skip
"""Canada Post tells zones by their English abbreviations. Abroad the same letters mean other zones."""
OFFSETS = {name: timedelta(hours=hours) for name, hours in HOURS.items()}


def read_answer(data: Any, numbers: Sequence[str] = ()) -> Parsed:
    """Everything an answer says. Raises `BadPayload` where it holds neither a parcel nor a message."""
    for root in (data, *rows(data, "wrapper")):
        if parcel := part(root, "tracking-detail"):
            result, warnings = _read_parcel(parcel, numbers)
            return Parsed((result,), warnings=tuple(warnings))
        if messages := rows(root, "messages", "message"):
            return Parsed(errors=tuple(_read_message(message, numbers) for message in messages))
    raise BadPayload("neither tracking-detail nor messages")


def _read_message(message: dict[str, Any], numbers: Sequence[str]) -> Problem:
    code, text = word(message, "code"), word(message, "description")
    kind = "auth" if code.startswith("AA0") else KINDS.get(code, "bad_request")
    if "SLM Monitor" in text:
        kind = "rate_limit"
    if "no pin history" in text.casefold():
        kind = "not_found"
    return Problem(kind, f"{code} {text}".strip(), numbers[0] if len(numbers) == 1 else "")


def _read_parcel(parcel: dict[str, Any], numbers: Sequence[str]) -> tuple[TrackingResult, list[str]]:
    number = numbers[0] if len(numbers) == 1 else word(parcel, "pin")  # a card left at the door has its own number
    warnings: list[str] = []
    events = tuple(_read_event(row, warnings) for row in rows(parcel, "significant-events", "occurrence"))
    day = read_clock(word(parcel, "changed-expected-date") or word(parcel, "expected-delivery-date"))
    window = Window(day, datetime.combine(day.date(), time(23, 59))) if day else None
    return TrackingResult(number, events, window), warnings


def _read_event(row: dict[str, Any], warnings: list[str]) -> Event:
    code, text = word(row, "event-identifier"), word(row, "event-description", limit=300)
    site, province = word(row, "event-site"), word(row, "event-province")
    local = read_clock(row.get("event-date"), row.get("event-time"))
    if local is None:
        warnings.append(f"event {code} has no readable date")
    offset = OFFSETS.get(word(row, "event-time-zone")) if province in PROVINCES else None
    status, rule = RULES.read(back=text, code=code.lstrip("0"), text=text)
    signer = word(row, "signatory-name")
    return Event(
        local,
        status,
        offset,
        ZoneSource.UNKNOWN if offset is None else ZoneSource.CARRIER,
        code,
        text,
        ", ".join(filter(None, (word(row, "event-retail-name"), site, province))),
        rule,
        private=(signer,) if signer and signer in text else (),
    )
