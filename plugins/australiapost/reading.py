"""Australia Post's answers as events. Fields: "Track items" of the Shipping and Tracking APIs."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tracker.sdk import (
    BadPayload,
    Event,
    Parsed,
    Problem,
    Rules,
    TrackingResult,
    ZoneSource,
    part,
    read_time,
    rows,
    word,
)

RULES = Rules.load(Path(__file__).with_name("statuses.toml"))
KINDS = {
    "51104": "not_found", "ESB-10001": "not_found", "ESB-10002": "invalid_number", "ESB-20010": "upstream",
    "ESB-20050": "upstream", "API_001": "auth", "API_002": "rate_limit",
}  # fmt: skip


def read_answer(data: Any, numbers: Sequence[str] = ()) -> Parsed:
    """Everything an answer says. Raises `BadPayload` where it holds neither parcels nor errors."""
    told = rows(data, "tracking_results")
    alone = numbers[0] if len(numbers) == 1 else ""
    errors = [_read_error(row, alone) for row in rows(data, "errors")]
    if code := word(data, "error_code"):
        errors.append(Problem(KINDS.get(code, "bad_request"), word(data, "error_description") or code, alone))
    results: list[TrackingResult] = []
    warnings: list[str] = []
    for row in told:
        number = word(row, "tracking_id") or alone
        errors += [_read_error(error, number) for error in rows(row, "errors")]
        if items := list(_read_items(row)):
            results.append(TrackingResult(number, _read_events(items, warnings)))
    if not (told or errors):
        raise BadPayload("neither tracking_results nor errors")
    return Parsed(tuple(results), tuple(errors), tuple(warnings))


def _read_error(row: dict[str, Any], number: str) -> Problem:
    code = word(row, "code")
    text = word(row, "message") or word(row, "name")
    return Problem(KINDS.get(code, "bad_request"), f"{code} {text}".strip(), number)


def _read_items(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The articles under a number: its own, those of a consignment, or the consignment where no article is told."""
    found = False
    for item in rows(row, "trackable_items"):
        found = True
        yield from rows(item, "items") or [item]
    if not found and (consignment := part(row, "consignment")):
        yield consignment


def _read_events(items: Sequence[dict[str, Any]], warnings: list[str]) -> tuple[Event, ...]:
    """The events of the article that is not delivered yet: a parcel is home once its last article is."""
    late = next((item for item in items if "delivered" not in word(item, "status").casefold()), items[-1])
    return tuple(_read_event(row, warnings) for row in rows(late, "events"))


def _read_event(row: dict[str, Any], warnings: list[str]) -> Event:
    text = word(row, "description", limit=300)
    local, offset = read_time(row.get("date"))
    if local is None:
        warnings.append(f"event {text[:60]} has no readable date")
    status, rule = RULES.read(text=text)
    source = ZoneSource.UNKNOWN if offset is None else ZoneSource.CARRIER
    return Event(local, status, offset, source, text=text, place=word(row, "location"), rule=rule)
