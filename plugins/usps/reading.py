"""Reads Tracking API answers of USPS (v3 and v3r2) and its pushes. Who signed ("name") is left where it is.

Shapes: developers.usps.com, "Tracking" and "Subscriptions - Tracking". A v3 answer is one object; a v3r2 answer is a
list of such objects and of errors, one for each number in the order of the question; a push holds one as a text.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from string import capwords
from typing import Any

from tracker.sdk import (
    BadPayload,
    Event,
    Milestone,
    Parsed,
    Problem,
    Rules,
    TrackingResult,
    Window,
    ZoneSource,
    offset_between,
    part,
    pick,
    plain,
    read_clock,
    read_json,
    read_offset,
    read_time,
    rows,
    word,
)

RULES = Rules.load(Path(__file__).with_name("statuses.toml"))
ERROR_KINDS = {
    "150001": "not_found",
    "404": "not_found",
    "400": "invalid_number",
    "401": "auth",
    "403": "auth",
    "invalid_client": "auth",
    "invalid_token": "auth",
    "unauthorized_client": "auth",
    "insufficient_scope": "auth",
    "429": "rate_limit",
}
NOT_YET = ("not yet available", "could not locate", "not found", "no record")
DONE = {Milestone.DELIVERED, Milestone.RETURNING, Milestone.RETURNED, Milestone.CANCELLED}
ESTIMATES = ("expectedDelivery", "predictedDelivery", "guaranteedDelivery")
EASTERNMOST = timedelta(hours=10)
"""Guam. A clock of the USA that seems farther east stands beside a GMT clock with the wrong day."""
DAY_END = "23:59"
MOST = 1000
"""More numbers than this in one answer are not read."""


def read_answer(data: object, asked: Sequence[str]) -> Parsed:
    """What one decoded body says of the numbers asked for. Raises `BadPayload` where it has none of these shapes."""
    entries = data[:MOST] if isinstance(data, list) else [_unwrap(part(data))]
    reader = _Reader()
    known = [reader.read(part(one), asked[at] if len(entries) == len(asked) else "") for at, one in enumerate(entries)]
    if not any(known):
        raise BadPayload("neither tracking nor an error of USPS")
    return Parsed(tuple(reader.results), tuple(reader.errors), tuple(reader.warnings))


def _unwrap(told: dict[str, Any]) -> dict[str, Any]:
    """What a push holds, as a text or plainly, and nothing that stands beside it; what is no push is that itself."""
    if "payload" not in told:
        return told
    payload = told["payload"]
    if isinstance(payload, str):
        payload = read_json(payload.encode("utf-8", "surrogatepass"))
    return part(payload)


class _Reader:
    def __init__(self) -> None:
        self.results: list[TrackingResult] = []
        self.errors: list[Problem] = []
        self.warnings: list[str] = []

    def read(self, told: dict[str, Any], asked: str) -> bool:
        """Whether it is one number's tracking or its error; what it says is added to the rest."""
        number = word(told, "trackingNumber", limit=64) or asked
        if told.get("error"):
            self.errors.append(_problem(told, number))
            return True
        if "trackingEvents" not in told and not told.get("trackingNumber"):
            return False
        events = tuple([self._event(one) for one in rows(told, "trackingEvents")])
        window = None if any(event.status.milestone in DONE for event in events) else self._window(told)
        self.results.append(TrackingResult(number, events, window))
        return True

    def _event(self, one: dict[str, Any]) -> Event:
        code, text = plain(one.get("eventCode"), 20), plain(one.get("eventType"))
        status, rule = RULES.read(wording=text, code=code, text=text)
        local, offset = _moment(one)
        if local is None:
            self.warnings.append(f"scan {code or text} has no readable date")
        source = ZoneSource.UNKNOWN if offset is None else ZoneSource.CARRIER
        return Event(local, status, offset, source, code, text, _place(one), rule)

    def _window(self, told: dict[str, Any]) -> Window | None:
        """The expected day, with hours where USPS tells them. Old answers tell it flat, new ones in a part."""
        fields: Mapping[str, Any] = {**told, **part(told, "deliveryDateExpectation")}
        names = [name + ending for name in ESTIMATES for ending in ("Date", "TimeStamp", "Time")]
        stated = next((text for name in names if (text := plain(fields.get(name), 40))), "")
        if not stated:
            return None
        moment = read_time(stated).local
        start = _hour(fields.get("predictedDeliveryWindowStartTime")) or "0"
        end = _hour(fields.get("predictedDeliveryWindowEndTime")) or _hour(fields.get("endOfDay")) or DAY_END
        if moment and (moment.hour or moment.minute):
            end = moment.strftime("%H:%M")
        earliest, latest = read_clock(stated, start), read_clock(stated, end)
        if earliest is None or latest is None or latest < earliest:
            self.warnings.append(f"expected delivery {stated} {start}-{end} makes no sense")
            return None
        return Window(earliest, latest)


def _moment(one: dict[str, Any]) -> tuple[datetime | None, timedelta | None]:
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


def _hour(value: object) -> str:
    """A time of day, alone or behind a date."""
    return plain(value, 40).rpartition("T")[2]


def _place(one: dict[str, Any]) -> str:
    city, state = plain(one.get("eventCity"), 80), plain(one.get("eventState"), 40)
    country = plain(one.get("eventCountry"), 60)
    # Facilities ("CHICAGO IL DISTRIBUTION CENTER") stand without a state; they stay as they are.
    city = capwords(city) if city.isupper() and (state or country) else city
    country = capwords(country) if len(country) > 3 and country.isupper() else country
    return ", ".join([piece for piece in (city, state, country) if piece])


def _problem(told: dict[str, Any], number: str) -> Problem:
    error = told["error"]
    first = part(pick(error, "errors", 0))
    codes = [word(first, "code"), word(first, "status"), word(error, "code"), word(told, "statusCode"), word(error)]
    texts = [word(first, "detail"), word(first, "title"), word(error, "message"), word(told, "error_description")]
    code, text = next((one for one in codes if one), ""), next((one for one in texts if one), "")
    if any(words in text.lower() for words in NOT_YET):
        return Problem("not_found", f"{code}: {text}", number)
    kind = next((ERROR_KINDS[one] for one in codes if one in ERROR_KINDS), "upstream")
    if kind == "invalid_number" and not number:
        kind = "bad_request"  # a refused question about many numbers names none of them
    return Problem(kind, f"{code}: {text}", number)
