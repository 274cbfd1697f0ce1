"""Reads FedEx Track v1 answers, and pushes, which have the same shape. Names and signatures are left where they are.

Shape: developer.fedex.com, "Track by Tracking Number" and "Advanced Integrated Visibility".
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from tracker.sdk import (
    BadPayload,
    Event,
    Parsed,
    Payload,
    Pickup,
    Problem,
    Problems,
    Rules,
    Successor,
    Time,
    TrackingResult,
    Window,
    collect,
    part,
    pick,
    plain,
    read_clock,
    read_json,
    read_place,
    read_time,
    read_window,
    rows,
    word,
)

RULES = Rules.load(Path(__file__).with_name("statuses.toml"))
PROBLEMS = Problems(
    words={
        "not_found": ["NOTFOUND", "NOT.FOUND"],
        "invalid_number": ["INVALID", "EMPTY"],
        "auth": ["AUTHORIZED", "FORBIDDEN", "AUTHENTICATE"],
        "rate_limit": ["LIMIT", "TOO.MANY"],
        "bad_request": ["BAD.REQUEST"],
    },
    otherwise="upstream",
)
"""Error codes are words with dots, and open-ended: what they hold tells the kind."""
SILENCE = "FedEx tells nothing about it"
TROUBLE = {"DE", "SE", "DY", "DD", "CD", "PD"}
DECISIVE = {"OC", "PU", "DP", "OD", "DL", "HL", "HP", "RS", "CA"}
"""Derived codes that outrank the scan code they stand beside; the others (IN, IT, DE, ...) only sum up."""
ESTIMATES = ("APPOINTMENT_DELIVERY", "ESTIMATED_DELIVERY")
BY_MAIL = {"SMART_POST", "FEDEX_GROUND_ECONOMY", "GROUND_ECONOMY"}
LAST_MILE = {"AX": "usps", "OX": "usps", "AC": "canadapost"}


def read_answer(payload: Payload) -> Parsed:
    """What one answer or push says. Raises `BadPayload` where it has not the shape of either."""
    messages = [one for one in rows(read_json(payload.body)) if "output" in one or "errors" in one]
    if not messages:
        raise BadPayload("neither tracking results nor errors of FedEx")
    return collect(found for message in messages for found in _read_message(message))


def _read_message(message: dict[str, Any]) -> Iterator[TrackingResult | Problem]:
    for error in rows(message, "errors"):
        yield _read_problem(error, "")
    for complete in rows(message, "output", "completeTrackResults"):
        number, journeys = word(complete, "trackingNumber", limit=64), rows(complete, "trackResults")
        if not journeys:
            yield Problem("not_found", SILENCE, number)
        faults = [fault for one in journeys if word(fault := part(one, "error"), "code")]
        yield from (_read_problem(fault, number) for fault in faults)
        read = [_read_journey(one, number) for one in journeys if not word(one, "error", "code")]
        # One number may name several journeys (a reused number, a parcel sent on); the newest is told first.
        yield from sorted(read, key=_newest, reverse=True)


def _read_problem(error: dict[str, Any], number: str) -> Problem:
    return PROBLEMS.read(word(error, "code", limit=80), word(error, "message"), number)


def _read_journey(one: dict[str, Any], number: str) -> TrackingResult:
    scans = rows(one, "scanEvents") or [last for last in rows(one, "latestStatusDetail") if last.get("date")]
    own = word(one, "trackingNumberInfo", "trackingNumber", limit=64)
    events, window, successor = tuple(map(_read_event, scans)), _read_window(one), _read_successor(one, scans)
    held = part(one, "holdAtLocation", "locationContactAndAddress") if "holdAtLocation" in one else None
    return TrackingResult(number or own, events, window, successor, pickup=_read_pickup(held) if held else None)


def _read_pickup(held: dict[str, Any]) -> Pickup:
    """Where FedEx holds it to be collected: a shop's name and its street."""
    address, streets = part(held, "address"), pick(held, "address", "streetLines")
    street = ", ".join(filter(None, map(plain, streets if isinstance(streets, list) else ())))
    town = read_place(address, "city", "stateOrProvinceCode", shouted=True)
    where = ", ".join(filter(None, (street, f"{town} {word(address, 'postalCode', limit=20)}".strip())))
    return Pickup(word(held, "contact", "companyName") or "FedEx", where)


def _newest(result: TrackingResult) -> datetime:
    return max((event.local for event in result.events if event.local), default=datetime.min)  # noqa: DTZ901


def _read_event(scan: dict[str, Any]) -> Event:
    event, derived = plain(scan.get("eventType"), 10), plain(scan.get("derivedStatusCode"), 10)
    cause, why = plain(scan.get("exceptionCode"), 10), plain(scan.get("exceptionDescription"))
    said = plain(scan.get("eventDescription")) or plain(scan.get("derivedStatus"))
    code, name = event, event
    if derived in DECISIVE and derived != event:
        code, name = derived, f"{event}/{derived}" if event else derived
    trouble = code in TROUBLE
    status, rule = RULES.read(
        cause=cause if trouble else "", why=why if trouble else "", code=code, derived=derived, text=said
    )
    local, offset = _read_moment(scan.get("date"))
    text = f"{said}: {why}" if said and why and why != said else said or why
    place = read_place(scan.get("scanLocation"), "city", "stateOrProvinceCode", "countryCode", shouted=True)
    return Event(local, status, offset, code=f"{name} {cause}".strip() or derived, text=text, place=place, rule=rule)


def _read_moment(value: object) -> Time:
    """A wall clock with its offset; the clock alone where the offset is one that no place keeps."""
    moment, told = read_time(value), plain(value, 40)
    return moment if moment.local else Time(read_clock(told[:10], told[11:19]), None)


def _read_window(one: dict[str, Any]) -> Window | None:
    """When FedEx expects to deliver. What it once committed to (`COMMITMENT`) is no estimate."""
    told = part(one, "estimatedDeliveryTimeWindow", "window")
    times = {word(row, "type"): row.get("dateTime") for row in rows(one, "dateAndTimes")}
    ends = (read_time(end).local for end in (told.get("ends"), *map(times.get, ESTIMATES)))
    return read_window(next(filter(None, ends), None), told.get("begins"))


def _read_successor(one: dict[str, Any], scans: list[dict[str, Any]]) -> Successor | None:
    """The partner's number of the last mile, where it shows that the partner is the mail."""
    kind, carrier = word(one, "serviceDetail", "type"), word(one, "trackingNumberInfo", "carrierCode")
    partner = "usps" if kind in BY_MAIL or carrier == "FXSP" else ""
    partner = next((LAST_MILE[c] for scan in scans if (c := plain(scan.get("eventType"), 10)) in LAST_MILE), partner)
    for told in rows(one, "additionalTrackingInfo", "packageIdentifiers") if partner else ():
        number = word(told, "value", limit=64) or word(pick(told, "values", 0), limit=64)
        if word(told, "type") == "PARTNER_CARRIER_NUMBER" and number:
            return Successor(partner, number)
    return None
