"""Reads what 17TRACK tells of numbers: asked for, and pushed."""

from collections.abc import Iterator
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
    Successor,
    Time,
    TrackingResult,
    collect,
    load_vocabulary,
    part,
    plain,
    read_clock,
    read_json,
    read_offset,
    read_place,
    read_point,
    read_time,
    read_window,
    rows,
    word,
)

HERE = Path(__file__).parent
COVERS = Covers.load(HERE / "covers.toml")
WORDS = load_vocabulary(HERE / "17track.toml")
PROBLEMS = Problems(
    {
        **dict.fromkeys(["-18010001", "-18010002", "-18010004", "-18010005"], "auth"),
        **dict.fromkeys(["-18010014", "-18019907"], "rate_limit"),
        **dict.fromkeys(["-18019902", "-18019909"], "not_found"),
        "-18010003": "upstream",
        "-18010012": "invalid_number",
    }
)


def read_answer(payload: Payload) -> Parsed:
    """All of one body."""
    return collect(_read_body(part(read_json(payload.body))))


def _read_body(body: dict[str, Any]) -> Iterator[TrackingResult | Problem | str]:
    if "event" not in body and "code" not in body:
        raise BadPayload("neither an answer nor a message of 17TRACK")
    for row in rows(body, "data") if "event" in body else rows(body, "data", "accepted"):
        number = word(row, "number", limit=64)
        if "track_info" not in row:
            yield f"{number}: {word(body, 'event')}"
        elif number:
            yield _read_info(part(row, "track_info"), number, word(row, "carrier"))
    yield from read_problems(body)


def read_problems(body: object) -> Iterator[Problem]:
    """What an answer refuses, number by number or as a whole."""
    for row in rows(body, "data", "rejected"):
        yield _read_problem(part(row, "error"), word(row, "number", limit=64))
    errors = rows(body, "data", "errors")
    for error in errors or ([part(body)] if word(body, "code") not in ("", "0") else []):
        yield _read_problem(error, "")


def _read_problem(error: dict[str, Any], number: str) -> Problem:
    return PROBLEMS.read(word(error, "code"), word(error, "message"), number)


def _read_info(info: dict[str, Any], number: str, carrier: str) -> TrackingResult:
    due = part(info, "time_metrics", "estimated_delivery_date")
    return TrackingResult(
        number,
        tuple(_read_event(row) for one in rows(info, "tracking", "providers") for row in rows(one, "events")),
        read_window(due.get("to"), due.get("from")),
        _read_successor(part(info, "misc_info"), number),
        COVERS.ours(carrier),
    )


def _read_event(row: dict[str, Any]) -> Event:
    get, address = row.get, part(row, "address")
    code = plain(get("sub_status")) or plain(get("stage"))
    status, rule = WORDS.read("", code)
    local, offset = _read_moment(row)
    point = part(address, "coordinates")
    return Event(
        local,
        status,
        offset,
        code=code,
        text=plain(get("description"), 500),
        place=plain(get("location")) or read_place(address, "city", "state", "country"),
        rule=rule,
        point=read_point(point["latitude"], point.get("longitude")) if point.get("latitude") else None,
    )


def _read_successor(misc: dict[str, Any], number: str) -> Successor | None:
    """The number of the last mile, where it is another one at a carrier that we know."""
    local, carrier = word(misc, "local_number", limit=64), COVERS.ours(word(misc, "local_key"))
    return Successor(carrier, local) if carrier and local and local != number else None


def _read_moment(row: dict[str, Any]) -> Time:
    """The wall clock of a scan. Its offset is the carrier's only where `time_raw` holds one; 17TRACK guesses others."""
    raw = part(row, "time_raw")
    local = read_clock(raw.get("date"), raw.get("time"))
    if local is None:
        return Time(read_time(row.get("time_iso")).local, None)
    return Time(local, read_offset(raw.get("timezone")))
