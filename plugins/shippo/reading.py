"""Reads Shippo's tracks: asked for, and inside the events that it pushes."""

from dataclasses import replace
from typing import Any

from tracker.sdk import (
    BadPayload,
    Covers,
    Event,
    Parsed,
    Payload,
    Problem,
    Time,
    TrackingResult,
    Vocabulary,
    ZoneSource,
    part,
    plain,
    read_time,
    read_window,
    rows,
    word,
)


class Reader:
    """What tracks say, in our words."""

    def __init__(self, words: Vocabulary, covers: Covers) -> None:
        self._words, self._covers = words, covers

    def read(self, data: object, payload: Payload) -> Parsed:
        """All of one decoded body. A track that nobody has scanned yet is not found, as it may be at its carrier."""
        body = part(data)
        if "event" in body:
            if body["event"] != "track_updated":
                return Parsed(warnings=(f"an event about something else: {word(body, 'event')}",))
            body = part(body, "data")
        number = word(body, "tracking_number", limit=64)
        if not number and (detail := word(body, "detail") or word(body, "error")):
            return Parsed(errors=(Problem("bad_request", detail, "".join(payload.numbers[:1])),))
        if not number:
            raise BadPayload("neither a track of Shippo nor an event about one")
        events = self._events(body)
        if not events and payload.mode == "fetch":
            return Parsed(errors=(Problem("not_found", "its carrier has told Shippo nothing yet", number),))
        window = read_window(word(body, "eta")[:10])
        result = TrackingResult(number, events, window, carrier=self._covers.ours(word(body, "carrier")))
        undated = f"{number}: a scan has no readable time"
        return Parsed((result,), warnings=(undated,) if not all(event.local for event in events) else ())

    def _events(self, track: dict[str, Any]) -> tuple[Event, ...]:
        """The history, and the present status where the history does not end with it yet."""
        events = [self._event(row) for row in rows(track, "tracking_history")]
        events += [event for event in map(self._event, rows(track, "tracking_status")) if event not in events]
        return tuple(event for event in events if event.code and (event.code != "UNKNOWN" or event.local))

    def _event(self, row: dict[str, Any]) -> Event:
        main, sub = plain(row.get("status")), part(row.get("substatus"))
        fine, action = plain(sub.get("code")), sub.get("action_required")
        status, rule = self._words.read(main, fine)
        if isinstance(action, bool) and action is not status.action_required:
            status = replace(status, action_required=action)
        local, offset = _read_moment(row.get("status_date"))
        where = part(row.get("location")).get
        return Event(
            local,
            status,
            offset,
            ZoneSource.UNKNOWN if offset is None else ZoneSource.CARRIER,
            fine or main,
            plain(row.get("status_details"), 500) or plain(sub.get("text")),
            ", ".join(filter(None, (plain(where("city")), plain(where("state")), plain(where("country"))))),
            rule,
        )


def _read_moment(value: object) -> Time:
    """The wall clock at the place. Shippo puts `Z` behind local times (shippo-node-client #52): it says nothing."""
    return read_time(value[:-1] if isinstance(value, str) and value[-1:] in "Zz" else value)
