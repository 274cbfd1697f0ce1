"""Heron Parcels, a carrier that does not exist: asked in batches, pushes what it signs."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, ClassVar

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    ApiUrl,
    BadPayload,
    Carrier,
    Context,
    Event,
    HttpAnswer,
    InboundRequest,
    Limits,
    Parsed,
    Payload,
    Plugin,
    Problem,
    Query,
    Rules,
    Successor,
    TrackingResult,
    Verdict,
    ZoneSource,
    check,
    find_names,
    hookimpl,
    load_formats,
    part,
    pick,
    push_secret,
    read_json,
    read_point,
    read_time,
    read_window,
    rows,
    signed,
    word,
)

HERE = Path(__file__).parent
RULES = Rules.load(HERE / "statuses.toml")
KINDS = {"E404": "not_found", "E422": "invalid_number"}
PARTNERS = {"LP": "laposte"}


class HeronSettings(BaseModel):
    """What a shop fills in; the desk draws the form."""

    api_key: SecretStr = Field(min_length=1, max_length=200, title="API key")
    push_secret: SecretStr = Field(default=SecretStr(""), max_length=200, title="Push secret")
    base_url: ApiUrl = Field(default="https://api.heron.example", title="Address of the API")


PLUGIN = Plugin("heron", "Heron Parcels", "1.0.0", settings=HeronSettings)


class Heron(Carrier):
    id = "heron"
    names: ClassVar = {"en": "Heron Parcels", "fr": "Colis Héron"}
    formats = load_formats(HERE / "formats.toml")
    url = "https://heron.example/track/{number}?postcode={postcode}"
    polls = True
    limits = Limits(requests=300, batch=50)

    def fetch(self, queries: Sequence[Query], ctx: Context) -> Iterable[Payload]:
        numbers = tuple(query.number for query in queries)
        answer = check(_ask(ctx, "POST", "/v2/track", json={"numbers": list(numbers)}))
        yield Payload(answer.body, headers=answer.headers, numbers=numbers)

    def verify(self, request: InboundRequest, ctx: Context) -> Verdict:
        """Heron signs the raw body: `X-Heron-Signature` is its HMAC-SHA256 in base64."""
        if not signed(push_secret(ctx), request.body, request.headers.get("x-heron-signature")):
            return Verdict(False, "the signature does not fit the push secret")
        return Verdict(True, delivery=request.headers.get("x-heron-delivery", ""))

    def probe(self, ctx: Context) -> None:
        check(_ask(ctx, "GET", "/v2/account"))

    def parse(self, payload: Payload) -> Parsed:
        told = part(read_json(payload.body))
        parcels = rows(told, "parcel") if payload.mode == "push" else rows(told, "parcels")
        wrong = rows(told, "errors")
        errors = [Problem(KINDS.get(word(e, "code"), "upstream"), word(e, "text"), word(e, "number")) for e in wrong]
        if not (parcels or errors):
            raise BadPayload("neither parcels nor errors")
        results = tuple(map(_read_parcel, parcels))
        bad = (f"{event.code}: no readable time" for one in results for event in one.events if event.local is None)
        return Parsed(results, tuple(errors), tuple(bad))


def _read_parcel(parcel: dict[str, Any]) -> TrackingResult:
    partner, number = PARTNERS.get(word(parcel, "partner", "code")), word(parcel, "partner", "number")
    successor = Successor(partner, number) if partner and number else None
    window = read_window(word(parcel, "due", "to"), word(parcel, "due", "from"))
    return TrackingResult(word(parcel, "number"), tuple(map(_read_scan, rows(parcel, "scans"))), window, successor)


def _read_scan(scan: dict[str, Any]) -> Event:
    code, text = word(scan, "code"), word(scan, "text", limit=300)
    (local, offset), (status, rule) = read_time(scan.get("time")), RULES.read(code=code, text=text)
    source = ZoneSource.UNKNOWN if offset is None else ZoneSource.CARRIER
    place = ", ".join(filter(None, (word(scan, "depot", name) for name in ("town", "country"))))
    point = read_point(pick(scan, "depot", "lat"), pick(scan, "depot", "lon"))
    people = find_names(text, [word(scan, "driver")])
    return Event(local, status, offset, source, code, text, place, rule, point, people)


def _ask(ctx: Context, method: str, path: str, **more: Any) -> HttpAnswer:
    assert isinstance(ctx.settings, HeronSettings)
    headers = {"X-Heron-Key": ctx.settings.api_key.get_secret_value()}
    return ctx.worker_http().request(method, ctx.settings.base_url.rstrip("/") + path, headers=headers, **more)


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [Heron()]
