"""Acme Parcels: asked by number."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    ApiUrl,
    BadPayload,
    Carrier,
    Context,
    Event,
    HttpAnswer,
    NumberFormat,
    Parsed,
    Payload,
    Plugin,
    Problem,
    Query,
    Rules,
    TrackingResult,
    ZoneSource,
    check,
    hookimpl,
    part,
    read_json,
    read_time,
    rows,
    word,
)

RULES = Rules.load(Path(__file__).with_name("statuses.toml"))


class AcmeSettings(BaseModel):
    """What a shop fills in to have its parcels tracked."""

    api_key: SecretStr = Field(min_length=1, max_length=200, title="API key")
    base_url: ApiUrl = Field(default="https://api.acme.example", title="Address of the API")


PLUGIN = Plugin("acme", "Acme Parcels", "0.1.0", settings=AcmeSettings)


class AcmeCarrier(Carrier):
    id = "acme"
    names: ClassVar = {"en": "Acme Parcels"}
    url = "https://acme.example/track/{number}"
    formats = (NumberFormat("acme", "AC[0-9]{8}", prefix=True),)
    polls = True

    def fetch(self, queries: Sequence[Query], ctx: Context) -> Iterable[Payload]:
        for query in queries:
            answer = _ask(ctx, f"/v1/parcels/{quote(query.number, safe='')}")
            if answer.status != 404:  # Acme explains in the body what it does not find
                check(answer)
            yield Payload(answer.body, numbers=(query.number,))

    def probe(self, ctx: Context) -> None:
        check(_ask(ctx, "/v1/account"))

    def parse(self, payload: Payload) -> Parsed:
        told = part(read_json(payload.body))
        if error := word(told, "error"):
            kind = "not_found" if error == "unknown_parcel" else "upstream"
            return Parsed(errors=(Problem(kind, word(told, "message"), ",".join(payload.numbers)),))
        number = word(told, "number")
        if not number or "scans" not in told:
            raise BadPayload("the answer is about no parcel")
        return Parsed((TrackingResult(number, tuple(_read_scan(scan) for scan in rows(told, "scans"))),))


def _read_scan(scan: dict[str, Any]) -> Event:
    """An offset is what the carrier says, or none: it is never guessed."""
    local, offset = read_time(scan.get("at"))
    source = ZoneSource.UNKNOWN if offset is None else ZoneSource.CARRIER
    code, text = word(scan, "code"), word(scan, "text")
    status, rule = RULES.read(code=code, text=text)
    return Event(local, status, offset, source, code, text, word(scan, "place"), rule)


def _ask(ctx: Context, path: str) -> HttpAnswer:
    settings = ctx.settings
    assert isinstance(settings, AcmeSettings)
    headers = {"Authorization": f"Bearer {settings.api_key.get_secret_value()}"}
    return ctx.worker_http().request("GET", settings.base_url.rstrip("/") + path, headers=headers)


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [AcmeCarrier()]
