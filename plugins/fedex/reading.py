"""Reads FedEx Track v1 answers, and pushes, which have the same shape. Names and signatures are left where they are.

Shape: developer.fedex.com, "Track by Tracking Number" and "Advanced Integrated Visibility".
"""

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
    Successor,
    Time,
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
TROUBLE = {"DE", "SE", "DY", "DD", "CD", "PD"}
DECISIVE = {"OC", "PU", "DP", "OD", "DL", "HL", "HP", "RS", "CA"}
"""Derived codes that outrank the scan code they stand beside; the others (IN, IT, DE, ...) only sum up."""
DONE = {Milestone.DELIVERED, Milestone.RETURNING, Milestone.RETURNED, Milestone.CANCELLED}
ESTIMATES = ("APPOINTMENT_DELIVERY", "ESTIMATED_DELIVERY")
BY_MAIL = {"SMART_POST", "FEDEX_GROUND_ECONOMY", "GROUND_ECONOMY"}
LAST_MILE = {"AX": "usps", "OX": "usps", "AC": "canadapost"}
MIDNIGHT, DAY_END = timedelta(0), timedelta(hours=23, minutes=59)
SILENCE = {"code": "NOT.FOUND", "message": "FedEx tells nothing about it"}
KINDS = (
    ("NOTFOUND", "not_found"),
    ("NOT.FOUND", "not_found"),
    ("INVALID", "invalid_number"),
    ("EMPTY", "invalid_number"),
    ("AUTHORIZED", "auth"),
    ("FORBIDDEN", "auth"),
    ("AUTHENTICATE", "auth"),
    ("LIMIT", "rate_limit"),
    ("TOO.MANY", "rate_limit"),
    ("BAD.REQUEST", "bad_request"),
)
"""Error codes are words with dots, and open-ended: what they hold tells the kind."""


def read_answer(data: object) -> Parsed:
    """What one decoded body says. Raises `BadPayload` where it has not the shape of an answer."""
    results: list[TrackingResult] = []
    errors: list[Problem] = []
    warnings: list[str] = []
    messages = [message for message in rows(data) if "output" in message or "errors" in message]
    if not messages:
        raise BadPayload("neither tracking results nor errors of FedEx")
    for message in messages:
        errors += [_problem(error, "") for error in rows(message, "errors")]
        for complete in rows(message, "output", "completeTrackResults"):
            number = word(complete, "trackingNumber", limit=64)
            journeys = rows(complete, "trackResults") or [{"error": SILENCE}]
            errors += [_problem(part(one, "error"), number) for one in journeys if word(one, "error", "code")]
            read = [_journey(one, number, warnings) for one in journeys if not word(one, "error", "code")]
            # One number may name several journeys (a reused number, a parcel sent on); the newest is told first.
            results += sorted(read, key=_newest, reverse=True)
    return Parsed(tuple(results), tuple(errors), tuple(warnings))


def _problem(error: dict[str, Any], number: str) -> Problem:
    code = word(error, "code", limit=80)
    kind = next((kind for piece, kind in KINDS if piece in code.upper()), "upstream")
    return Problem(kind, f"{code}: {word(error, 'message')}", number)


def _journey(one: dict[str, Any], number: str, warnings: list[str]) -> TrackingResult:
    scans = rows(one, "scanEvents") or [last for last in rows(one, "latestStatusDetail") if last.get("date")]
    events = tuple([_event(scan, warnings) for scan in scans])
    own = word(one, "trackingNumberInfo", "trackingNumber", limit=64)
    done = any(event.status.milestone in DONE for event in events)
    return TrackingResult(number or own, events, None if done else _window(one, warnings), _successor(one, scans))


def _newest(result: TrackingResult) -> datetime:
    return max((event.local for event in result.events if event.local), default=datetime.min)  # noqa: DTZ901


def _event(scan: dict[str, Any], warnings: list[str]) -> Event:
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
    name = f"{name} {cause}".strip() or derived
    local, offset = read_time(scan.get("date"))
    if local is None:
        told = plain(scan.get("date"), 40)
        local = read_clock(told[:10], told[11:19])
        warnings.append(f"scan {name} has no readable date" if local is None else f"scan {name} has an odd offset")
    return Event(
        local,
        status,
        offset,
        ZoneSource.UNKNOWN if offset is None else ZoneSource.CARRIER,
        name,
        f"{said}: {why}" if said and why and why != said else said or why,
        _place(part(scan.get("scanLocation"))),
        rule,
    )


def _place(where: dict[str, Any]) -> str:
    city = plain(where.get("city"), 80)
    pieces = (
        capwords(city) if city.isupper() else city,
        plain(where.get("stateOrProvinceCode"), 40),
        plain(where.get("countryCode"), 40),
    )
    return ", ".join([piece for piece in pieces if piece])


def _window(one: dict[str, Any], warnings: list[str]) -> Window | None:
    """When FedEx expects to deliver. What it once committed to (`COMMITMENT`) is no estimate."""
    told = part(one, "estimatedDeliveryTimeWindow", "window")
    begins, ends = read_time(told.get("begins")).local, read_time(told.get("ends")).local
    if begins and ends:
        if begins <= ends:
            return Window(begins, ends)
        warnings.append(f"expected delivery {begins} to {ends} makes no sense")
        return None
    times = {word(row, "type"): read_time(row.get("dateTime")) for row in rows(one, "dateAndTimes")}
    moment = ends or next((times[kind].local for kind in ESTIMATES if times.get(kind, Time(None, None)).local), None)
    if moment is None:
        return None
    day = moment.replace(hour=0, minute=0, second=0)
    return Window(day, day + (moment - day or DAY_END))


def _successor(one: dict[str, Any], scans: list[dict[str, Any]]) -> Successor | None:
    """The partner's number of the last mile, where it shows that the partner is the mail."""
    kind, carrier = word(one, "serviceDetail", "type"), word(one, "trackingNumberInfo", "carrierCode")
    partner = "usps" if kind in BY_MAIL or carrier == "FXSP" else ""
    partner = next((LAST_MILE[c] for scan in scans if (c := plain(scan.get("eventType"), 10)) in LAST_MILE), partner)
    for told in rows(one, "additionalTrackingInfo", "packageIdentifiers") if partner else ():
        number = word(told, "value", limit=64) or word(pick(told, "values", 0), limit=64)
        if word(told, "type") == "PARTNER_CARRIER_NUMBER" and number:
            return Successor(partner, number)
    return None
