"""Reads Shippo's tracks: asked for, and inside the events that it pushes."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from tracker.sdk import (
    BadPayload,
    Covers,
    Event,
    Parsed,
    Payload,
    Problem,
    Problems,
    TrackingResult,
    collect,
    load_vocabulary,
    part,
    plain,
    read_json,
    read_place,
    read_time,
    read_window,
    rows,
    word,
)

HERE = Path(__file__).parent
COVERS = Covers.load(HERE / "covers.toml")
WORDS = load_vocabulary(HERE / "shippo.toml")
PROBLEMS = Problems(words={"not_found": ["not found"]})
"""Shippo tells errors in words alone."""


def read_answer(payload: Payload) -> Parsed:
    """All of one body. A track that nobody has scanned yet is not found, as it may be at its carrier."""
    return collect(_read_body(part(read_json(payload.body)), payload))


def _read_body(body: dict[str, Any], payload: Payload) -> Iterator[TrackingResult | Problem | str]:
    if "event" in body:
        if body["event"] != "track_updated":
            yield f"an event about something else: {word(body, 'event')}"
            return
        body = part(body, "data")
    number, events = word(body, "tracking_number", limit=64), _read_events(body)
    fault = word(body, "detail") or word(body, "error")
    if not (number or fault):
        raise BadPayload("neither a track of Shippo nor an event about one")
    if not number:
        yield PROBLEMS.read("", fault, payload.number)
    elif not events and payload.mode == "fetch":
        yield Problem("not_found", "its carrier has told Shippo nothing yet", number)
    else:
        window, carrier = read_window(word(body, "eta")[:10]), COVERS.ours(word(body, "carrier"))
        yield TrackingResult(number, events, window, carrier=carrier)


def _read_events(track: dict[str, Any]) -> tuple[Event, ...]:
    """The history, and the present status where the history does not end with it yet."""
    events = list(map(_read_event, rows(track, "tracking_history")))
    events += [event for event in map(_read_event, rows(track, "tracking_status")) if event not in events]
    return tuple(event for event in events if event.code and (event.code != "UNKNOWN" or event.local))


def _read_event(row: dict[str, Any]) -> Event:
    main, sub = plain(row.get("status")), part(row.get("substatus"))
    fine, action = plain(sub.get("code")), sub.get("action_required")
    status, rule = WORDS.read(main, fine)
    if isinstance(action, bool) and action is not status.action_required:
        status = replace(status, action_required=action)
    # Shippo puts Z behind local times (shippo-node-client #52)
    local, offset = read_time(row.get("status_date"), zulu=False)
    text = plain(row.get("status_details"), 500) or plain(sub.get("text"))
    place = read_place(row.get("location"), "city", "state", "country")
    return Event(local, status, offset, code=fine or main, text=text, place=place, rule=rule)
