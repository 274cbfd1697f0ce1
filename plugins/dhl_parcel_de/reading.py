"""DHL Paket's answers as events. Attributes: "Parcel DE Tracking (Post & Parcel Germany)", d-get-piece-detail.

All elements are called `data`; their attribute `name` tells what they are.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
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
    plain,
    read_clock,
    read_time,
    rows,
    word,
)

RULES = Rules.load(Path(__file__).with_name("statuses.toml"))
KINDS = {
    "100": "not_found", "200": "not_found", "57": "not_found", "61": "not_found", "41": "invalid_number",
    "5": "auth", "6": "auth", "62": "auth", "64": "auth", "63": "upstream", "-1": "upstream", "-2": "upstream",
    "-1000": "upstream",
}  # fmt: skip
NAMES = ("@recipient-name", "@pan-recipient-name", "@shipper-name")


def read_answer(data: Any, numbers: Sequence[str] = ()) -> Parsed:
    """Everything an answer says. Raises `BadPayload` where it is none."""
    root = part(data, "data")
    code = word(root, "@code")
    if not code and not rows(root, "data"):
        raise BadPayload("no list of pieces")
    if code not in ("", "0"):
        alone = numbers[0] if len(numbers) == 1 else ""
        return Parsed(errors=(_explain(code, word(root, "@error"), alone),))
    results: list[TrackingResult] = []
    errors: list[Problem] = []
    warnings: list[str] = []
    for piece in _named(root, "piece-shipment"):
        number = word(piece, "@searched-piece-code") or word(piece, "@piece-code")
        if (failure := word(piece, "@error-status")) not in ("", "0"):
            errors.append(_explain(failure, word(piece, "@piece-status-desc") or word(piece, "@status"), number))
            continue
        told = [event for group in _named(piece, "piece-event-list") for event in _named(group, "piece-event")]
        names = tuple(filter(None, (word(piece, name) for name in NAMES)))
        events = tuple(_read_event(row, names, warnings) for row in told)
        results.append(TrackingResult(number, events, _read_window(piece)))
    return Parsed(tuple(results), tuple(errors), tuple(warnings))


def _named(element: dict[str, Any], name: str) -> Iterator[dict[str, Any]]:
    return (row for row in rows(element, "data") if row.get("@name") == name)


def _explain(code: str, text: str, number: str) -> Problem:
    return Problem(KINDS.get(code, "bad_request"), f"{code} {text}".strip(), number)


def _read_event(row: dict[str, Any], names: Sequence[str], warnings: list[str]) -> Event:
    ice, ric = plain(row.get("@ice")), plain(row.get("@ric"))
    group, text = plain(row.get("@standard-event-code")), plain(row.get("@event-text") or row.get("@event-status"), 300)
    code = f"{ice} {ric} {group}".strip().replace("  ", " ")
    local = _read_clock(row.get("@event-timestamp"))
    if local is None:
        warnings.append(f"event {code} has no readable time")
    status, rule = RULES.read(
        back=group if row.get("@ruecksendung") == "true" else "",
        process=text if group == "PO" else "",
        all=code,
        pair=f"{ice} {ric}",
        event=ice,
        group=group,
    )
    city, country = plain(row.get("@event-location")), plain(row.get("@event-country"))
    place = f"{city}, {country}" if city and country else city or country
    private = tuple(name for name in names if name in text)
    return Event(local, status, code=code, text=text, place=place, rule=rule, private=private)


def _read_clock(value: object) -> datetime | None:
    """A wall clock in Germany or wherever the scan was; DHL tells no zone."""
    if not isinstance(value, str):
        return None
    turned = f"{value[6:10]}-{value[3:5]}-{value[:2]} {value[11:]}"
    return read_time(turned).local or read_clock(value[:10], value[11:], day_first=True)


def _read_window(piece: dict[str, Any]) -> Window | None:
    day, start, end = (word(piece, f"@delivery-{name}") for name in ("date", "timeframe-from", "timeframe-to"))
    earliest, latest = (read_clock(day, clock, day_first=True) for clock in (start or "00:00", end or "23:59"))
    return Window(earliest, latest) if earliest and latest and earliest < latest else None
