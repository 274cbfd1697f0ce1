"""Reads UPS Track v1 answers and Track Alert messages. Names, signatures and photos are left where they are.

Shapes: github.com/UPS-API/api-documentation, Tracking.yaml and UPSTrackAlert.yaml.
"""

from datetime import datetime, timedelta
from pathlib import Path
from string import capwords
from typing import Any, NamedTuple

from tracker.sdk import (
    BadPayload,
    Event,
    Parsed,
    Problem,
    Rules,
    Successor,
    TrackingResult,
    ZoneSource,
    offset_between,
    part,
    plain,
    read_offset,
    rows,
)

from .windows import alert_window, is_time, package_window, read_moment

RULES = Rules.load(Path(__file__).with_name("statuses.toml"))
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
"""More refused numbers than this in one answer are not read."""


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


def read_answer(data: object) -> Parsed:
    """What one decoded body says, whichever of UPS's shapes it has. Raises `BadPayload` where it has none of them."""
    reader = _Reader()
    known = [reader.read(message) for message in rows(data)]
    if not any(known):
        raise BadPayload("neither a UPS tracking answer nor a Track Alert message")
    return Parsed(tuple(reader.results), tuple(reader.errors), tuple(reader.warnings))


class _Reader:
    def __init__(self) -> None:
        self.results: list[TrackingResult] = []
        self.errors: list[Problem] = []
        self.warnings: list[str] = []

    def read(self, message: dict[str, Any]) -> bool:
        """Whether the message has a shape of UPS; what it says is added to the rest."""
        known = False
        if "trackResponse" in message:
            known = True
            for shipment in rows(message, "trackResponse", "shipment"):
                self._shipment(shipment)
        if "response" in message or "errors" in message:
            known = True
            self._problems(part(message.get("response", message)).get("errors"), "")
        if "activityStatus" in message or "localActivityDate" in message:
            known = True
            self._alert(message)
        if "invalidTrackingNumbers" in message or "validTrackingNumbers" in message:
            known = True
            self._refused(message.get("invalidTrackingNumbers"))
        return known

    def _shipment(self, shipment: dict[str, Any]) -> None:
        inquiry = plain(shipment.get("inquiryNumber"), 64)
        packages = rows(shipment, "package")
        for package in packages:
            self._package(package, inquiry)
        if packages:
            told = (f"{plain(w.get('code'))}: {plain(w.get('message'))}" for w in rows(shipment, "warnings"))
            self.warnings += [f"UPS warns: {text}" for text in told]
        elif shipment.get("warnings"):
            self._problems(shipment["warnings"], inquiry)
        else:
            self.errors.append(Problem("not_found", "UPS tells nothing about it", inquiry))

    def _package(self, package: dict[str, Any], inquiry: str) -> None:
        number = plain(package.get("trackingNumber"), 64) or inquiry
        events = tuple([self._event(one, SCAN) for one in rows(package, "activity")])
        window, warning = package_window(package, events)
        if warning:
            self.warnings.append(warning)
        self.results.append(TrackingResult(number, events, window, _successor(package)))

    def _alert(self, message: dict[str, Any]) -> None:
        number = plain(message.get("trackingNumber"), 64)
        if not number:
            raise BadPayload("the Track Alert message has no trackingNumber")
        event = self._event(message, ALERT)
        window, warning = alert_window(message, event)
        if warning:
            self.warnings.append(warning)
        self.results.append(TrackingResult(number, (event,), window))

    def _event(self, one: dict[str, Any], names: Fields) -> Event:
        said = part(one.get(names.status))
        code, kind, text = plain(said.get("code")), plain(said.get("type")), plain(said.get("description"))
        detail = plain(said.get(names.detail), 10)
        status, rule = RULES.read(
            back=f"{kind} {text}", scan=f"{kind} {code}", code=code, detail=detail.zfill(3), wording=text, type=kind,
            text=text,
        )  # fmt: skip
        local = read_moment(one.get(names.date), one.get(names.time))
        name = code or detail or kind
        if local is None:
            self.warnings.append(f"scan {name} has no readable date")
        elif not (local.hour or local.minute or local.second or is_time(one.get(names.time))):
            self.warnings.append(f"scan {name} has no readable time; its day is kept")
        offset = _offset(one, names, local) if local else None
        source = ZoneSource.UNKNOWN if offset is None else ZoneSource.CARRIER
        return Event(local, status, offset, source, name, text, _place(one), rule)

    def _problems(self, told: object, number: str) -> None:
        for row in rows(told):
            code, message = plain(row.get("code"), 20), plain(row.get("message"))
            self.errors.append(Problem(ERROR_KINDS.get(code, "upstream"), f"{code}: {message}", number))

    def _refused(self, numbers: object) -> None:
        for number in numbers[:MOST] if isinstance(numbers, list) else ():
            self.errors.append(Problem("invalid_number", "UPS takes no subscription for it", plain(number, 64)))


def _offset(one: dict[str, Any], names: Fields, local: datetime) -> timedelta | None:
    """What UPS says the offset is, else what its local and GMT clocks differ by."""
    if told := plain(one.get("gmtOffset"), 10):
        return read_offset(told)
    return offset_between(local, read_moment(one.get(names.gmt_date), one.get(names.gmt_time)))


def _place(one: dict[str, Any]) -> str:
    where = part(one.get("activityLocation")) or part(one, "location", "address")
    city = plain(where.get("city"), 80)
    # Alerts shout the city that answers write normally; the same scan must name the same place.
    city = capwords(city) if city.isupper() else city
    country = plain(where.get("countryCode"), 40) or plain(where.get("country"), 40)
    return ", ".join([one for one in (city, plain(where.get("stateProvince"), 40), country) if one])


def _successor(package: dict[str, Any]) -> Successor | None:
    """The number of the last mile by mail (SurePost, Mail Innovations): there UPS never says that it was delivered."""
    for other in rows(package, "alternateTrackingNumber"):
        number = plain(other.get("number"), 64)
        if plain(other.get("type")) == "USPS_PIC" and number:
            return Successor("usps", number)
    return None
