"""Purolator: tracking by its E-Ship web services, TrackingService 1.2 over SOAP.

Addresses and names of companies are left where they are.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar
from xml.sax.saxutils import escape

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    ApiCarrier,
    BadPayload,
    BaseUrl,
    Carrier,
    Context,
    Event,
    HttpAnswer,
    Parsed,
    Payload,
    Plugin,
    Problem,
    Problems,
    Query,
    Rules,
    TrackingResult,
    collect,
    hookimpl,
    load_formats,
    part,
    pick,
    read_clock,
    read_proof,
    read_xml,
    rows,
    word,
)

RULES = Rules.load(Path(__file__).with_name("statuses.toml"))
PROBLEMS = Problems(
    words={
        "auth": ["authori", "authenti", "user token", "credential"],
        "not_found": ["not found", "no tracking", "no package", "does not exist"],
        "invalid_number": ["invalid pin", "pin is invalid", "pin is not valid", "invalid tracking"],
        "rate_limit": ["too many", "limit exceeded"],
    },
    otherwise="upstream",
)
"""Purolator's codes are not published; its words tell what is meant."""
TO = "delivered to "
SERVICE = "http://purolator.com/pws/service/v1/TrackPackagesByPin"
ENVELOPE = """<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:p="http://purolator.com/pws/datatypes/v1">
<s:Header><p:RequestContext><p:Version>1.2</p:Version><p:Language>en</p:Language><p:GroupID/>\
<p:RequestReference>tracking</p:RequestReference><p:UserToken>{token}</p:UserToken></p:RequestContext></s:Header>
<s:Body><p:TrackPackagesByPinRequest><p:PINs><p:PIN><p:Value>{number}</p:Value></p:PIN></p:PINs>\
</p:TrackPackagesByPinRequest></s:Body></s:Envelope>"""


class PurolatorSettings(BaseModel):
    """A production key for the E-Ship web services (eship.purolator.com, web services and developer resources)."""

    key: str = Field(min_length=1, max_length=200, title="Production key")
    password: SecretStr = Field(min_length=1, max_length=200, title="Key password")
    user_token: SecretStr = Field(default=SecretStr(""), max_length=200, title="User token")
    base_url: BaseUrl = Field(default="https://webservices.purolator.com", title="Address of the web services")


PLUGIN = Plugin("purolator", "Purolator", "1.0.0", settings=PurolatorSettings)


class Purolator(ApiCarrier):
    id = "purolator"
    names: ClassVar = {"en": "Purolator"}
    countries = ("CA", "US")
    url = "https://www.purolator.com/en/shipping/tracker?pin={number}"
    formats = load_formats(Path(__file__).with_name("formats.toml"))
    explains = (500,)
    nobody = "329000000000"

    def ask(self, queries: Sequence[Query], ctx: Context) -> HttpAnswer:
        settings = ctx.settings_as(PurolatorSettings)
        token = escape(settings.user_token.get_secret_value())
        return ctx.worker_http().request(
            "POST",
            f"{settings.base_url}/PWS/V1/Tracking/TrackingService.asmx",
            headers={"Content-Type": "text/xml; charset=utf-8", "SOAPAction": SERVICE},
            auth=(settings.key, settings.password.get_secret_value()),
            body=ENVELOPE.format(token=token, number=queries[0].number).encode(),
        )

    def parse(self, payload: Payload) -> Parsed:
        envelope = part(read_xml(payload.body), "Envelope", "Body")
        told = pick(envelope, "TrackPackagesByPinResponse")
        if type(told) is dict:
            return collect(_read_answer(told, payload.number))
        if fault := part(envelope, "Fault"):
            return collect([PROBLEMS.read("", word(fault, "faultstring"), payload.number)])
        raise BadPayload("neither tracking information nor a fault of Purolator")


def _read_answer(told: dict[str, Any], asked: str) -> Iterator[TrackingResult | Problem]:
    problems = _read_problems(told, asked)
    yield from problems
    parcels = rows(told, "TrackingInformationList", "TrackingInformation")
    for info in parcels:
        number = word(info, "PIN", "Value", limit=64) or asked
        scans = rows(info, "Scans", "Scan")
        if events := tuple(map(_read_event, scans)):
            signatures = [read_proof("signature", pick(scan, "ScanDetails", "DeliverySignature")) for scan in scans]
            yield TrackingResult(number, events, proofs=tuple([one for one in signatures if one]))
        else:
            own = _read_problems(info, number)
            yield from own or [Problem("not_found", "Purolator tells no scan of it", number)]
    if not (parcels or problems):
        yield Problem("not_found", "Purolator tells nothing about it", asked)


def _read_problems(told: dict[str, Any], number: str) -> list[Problem]:
    return [
        PROBLEMS.read(
            word(error, "Code"), f"{word(error, 'Description')} {word(error, 'AdditionalInformation')}".strip(), number
        )
        for error in rows(told, "ResponseInformation", "Errors", "Error")
    ]


def _read_event(scan: dict[str, Any]) -> Event:
    """One scan: a wall clock of the depot, without offset. What stands behind "delivered to" is somebody's name."""
    code, text = word(scan, "ScanType", limit=60), word(scan, "Description", limit=300)
    at = text.lower().find(TO) if code == "Delivery" else -1
    said, who = (text[: at + len(TO)], (text[at + len(TO) :],)) if at >= 0 else (text, ())
    status, rule = RULES.read(text=said, code=code)
    local = read_clock(word(scan, "ScanDate"), word(scan, "ScanTime"))
    place = word(scan, "Depot", "Name", limit=120)
    return Event(local, status, code=code, text=text, place=place, rule=rule, private=who)


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [Purolator()]
