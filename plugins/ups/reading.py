"""Reads UPS Track v1 answers and Track Alert messages. Names are left where they are.

Shapes: github.com/UPS-API/api-documentation, Tracking.yaml and UPSTrackAlert.yaml.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from tracker.sdk import (
    BadPayload,
    Event,
    Parsed,
    Payload,
    Problem,
    Problems,
    Proof,
    Rules,
    Successor,
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
    read_place,
    read_proof,
    read_window,
    rows,
)

RULES = Rules.load(Path(__file__).with_name("statuses.toml"))
PROBLEMS = Problems(
    {
        **dict.fromkeys(["TW0001", "151044", "151062"], "not_found"),
        **dict.fromkeys(["TV1002", "151018"], "invalid_number"),
        **dict.fromkeys(["UJ0001", "250001", "250002", "250003", "250004", "250005", "250006", "250009"], "auth"),
        "10429": "rate_limit",
    },
    otherwise="upstream",
)
KEYS = {
    "trackResponse", "response", "errors", "activityStatus", "localActivityDate", "validTrackingNumbers",
    "invalidTrackingNumbers",
}  # fmt: skip
"""What tells the messages of UPS from any other."""
MOST = 2000
"""More refused numbers than this in one answer are not read."""
STALE = timedelta(days=60)
"""An expected day this long before the newest scan says nothing about this journey."""
WITH_START, WITH_END = ("EDW", "CDW", "IDW"), ("EDW", "CDW", "IDW", "CMT")


class Fields(NamedTuple):
    """How a scan names its fields, which differs between answers and alerts."""

    date: str
    time: str
    gmt_date: str
    gmt_time: str
    status: str
    detail: str


SCAN = Fields("date", "time", "gmtDate", "gmtTime", "status", "statusCode")
ALERT = Fields(
    "localActivityDate", "localActivityTime", "gmtActivityDate", "gmtActivityTime", "activityStatus", "descriptionCode"
)
Found = Iterator[TrackingResult | Problem | str]


def read_answer(payload: Payload) -> Parsed:
    """What one body says, whichever of UPS's shapes it has. Raises `BadPayload` where it has none of them."""
    messages = [one for one in rows(read_json(payload.body)) if not KEYS.isdisjoint(one)]
    if not messages:
        raise BadPayload("neither a UPS tracking answer nor a Track Alert message")
    return collect(found for message in messages for found in _read_message(message))


def _read_message(message: dict[str, Any]) -> Found:
    for shipment in rows(message, "trackResponse", "shipment"):
        yield from _read_shipment(shipment)
    yield from _read_problems(part(message.get("response", message)).get("errors"), "")
    if "activityStatus" in message or "localActivityDate" in message:
        yield _read_alert(message)
    refused = message.get("invalidTrackingNumbers")
    for number in refused[:MOST] if isinstance(refused, list) else ():
        yield Problem("invalid_number", "UPS takes no subscription for it", plain(number, 64))


def _read_shipment(shipment: dict[str, Any]) -> Found:
    inquiry, packages = plain(shipment.get("inquiryNumber"), 64), rows(shipment, "package")
    for package in packages:
        yield _read_package(package, inquiry)
    if packages:
        for told in rows(shipment, "warnings"):
            yield f"UPS warns: {plain(told.get('code'))}: {plain(told.get('message'))}"
    elif shipment.get("warnings"):
        yield from _read_problems(shipment["warnings"], inquiry)
    else:
        yield Problem("not_found", "UPS tells nothing about it", inquiry)


def _read_problems(told: object, number: str) -> Iterator[Problem]:
    return (PROBLEMS.read(plain(row.get("code"), 20), plain(row.get("message")), number) for row in rows(told))


def _read_package(package: dict[str, Any], inquiry: str) -> TrackingResult:
    number = plain(package.get("trackingNumber"), 64) or inquiry
    events = tuple([_read_event(one, SCAN) for one in rows(package, "activity")])
    dates = {plain(row.get("type")): row.get("date") for row in rows(package, "deliveryDate")}
    hours = part(package, "deliveryTime")
    kind = plain(hours.get("type"))
    start = hours.get("startTime") if kind in WITH_START else ""
    end = hours.get("endTime") if kind in WITH_END else ""
    window = _read_window(dates.get("RDD") or dates.get("SDD"), start, end, events)
    proofs = _read_proofs(package["deliveryInformation"]) if "deliveryInformation" in package else ()
    return TrackingResult(number, events, window, _read_successor(package), proofs=proofs)


def _read_proofs(told: object) -> tuple[Proof, ...]:
    pictures = (("photo", pick(told, "deliveryPhoto", "photo")), ("signature", pick(told, "signature", "image")))
    return tuple([proof for kind, one in pictures if one and (proof := read_proof(kind, one))])


def _read_alert(message: dict[str, Any]) -> TrackingResult:
    number = plain(message.get("trackingNumber"), 64)
    if not number:
        raise BadPayload("the Track Alert message has no trackingNumber")
    event = _read_event(message, ALERT)
    times = (message.get("deliveryStartTime"), message.get("deliveryEndTime"))
    return TrackingResult(number, (event,), _read_window(message.get("scheduledDeliveryDate"), *times, [event]))


def _read_event(one: dict[str, Any], names: Fields) -> Event:
    said = part(one.get(names.status))
    code, kind, text = plain(said.get("code")), plain(said.get("type")), plain(said.get("description"))
    detail = plain(said.get(names.detail), 10)
    status, rule = RULES.read(
        back=f"{kind} {text}", scan=f"{kind} {code}", code=code, detail=detail.zfill(3), wording=text, type=kind,
        text=text,
    )  # fmt: skip
    local = read_moment(one.get(names.date), one.get(names.time))
    offset = _read_offset(one, names, local)
    return Event(local, status, offset, code=code or detail or kind, text=text, place=_read_place(one), rule=rule)


def read_moment(date: object, time: object) -> datetime | None:
    """A wall clock from YYYYMMDD and HHMMSS, hyphens and colons allowed; the day alone where the time is none.

    UPS sends some times as numbers and so loses leading zeros.
    """
    clock = time if isinstance(time, str) else plain(time, 20)
    return read_clock(date, clock.zfill(6) if clock.isdigit() else clock)


def _read_offset(one: dict[str, Any], names: Fields, local: datetime | None) -> timedelta | None:
    """What UPS says the offset is, else what its local and GMT clocks differ by."""
    if local is None:
        return None
    if told := plain(one.get("gmtOffset"), 10):
        return read_offset(told)
    return offset_between(local, read_moment(one.get(names.gmt_date), one.get(names.gmt_time)))


def _read_place(one: dict[str, Any]) -> str:
    """Alerts shout the city that answers write normally; the same scan must name the same place."""
    where = part(one.get("activityLocation")) or part(one, "location", "address")
    country = "countryCode" if where.get("countryCode") else "country"
    return read_place(where, "city", "stateProvince", country, shouted=True)


def _read_window(day: object, start: object, end: object, events: Sequence[Event]) -> Window | None:
    window = read_window(read_moment(day, end), read_moment(day, start))
    newest = max((event.local for event in events if event.local), default=datetime.min)  # noqa: DTZ901
    return window if window and (newest <= window.latest or newest - window.latest <= STALE) else None


def _read_successor(package: dict[str, Any]) -> Successor | None:
    """The number of the last mile by mail (SurePost, Mail Innovations): there UPS never says that it was delivered."""
    for other in rows(package, "alternateTrackingNumber"):
        number = plain(other.get("number"), 64)
        if plain(other.get("type")) == "USPS_PIC" and number:
            return Successor("usps", number)
    return None
