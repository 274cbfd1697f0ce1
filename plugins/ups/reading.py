"""Reads UPS Track v1 answers and Track Alert messages. Names, signatures and photos are left where they are."""

from collections.abc import Iterator
from string import capwords
from typing import Any

from tracker.sdk import UNKNOWN, BadPayload, Event, Parsed, Problem, Successor, TrackingResult, ZoneSource, plain

from .clock import read_moment, read_offset
from .statuses import read_status
from .windows import alert_window, package_window

ERROR_KINDS = {
    "TW0001": "not_found",
    "TV1002": "invalid_number",
    "151018": "invalid_number",
    "151044": "not_found",
    "151062": "not_found",
    "10429": "rate_limit",
    "UJ0001": "auth",
    **dict.fromkeys(("250001", "250002", "250003", "250004", "250005", "250006", "250009"), "auth"),
}
MOST = 2000
"""More packages or activities than this in one answer are not read."""


def read_answer(data: object) -> Parsed:
    """What one decoded body says, whichever of UPS's shapes it has. Raises `BadPayload` where it has none of them."""
    reader = _Reader()
    for message in _dicts(data if isinstance(data, list) else [data]):
        reader.read(message)
    if not reader.recognised:
        raise BadPayload("neither a UPS tracking answer nor a Track Alert message")
    return Parsed(tuple(reader.results), tuple(reader.errors), tuple(reader.warnings))


class _Reader:
    def __init__(self) -> None:
        self.results: list[TrackingResult] = []
        self.errors: list[Problem] = []
        self.warnings: list[str] = []
        self.recognised = False

    def read(self, message: dict[str, Any]) -> None:
        if "trackResponse" in message:
            self._claim()
            for shipment in _dicts(_dict(message["trackResponse"]).get("shipment")):
                self._shipment(shipment)
        if "response" in message or "errors" in message:
            self._claim()
            self._problems(_dict(message.get("response", message)).get("errors"), "")
        if "activityStatus" in message or "localActivityDate" in message:
            self._claim()
            self._alert(message)
        if "invalidTrackingNumbers" in message or "validTrackingNumbers" in message:
            self._claim()
            self._refused(message.get("invalidTrackingNumbers"))

    def _claim(self) -> None:
        self.recognised = True

    def _shipment(self, shipment: dict[str, Any]) -> None:
        inquiry = plain(shipment.get("inquiryNumber"), 64)
        packages = list(_dicts(shipment.get("package")))
        for package in packages:
            self._package(package, inquiry)
        if packages:
            told = (f"{plain(w.get('code'))}: {plain(w.get('message'))}" for w in _dicts(shipment.get("warnings")))
            self.warnings += [f"UPS warns: {text}" for text in told]
        elif shipment.get("warnings"):
            self._problems(shipment["warnings"], inquiry)
        else:
            self.errors.append(Problem("not_found", "UPS tells nothing about it", inquiry))

    def _package(self, package: dict[str, Any], inquiry: str) -> None:
        number = plain(package.get("trackingNumber"), 64) or inquiry
        events = tuple(self._event(one, "") for one in _dicts(package.get("activity")))
        window, warning = package_window(package, events)
        if warning:
            self.warnings.append(warning)
        self.results.append(TrackingResult(number, events, window, _successor(package)))

    def _alert(self, message: dict[str, Any]) -> None:
        number = plain(message.get("trackingNumber"), 64)
        if not number:
            raise BadPayload("the Track Alert message has no trackingNumber")
        event = self._event(message, "Activity")
        window, warning = alert_window(message, event)
        if warning:
            self.warnings.append(warning)
        self.results.append(TrackingResult(number, (event,), window))

    def _event(self, one: dict[str, Any], infix: str) -> Event:
        """One scan. Answers name its fields `date`, `gmtDate`, alerts `localActivityDate`, `gmtActivityDate`."""
        date, time = ("localActivityDate", "localActivityTime") if infix else ("date", "time")
        said = _dict(one.get("activityStatus" if infix else "status"))
        code, kind, text = (plain(said.get(key)) for key in ("code", "type", "description"))
        detail = plain(said.get("descriptionCode" if infix else "statusCode"), 10)
        status = read_status(code, detail, kind, text)
        name = code or detail or kind
        if status is None:
            self.warnings.append(f"unknown UPS code {name or '(none)'}: {text}")
        local = read_moment(one.get(date), one.get(time))
        if local is None and (local := read_moment(one.get(date), "0")):
            self.warnings.append(f"scan {name} has no readable time; its day is kept")
        elif local is None:
            self.warnings.append(f"scan {name} has no readable date")
        gmt = read_moment(one.get(f"gmt{infix}Date"), one.get(f"gmt{infix}Time"))
        offset = read_offset(one, local, gmt) if local else None
        source = ZoneSource.UNKNOWN if offset is None else ZoneSource.CARRIER
        return Event(local, status or UNKNOWN, offset, source, name, text, _place(one))

    def _problems(self, rows: object, number: str) -> None:
        for row in _dicts(rows):
            code, message = plain(row.get("code"), 20), plain(row.get("message"))
            self.errors.append(Problem(ERROR_KINDS.get(code, "upstream"), f"{code}: {message}", number))

    def _refused(self, numbers: object) -> None:
        for number in numbers[:MOST] if isinstance(numbers, list) else ():
            self.errors.append(Problem("invalid_number", "UPS takes no subscription for it", plain(number, 64)))


def _place(one: dict[str, Any]) -> str:
    where = _dict(one.get("activityLocation")) or _dict(_dict(one.get("location")).get("address"))
    city = plain(where.get("city"), 80)
    # Alerts shout the city that answers write normally; the same scan must name the same place.
    city = capwords(city) if city.isupper() else city
    country = plain(where.get("countryCode"), 40) or plain(where.get("country"), 40)
    return ", ".join(part for part in (city, plain(where.get("stateProvince"), 40), country) if part)


def _successor(package: dict[str, Any]) -> Successor | None:
    for other in _dicts(package.get("alternateTrackingNumber")):
        number = plain(other.get("number"), 64)
        if plain(other.get("type")) == "USPS_PIC" and number:
            return Successor("usps", number)
    return None


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: object) -> Iterator[dict[str, Any]]:
    rows = value[:MOST] if isinstance(value, list) else [value]
    return (row for row in rows if isinstance(row, dict))
