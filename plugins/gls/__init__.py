"""GLS: tracking by the group's Track And Trace API (v1) at dev-portal.gls-group.net."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    ApiUrl,
    BadPayload,
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
    Query,
    Rules,
    TrackingResult,
    ZoneSource,
    check,
    hookimpl,
    load_formats,
    part,
    read_json,
    read_time,
    rows,
    word,
)

HERE = Path(__file__).parent
RULES = Rules.load(HERE / "statuses.toml")
ERRORS = {"E_404_01": "not_found", "E_404_02": "not_found", "E_500_01": "upstream"}
FAULTS = {"policies.ratelimit.QuotaViolation": "rate_limit", "steps.jwt.TokenExpired": "auth"}


class GlsSettings(BaseModel):
    """Credentials of an app at dev-portal.gls-group.net that has the Track And Trace API."""

    client_id: str = Field(min_length=1, max_length=200, title="Client ID (API key)")
    client_secret: SecretStr = Field(min_length=1, max_length=200, title="Client secret")
    base_url: ApiUrl = Field(default="https://api.gls-group.net", title="Address of the API")


PLUGIN = Plugin("gls", "GLS", "1.0.0", settings=GlsSettings)


class Gls(Carrier):
    """Ten parcels a request, 500 requests a day unless GLS has granted more (its API document, version 1.0.7)."""

    id = "gls"
    names: ClassVar = {"en": "GLS"}
    countries = ("AT", "BE", "CZ", "DE", "DK", "ES", "FR", "HR", "HU", "IE", "IT", "LU", "NL", "PL", "RO", "SI", "SK")
    url = "https://gls-group.eu/GROUP/en/parcel-tracking?match={number}"
    formats = load_formats(HERE / "formats.toml")
    polls = True
    limits = Limits(requests=500, per=timedelta(days=1), batch=10)

    def parse(self, payload: Payload) -> Parsed:
        data = part(read_json(payload.body))
        if "parcels" not in data:
            return Parsed(errors=(_fault(data),))
        results, errors, warnings = [], [], []
        for parcel in rows(data, "parcels"):
            number = word(parcel, "requested", limit=64) or word(parcel, "unitno", limit=64)
            if code := word(parcel, "errorCode"):
                kind = ERRORS.get(code, "bad_request")
                errors.append(Problem(kind, f"{code}: {word(parcel, 'errorMessage')}", number))
            elif number:
                events = tuple(map(_event, rows(parcel, "events")))
                results.append(TrackingResult(number, events))
                warnings += [f"{event.code} has no readable time" for event in events if event.local is None]
        return Parsed(tuple(results), tuple(errors), tuple(warnings))

    def fetch(self, queries: Sequence[Query], ctx: Context) -> Iterable[Payload]:
        numbers = tuple(query.number for query in queries)
        answer = _ask(ctx, f"tracking/simple/trackids/{','.join(quote(number, safe='') for number in numbers)}")
        yield Payload(answer.body, headers=answer.headers, numbers=numbers)

    def probe(self, ctx: Context) -> None:
        _ask(ctx, "tracking/events/codes")


def _ask(ctx: Context, path: str) -> HttpAnswer:
    settings = ctx.settings
    assert isinstance(settings, GlsSettings)
    base, secret = settings.base_url.rstrip("/"), settings.client_secret.get_secret_value()
    account = ClientCredentials(f"{base}/oauth2/v2/token", settings.client_id, secret, basic=True)
    headers = {"Accept": "application/json", "Accept-Language": "EN"}
    return check(account.request(ctx, "GET", f"{base}/track-and-trace-v1/{path}", headers=headers))


def _event(row: dict[str, Any]) -> Event:
    code, text = word(row, "code", limit=60), word(row, "description", limit=300)
    status, rule = RULES.read(code=code, text=text, group=code.partition(".")[0])
    local, offset = read_time(row.get("eventDateTime"))
    source = ZoneSource.UNKNOWN if offset is None else ZoneSource.CARRIER
    place = ", ".join(filter(None, (word(row, "city", limit=80), word(row, "country", limit=40))))
    return Event(local, status, offset, source, code, text, place, rule)


def _fault(data: dict[str, Any]) -> Problem:
    """What the gateway in front of the API says, or the API itself about the whole request."""
    if fault := part(data, "fault"):
        return Problem(FAULTS.get(word(fault, "detail", "errorcode"), "upstream"), word(fault, "faultstring"))
    if "status" in data and "title" in data:
        kind = "upstream" if word(data, "status").startswith("5") else "bad_request"
        return Problem(kind, f"{word(data, 'title')}: {word(data, 'detail')}")
    raise BadPayload("neither parcels nor an error of GLS")


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [Gls()]
