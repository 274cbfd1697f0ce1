"""Royal Mail's answers as events. Fields: "Tracking API V2 (REST) Technical User Guide"."""

from collections.abc import Sequence
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
    pick,
    plain,
    read_clock,
    read_time,
    rows,
    word,
)

RULES = Rules.load(Path(__file__).with_name("statuses.toml"))
KINDS = {"E1142": "not_found", "E1143": "not_found", "E1144": "not_found"}
HTTP_KINDS = {"401": "auth", "403": "auth", "404": "not_found", "429": "rate_limit"}


def read_answer(data: Any, numbers: Sequence[str] = ()) -> Parsed:
    """Everything an answer says. Raises `BadPayload` where it holds neither items nor errors."""
    alone = numbers[0] if len(numbers) == 1 else ""
    warnings: list[str] = []
    results: list[TrackingResult] = []
    errors: list[Problem] = []
    for item in rows(data, "mailPieces"):
        # The number asked for comes first: an item has several, and is answered under another one now and then.
        number = alone or word(item, "mailPieceId")
        if error := part(item, "error"):
            errors.append(_explain(error, "", number))
        else:
            results.append(_read_item(item, number, warnings))
    if not results:
        status = word(data, "httpCode")
        errors += [_explain(error, status, alone) for error in rows(data, "errors")]
        if not errors and status:
            errors.append(_explain({"errorDescription": pick(data, "httpMessage")}, status, alone))
    if not (results or errors):
        raise BadPayload("neither mailPieces nor errors")
    return Parsed(tuple(results), tuple(errors), tuple(warnings))


def _explain(error: dict[str, Any], status: str, number: str) -> Problem:
    code, text = word(error, "errorCode"), word(error, "errorDescription", limit=300)
    kind = KINDS.get(code) or HTTP_KINDS.get(status) or ("upstream" if status.startswith("5") else "bad_request")
    return Problem(kind, f"{code} {text}".strip(), number)


def _read_item(item: dict[str, Any], number: str, warnings: list[str]) -> TrackingResult:
    signer = word(item, "signature", "recipientName")
    events = tuple(_read_event(row, signer, warnings) for row in rows(item, "events"))
    day, start, end = (
        word(item, "estimatedDelivery", name) for name in ("date", "startOfEstimatedWindow", "endOfEstimatedWindow")
    )
    earliest, latest = read_clock(day, start[:8] or "00:00"), read_clock(day, end[:8] or "23:59")
    window = Window(earliest, latest) if earliest and latest and earliest < latest else None
    return TrackingResult(number, events, window)


def _read_event(row: dict[str, Any], signer: str, warnings: list[str]) -> Event:
    code, text = plain(row.get("eventCode")), plain(row.get("eventName"), 300)
    local, offset = read_time(row.get("eventDateTime"))
    if local is None:
        warnings.append(f"event {code} has no readable time")
    status, rule = RULES.read(code=code, text=text)
    return Event(
        local,
        status,
        offset,
        ZoneSource.UNKNOWN if offset is None else ZoneSource.CARRIER,
        code,
        text,
        plain(row.get("locationName")),
        rule,
        private=(signer,) if signer and signer in text else (),
    )
