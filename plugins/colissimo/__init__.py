"""Colissimo: tracking by La Poste's Suivi API (v2) at developer.laposte.fr."""

from collections.abc import Iterable, Sequence
from datetime import datetime
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
    Limits,
    Parsed,
    Payload,
    Plugin,
    Problem,
    Query,
    Rules,
    TrackingResult,
    Window,
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
KINDS = {"400": "invalid_number", "401": "auth", "403": "auth", "404": "not_found", "429": "rate_limit"}
SPOKEN = {200, 207, 400, 404}
"""Statuses under which the API explains itself in the body."""
NOBODYS = "6A00000000000"
"""A number of the right shape to prove a key with."""


class ColissimoSettings(BaseModel):
    """A key of developer.laposte.fr with the product Suivi."""

    api_key: SecretStr = Field(min_length=1, max_length=200, title="Production key (X-Okapi-Key)")
    base_url: ApiUrl = Field(default="https://api.laposte.fr", title="Address of the API")


PLUGIN = Plugin("colissimo", "Colissimo", "1.0.0", settings=ColissimoSettings)


class Colissimo(Carrier):
    id = "colissimo"
    names: ClassVar = {"en": "Colissimo"}
    countries = ("FR",)
    url = "https://www.laposte.fr/outils/suivre-vos-envois?code={number}"
    formats = load_formats(HERE / "formats.toml")
    polls = True
    limits = Limits(batch=10)

    def parse(self, payload: Payload) -> Parsed:
        data = read_json(payload.body)
        answers = rows(data)
        if not any("returnCode" in answer or "code" in answer for answer in answers):
            raise BadPayload("neither a shipment nor an error of La Poste")
        asked = payload.numbers[0] if len(payload.numbers) == 1 else ""
        results, errors, warnings = [], [], []
        for answer in answers:
            shipment = part(answer, "shipment")
            if number := word(shipment, "idShip", limit=64):
                results.append(TrackingResult(number, tuple(map(_event, rows(shipment, "event"))), _window(shipment)))
                undated = (event for event in results[-1].events if event.local is None)
                warnings += [f"{event.code} has no readable time" for event in undated]
            else:
                errors.append(_problem(answer, asked))
        return Parsed(tuple(results), tuple(errors), tuple(warnings))

    def fetch(self, queries: Sequence[Query], ctx: Context) -> Iterable[Payload]:
        numbers = tuple(query.number for query in queries)
        answer = _ask(numbers, ctx)
        yield Payload(answer.body, headers=answer.headers, numbers=numbers)

    def probe(self, ctx: Context) -> None:
        _ask((NOBODYS,), ctx)


def _ask(numbers: Sequence[str], ctx: Context) -> HttpAnswer:
    settings = ctx.settings
    assert isinstance(settings, ColissimoSettings)
    answer = ctx.worker_http().request(
        "GET",
        f"{settings.base_url.rstrip('/')}/suivi/v2/idships/{','.join(quote(number, safe='') for number in numbers)}",
        params={"lang": "fr_FR"},
        headers={"Accept": "application/json", "X-Okapi-Key": settings.api_key.get_secret_value()},
    )
    spoken = answer.status in SPOKEN and answer.body.lstrip()[:1] in (b"{", b"[")
    return answer if spoken else check(answer)


def _event(row: dict[str, Any]) -> Event:
    code, text = word(row, "code", limit=60), word(row, "label", limit=300)
    status, rule = RULES.read(code=code, text=text)
    local, offset = read_time(row.get("date"))
    source = ZoneSource.UNKNOWN if offset is None else ZoneSource.CARRIER
    return Event(local, status, offset, source, code, text, word(row, "country", limit=40), rule)


def _window(shipment: dict[str, Any]) -> Window | None:
    """The day that La Poste expects, while the parcel is not delivered."""
    local = read_time(shipment.get("estimDate")).local
    if local is None or shipment.get("isFinal") is True:
        return None
    day = datetime(local.year, local.month, local.day)  # noqa: DTZ001 - a wall clock
    return Window(day, day.replace(hour=23, minute=59))


def _problem(answer: dict[str, Any], asked: str) -> Problem:
    """What went wrong for one number. The `idShip` of an error is a disguise of the number, not the number itself."""
    code = word(answer, "returnCode", limit=10) or word(answer, "code", limit=10)
    text = word(answer, "returnMessage", limit=300) or word(answer, "message", limit=300)
    told = word(answer, "idShip", limit=80)
    return Problem(KINDS.get(code, "upstream"), f"{code}: {text}", asked or (told if len(told) <= 20 else ""))


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [Colissimo()]
