"""GLS: tracking by the group's Track And Trace API (v1) at dev-portal.gls-group.net."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    ApiCarrier,
    BaseUrl,
    Carrier,
    ClientCredentials,
    Context,
    Event,
    HttpAnswer,
    Limits,
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
    read_json,
    read_place,
    read_time,
    rows,
    word,
)

HERE = Path(__file__).parent
RULES = Rules.load(HERE / "statuses.toml")
PROBLEMS = Problems({"E_404_01": "not_found", "E_404_02": "not_found", "E_500_01": "upstream"})
FAULTS = Problems({"policies.ratelimit.QuotaViolation": "rate_limit", "steps.jwt.TokenExpired": "auth"}, {}, "upstream")
"""What the gateway in front of the API says."""


class GlsSettings(BaseModel):
    """Credentials of an app at dev-portal.gls-group.net that has the Track And Trace API."""

    client_id: str = Field(min_length=1, max_length=200, title="Client ID (API key)")
    client_secret: SecretStr = Field(min_length=1, max_length=200, title="Client secret")
    base_url: BaseUrl = Field(default="https://api.gls-group.net", title="Address of the API")


PLUGIN = Plugin("gls", "GLS", "1.0.0", settings=GlsSettings)


class Gls(ApiCarrier):
    id = "gls"
    names: ClassVar = {"en": "GLS"}
    countries = ("AT", "BE", "CZ", "DE", "DK", "ES", "FR", "HR", "HU", "IE", "IT", "LU", "NL", "PL", "RO", "SI", "SK")
    url = "https://gls-group.eu/GROUP/en/parcel-tracking?match={number}"
    formats = load_formats(HERE / "formats.toml")
    # 500 requests a day unless GLS has granted more (its API document, version 1.0.7).
    limits = Limits(requests=500, per=timedelta(days=1), batch=10)
    nobody = "000000000000"

    def ask(self, queries: Sequence[Query], ctx: Context) -> HttpAnswer:
        settings = ctx.settings_as(GlsSettings)
        base, secret = settings.base_url, settings.client_secret.get_secret_value()
        account = ClientCredentials(f"{base}/oauth2/v2/token", settings.client_id, secret, basic=True)
        numbers = ",".join(query.number for query in queries)
        url = f"{base}/track-and-trace-v1/tracking/simple/trackids/{numbers}"
        return account.request(ctx, "GET", url, headers={"Accept": "application/json", "Accept-Language": "EN"})

    def parse(self, payload: Payload) -> Parsed:
        data = part(read_json(payload.body))
        if "parcels" not in data:
            return collect(_read_fault(data), "neither parcels nor an error of GLS")
        return collect(_read_parcels(data))


def _read_fault(data: dict[str, Any]) -> Iterator[Problem]:
    """What the gateway says, or the API about the whole request."""
    if fault := part(data, "fault"):
        yield FAULTS.read(word(fault, "detail", "errorcode"), word(fault, "faultstring"))
    elif "status" in data and "title" in data:
        yield PROBLEMS.read(word(data, "title"), word(data, "detail"), status=word(data, "status"))


def _read_parcels(data: dict[str, Any]) -> Iterator[TrackingResult | Problem]:
    for parcel in rows(data, "parcels"):
        number = word(parcel, "requested", limit=64) or word(parcel, "unitno", limit=64)
        if code := word(parcel, "errorCode"):
            yield PROBLEMS.read(code, word(parcel, "errorMessage"), number)
        elif number:
            yield TrackingResult(number, tuple(map(_read_event, rows(parcel, "events"))))


def _read_event(row: dict[str, Any]) -> Event:
    code, text = word(row, "code", limit=60), word(row, "description", limit=300)
    status, rule = RULES.read(code=code, text=text, group=code.partition(".")[0])
    local, offset = read_time(row.get("eventDateTime"))
    return Event(local, status, offset, code=code, text=text, place=read_place(row, "city", "country"), rule=rule)


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [Gls()]
