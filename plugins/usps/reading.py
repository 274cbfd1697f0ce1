"""Reads Tracking API answers of USPS (v3 and v3r2) and its pushes. Who signed ("name") is left where it is.

Shapes: developers.usps.com, "Tracking" and "Subscriptions - Tracking". A v3 answer is one object; a v3r2 answer is a
list of such objects and of errors, one for each number in the order of the question; a push holds one as a text.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from string import capwords
from typing import Any

from tracker.sdk import (
    Event,
    Parsed,
    Payload,
    Problem,
    Problems,
    Rules,
    TrackingResult,
    Window,
    collect,
    offset_between,
    part,
    pick,
    plain,
    read_clock,
    read_json,
    read_offset,
    read_time,
    read_window,
    rows,
    word,
)

RULES = Rules.load(Path(__file__).with_name("statuses.toml"))
CODES = {
    "150001": "not_found",
    "400": "invalid_number",
    **dict.fromkeys(["invalid_client", "invalid_token", "unauthorized_client", "insufficient_scope"], "auth"),
    **{"401": "auth", "403": "auth", "404": "not_found", "429": "rate_limit"},
}
NOT_YET = ["not yet available", "could not locate", "not found", "no record"]
PROBLEMS = Problems(CODES, {"not_found": NOT_YET}, otherwise="upstream")
ESTIMATES = ("expectedDelivery", "predictedDelivery", "guaranteedDelivery")
EASTERNMOST = timedelta(hours=10)
"""Guam. A clock of the USA that seems farther east stands beside a GMT clock with the wrong day."""
MOST = 1000
"""More numbers than this in one answer are not read."""


def read_answer(payload: Payload) -> Parsed:
    """What one body says of the numbers asked for. Raises `BadPayload` where it has none of these shapes."""
    data = read_json(payload.body)
    entries = data[:MOST] if isinstance(data, list) else [_unwrap(part(data))]
    return collect(_read_entries(entries, payload.numbers), "neither tracking nor an error of USPS")


def _unwrap(told: dict[str, Any]) -> dict[str, Any]:
    """What a push holds, as a text or plainly; what is no push is that itself."""
    payload = told.get("payload")
    if isinstance(payload, str):
        payload = read_json(payload.encode("utf-8", "surrogatepass"))
    return part(payload) or told


def _read_entries(entries: Sequence[Any], asked: Sequence[str]) -> Iterator[TrackingResult | Problem]:
    numbers = asked if len(asked) == len(entries) else [""] * len(entries)
    for told, number in zip(map(part, entries), numbers, strict=True):
        own = word(told, "trackingNumber", limit=64) or number
        if told.get("error"):
            yield _read_problem(told, own)
        elif "trackingEvents" in told or told.get("trackingNumber"):
            events = tuple([_read_event(one) for one in rows(told, "trackingEvents")])
            yield TrackingResult(own, events, _read_window(told))


def _read_problem(told: dict[str, Any], number: str) -> Problem:
    error = told["error"]
    first = part(pick(error, "errors", 0))
    codes = [word(first, "code"), word(first, "status"), word(error, "code"), word(told, "statusCode"), word(error)]
    texts = [word(first, "detail"), word(first, "title"), word(error, "message"), word(told, "error_description")]
    code = next((one for one in codes if one in CODES), "") or next(filter(None, codes), "")
    problem = PROBLEMS.read(code, next(filter(None, texts), ""), number)
    if problem.kind == "invalid_number" and not number:  # a refused question about many numbers names none of them
        return replace(problem, kind="bad_request")
    return problem


def _read_event(one: dict[str, Any]) -> Event:
    code, text = plain(one.get("eventCode"), 20), plain(one.get("eventType"))
    status, rule = RULES.read(wording=text, code=code, text=text)
    local, offset = _read_moment(one)
    return Event(local, status, offset, code=code, text=text, place=_read_place(one), rule=rule)


def _read_window(told: dict[str, Any]) -> Window | None:
    """The expected day, with hours where USPS tells them. Old answers tell it flat, new ones in a part."""
    fields = {**told, **part(told, "deliveryDateExpectation")}
    names = (name + ending for name in ESTIMATES for ending in ("Date", "TimeStamp", "Time"))
    stated = next((text for name in names if (text := plain(fields.get(name), 40))), "")
    moment = read_time(stated).local
    start, end, closing = (
        plain(fields.get(name), 40).rpartition("T")[2]  # a time of day, alone or behind a date
        for name in ("predictedDeliveryWindowStartTime", "predictedDeliveryWindowEndTime", "endOfDay")
    )
    told_time = moment is not None and bool(moment.hour or moment.minute)
    return read_window(moment if told_time else read_clock(stated, end or closing), read_clock(stated, start))


def _read_moment(one: dict[str, Any]) -> tuple[datetime | None, timedelta | None]:
    """The wall clock and its offset. GMTTimestamp has a wrong day at times, so that GMTOffset is believed before it."""
    local = read_time(one.get("eventTimestamp")).local  # a Z behind it would be no zone: it is the local time
    offset = read_offset(one.get("GMTOffset"))
    if local is not None and offset is not None:
        return local, offset
    gmt = read_time(one.get("GMTTimestamp")).local
    if gmt is None:
        return local, None
    if local is None:
        return _from_gmt(gmt, offset or timedelta(0))
    offset = offset_between(local.replace(second=0), gmt.replace(second=0))
    return local, offset if offset is None or offset <= EASTERNMOST or one.get("eventCountry") else None


def _from_gmt(gmt: datetime, offset: timedelta) -> tuple[datetime | None, timedelta | None]:
    try:
        return gmt + offset, offset
    except OverflowError:  # the first or the last day of the calendar
        return None, None


def _read_place(one: dict[str, Any]) -> str:
    city, state = plain(one.get("eventCity"), 80), plain(one.get("eventState"), 40)
    country = plain(one.get("eventCountry"), 60)
    # Facilities ("CHICAGO IL DISTRIBUTION CENTER") stand without a state; they stay as they are.
    city = capwords(city) if city.isupper() and (state or country) else city
    country = capwords(country) if len(country) > 3 and country.isupper() else country
    return ", ".join([piece for piece in (city, state, country) if piece])
