"""Reads what 17TRACK tells of numbers: asked for, and pushed."""

from collections.abc import Iterator
from typing import Any

from tracker.sdk import (
    KINDS,
    BadPayload,
    Covers,
    Event,
    Parsed,
    Problem,
    Successor,
    Time,
    TrackingResult,
    Vocabulary,
    ZoneSource,
    part,
    plain,
    read_clock,
    read_offset,
    read_point,
    read_time,
    read_window,
    rows,
    word,
)

REGISTERED = "-18019901"
ERRORS = {
    **dict.fromkeys(("-18010001", "-18010002", "-18010004", "-18010005"), "auth"),
    **dict.fromkeys(("-18010014", "-18019907"), "rate_limit"),
    **dict.fromkeys(("-18019902", "-18019909"), "not_found"),
    "-18010003": "upstream",
    "-18010012": "invalid_number",
}


class Reader:
    """What 17TRACK tells, in our words."""

    def __init__(self, words: Vocabulary, covers: Covers) -> None:
        self._words, self._covers = words, covers

    def read(self, data: object) -> Parsed:
        """All of one decoded body."""
        body = part(data)
        if "event" in body:
            told = rows(body, "data")
        elif "code" in body:
            told = rows(body, "data", "accepted")
        else:
            raise BadPayload("neither an answer nor a message of 17TRACK")
        results = tuple(self._result(row) for row in told if "track_info" in row and word(row, "number"))
        warnings = [f"{word(row, 'number')}: {word(body, 'event')}" for row in told if "track_info" not in row]
        undated = (result for result in results if not all(event.local for event in result.events))
        warnings += [f"{result.number}: a scan has no readable time" for result in undated]
        return Parsed(results, tuple(problems(body)), tuple(warnings))

    def _result(self, row: dict[str, Any]) -> TrackingResult:
        number, info = word(row, "number", limit=64), part(row, "track_info")
        providers = rows(info, "tracking", "providers")
        due = part(info, "time_metrics", "estimated_delivery_date")
        return TrackingResult(
            number,
            tuple(self._event(event) for provider in providers for event in rows(provider, "events")),
            read_window(due.get("to"), due.get("from")),
            self._successor(part(info, "misc_info"), number),
            self._covers.ours(word(row, "carrier")),
        )

    def _event(self, row: dict[str, Any]) -> Event:
        get = row.get
        code = plain(get("sub_status")) or plain(get("stage"))
        status, rule = self._words.read("", code)
        local, offset = _read_moment(row)
        where = part(get("address")).get
        point = part(where("coordinates"))
        return Event(
            local,
            status,
            offset,
            ZoneSource.UNKNOWN if offset is None else ZoneSource.CARRIER,
            code,
            plain(get("description"), 500),
            plain(get("location"))
            or ", ".join(filter(None, (plain(where("city")), plain(where("state")), plain(where("country"))))),
            rule,
            read_point(point["latitude"], point.get("longitude")) if point.get("latitude") else None,
        )

    def _successor(self, misc: dict[str, Any], number: str) -> Successor | None:
        """The number of the last mile, where it is another one at a carrier that we know."""
        local, carrier = word(misc, "local_number", limit=64), self._covers.ours(word(misc, "local_key"))
        return Successor(carrier, local) if carrier and local and local != number else None


def problems(body: object) -> Iterator[Problem]:
    """What an answer refuses, number by number or as a whole."""
    for row in rows(body, "data", "rejected"):
        yield _problem(part(row, "error"), word(row, "number", limit=64))
    for error in rows(body, "data", "errors"):
        yield _problem(error, "")
    if word(body, "code") not in ("", "0") and not rows(body, "data", "errors"):
        yield _problem(part(body), "")


def raise_for(body: object, but: str = "") -> None:
    """Raises the error of the first thing that an answer refuses, except for one code."""
    for problem in problems(body):
        if not (but and problem.detail.startswith(f"{but}:")):
            raise KINDS[problem.kind](problem.detail)


def _problem(error: dict[str, Any], number: str) -> Problem:
    code = word(error, "code")
    return Problem(ERRORS.get(code, "bad_request"), f"{code}: {word(error, 'message')}", number)


def _read_moment(row: dict[str, Any]) -> Time:
    """The wall clock of a scan. Its offset is the carrier's only where `time_raw` holds one; 17TRACK guesses others."""
    raw = part(row, "time_raw")
    local = read_clock(raw.get("date"), raw.get("time"))
    if local is None:
        return Time(read_time(row.get("time_iso")).local, None)
    return Time(local, read_offset(raw.get("timezone")))
