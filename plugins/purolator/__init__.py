"""Purolator: tracking by its E-Ship web services, TrackingService 1.2 over SOAP."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar
from xml.sax.saxutils import escape

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    ApiUrl,
    AuthFailed,
    Carrier,
    Context,
    Parsed,
    Payload,
    Plugin,
    Query,
    check,
    hookimpl,
    load_formats,
)

from .reading import read_answer

SERVICE = "http://purolator.com/pws/service/v1/TrackPackagesByPin"
ENVELOPE = """<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:p="http://purolator.com/pws/datatypes/v1">
<s:Header><p:RequestContext><p:Version>1.2</p:Version><p:Language>en</p:Language><p:GroupID/>\
<p:RequestReference>tracking</p:RequestReference><p:UserToken>{token}</p:UserToken></p:RequestContext></s:Header>
<s:Body><p:TrackPackagesByPinRequest><p:PINs><p:PIN><p:Value>{number}</p:Value></p:PIN></p:PINs>\
</p:TrackPackagesByPinRequest></s:Body></s:Envelope>"""
NOBODYS = "329000000000"
"""A number of the right shape to prove credentials with; who asks for it learns nothing about anybody."""


class PurolatorSettings(BaseModel):
    """A production key for the E-Ship web services (eship.purolator.com, web services and developer resources)."""

    key: str = Field(min_length=1, max_length=200, title="Production key")
    password: SecretStr = Field(min_length=1, max_length=200, title="Key password")
    user_token: SecretStr = Field(default=SecretStr(""), max_length=200, title="User token")
    base_url: ApiUrl = Field(default="https://webservices.purolator.com", title="Address of the web services")


PLUGIN = Plugin("purolator", "Purolator", "1.0.0", settings=PurolatorSettings)


class Purolator(Carrier):
    id = "purolator"
    names: ClassVar = {"en": "Purolator"}
    countries = ("CA", "US")
    url = "https://www.purolator.com/en/shipping/tracker?pin={number}"
    formats = load_formats(Path(__file__).with_name("formats.toml"))
    polls = True

    def parse(self, payload: Payload) -> Parsed:
        return read_answer(payload.body, payload.numbers[0] if payload.numbers else "")

    def fetch(self, queries: Sequence[Query], ctx: Context) -> Iterable[Payload]:
        for query in queries:
            body = _ask(query.number, ctx)
            problems = read_answer(body, query.number).errors
            if refused := next((problem for problem in problems if problem.kind == "auth"), None):
                raise AuthFailed(f"Purolator refused the account: {refused.detail}")
            yield Payload(body, "text/xml", numbers=(query.number,))

    def probe(self, ctx: Context) -> None:
        list(self.fetch([Query(NOBODYS)], ctx))


def _ask(number: str, ctx: Context) -> bytes:
    settings = ctx.settings
    assert isinstance(settings, PurolatorSettings)
    token = escape(settings.user_token.get_secret_value())
    answer = ctx.worker_http().request(
        "POST",
        f"{settings.base_url.rstrip('/')}/PWS/V1/Tracking/TrackingService.asmx",
        headers={"Content-Type": "text/xml; charset=utf-8", "SOAPAction": SERVICE},
        auth=(settings.key, settings.password.get_secret_value()),
        body=ENVELOPE.format(token=token, number=escape(number)).encode(),
    )
    return (answer if answer.status == 500 and b"Fault" in answer.body else check(answer)).body


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [Purolator()]
