"""Reads EasyPost's trackers: alone, in a list, and inside the events that it pushes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tracker.sdk import (
    NEVER,
    BadPayload,
    Covers,
    Event,
    Parsed,
    Payload,
    Problem,
    Problems,
    Time,
    TrackingResult,
    collect,
    find_names,
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
WORDS = load_vocabulary(HERE / "easypost.toml")
PROBLEMS = Problems(
    {
        "TRACKER.NOT_FOUND": "not_found", "NOT_FOUND": "not_found", "TRACKER.CREATE.ERROR": "bad_request",
        "TRACKER.INVALID_TRACKING_CODE": "invalid_number", "RATE_LIMITED": "rate_limit", "FORBIDDEN": "auth",
        "APIKEY.INACTIVE": "auth", "APIKEY.INVALID": "auth", "UNAUTHORIZED": "auth",
        "INTERNAL_SERVER_ERROR": "upstream",
    }
)  # fmt: skip


def read_answer(payload: Payload) -> Parsed:
    """All of one body; of the numbers that were asked for, those that it leaves out are not found."""
    return collect(_read_body(part(read_json(payload.body)), payload.numbers))


def _read_body(body: dict[str, Any], asked: tuple[str, ...]) -> Iterator[TrackingResult | Problem | str]:
    if fault := part(body, "error"):
        yield PROBLEMS.read(word(fault, "code"), word(fault, "message"))
        return
    if body.get("object") == "Event" or "description" in body:
        if word(body, "result", "object") != "Tracker":
            yield f"an event about something else: {word(body, 'description')}"
            return
        body = part(body, "result")
    if "trackers" not in body and not word(body, "tracking_code"):
        raise BadPayload("neither a tracker of EasyPost nor a list of them")
    trackers = rows(body, "trackers") if "trackers" in body else [body]
    results = [_read_tracker(tracker) for tracker in trackers if word(tracker, "tracking_code")]
    yield from results
    told = {result.number.casefold() for result in results}
    missing = (number for number in asked if number.casefold() not in told)
    yield from (Problem("not_found", "EasyPost has no tracker for it", number) for number in missing)


def _read_tracker(tracker: dict[str, Any]) -> TrackingResult:
    signer, due = word(tracker, "signed_by", limit=100), part(tracker, "carrier_detail")
    day, clock = word(due, "est_delivery_date_local"), word(due, "est_delivery_time_local")
    local = f"{day[:10]}T{clock}" if day and clock else day
    return TrackingResult(
        word(tracker, "tracking_code", limit=64),
        tuple(_read_event(row, signer) for row in rows(tracker, "tracking_details")),
        read_window(local) or read_window(word(tracker, "est_delivery_date")[:10]),
        carrier=COVERS.ours(word(tracker, "carrier")),
    )


def _read_event(row: dict[str, Any], signer: str) -> Event:
    get = row.get
    main, detail, text = plain(get("status")), plain(get("status_detail")), plain(get("message"), 500)
    status, rule = WORDS.read(main, detail)
    local, offset = _read_moment(row)
    return Event(
        local,
        status,
        offset,
        code=f"{main}/{detail}" if detail and detail != main else main,
        text=text or plain(get("description"), 500),
        place=read_place(get("tracking_location"), "city", "state", "country"),
        rule=rule,
        private=find_names(text, (signer,)),
    )


def _read_moment(row: dict[str, Any]) -> Time:
    """The wall clock of a scan, and its offset where EasyPost knows it.

    EasyPost gives times in the zone of their place, and puts `Z` behind those whose place it does not know (its
    documents of 2026): that `Z` says nothing.
    """
    told = (read_time(row.get(name), zulu=False) for name in ("datetime_local", "datetime"))
    return next((moment for moment in told if moment.local), NEVER)
