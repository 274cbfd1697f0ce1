"""La Poste and Colissimo: tracking by one API (Suivi, v2, at developer.laposte.fr), ten numbers in one question."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    ApiCarrier,
    BaseUrl,
    Carrier,
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
    read_time,
    read_window,
    rows,
    word,
)

HERE = Path(__file__).parent
RULES = Rules.load(HERE / "statuses.toml")
PROBLEMS = Problems({"400": "invalid_number"})
COUNTER = "AG1"
"""The code of a parcel that waits at a counter."""
LONGEST = 20
"""A longer number in an error is a disguise of the number that was asked for, which nobody else may know."""


class LaPosteSettings(BaseModel):
    """The key of an app at developer.laposte.fr with the product Suivi v2."""

    api_key: SecretStr = Field(min_length=1, max_length=200, title="API key (X-Okapi-Key)")
    language: Literal["fr_FR", "en_GB", "de_DE", "es_ES", "it_IT", "nl_NL"] = Field(
        default="fr_FR", title="Language of the texts"
    )
    base_url: BaseUrl = Field(default="https://api.laposte.fr", title="Address of the API")


PLUGIN = Plugin("laposte", "La Poste and Colissimo", "1.1.0", settings=LaPosteSettings)


class LaPoste(ApiCarrier):
    id = "laposte"
    names: ClassVar = {"en": "La Poste"}
    countries = ("FR",)
    url = "https://www.laposte.fr/outils/suivre-vos-envois?code={number}"
    formats = load_formats(HERE / "formats.toml")
    covers: ClassVar = {"chronopost": "chronopost"}
    # No figure is published; what a key is allowed stands in the developer portal.
    limits = Limits(requests=60, batch=10)
    lengths = (1, LONGEST)
    nobody = "6A00000000000"

    def ask(self, queries: Sequence[Query], ctx: Context) -> HttpAnswer:
        settings = ctx.settings_as(LaPosteSettings)
        return ctx.worker_http().request(
            "GET",
            f"{settings.base_url}/suivi/v2/idships/{','.join(query.number for query in queries)}",
            params={"lang": settings.language},
            headers={"X-Okapi-Key": settings.api_key.get_secret_value(), "Accept": "application/json"},
        )

    def fetch(self, queries: Sequence[Query], ctx: Context) -> Iterator[Payload]:
        for carrier in dict.fromkeys(query.carrier for query in queries):  # an answer does not say whose parcels
            yield from super().fetch([query for query in queries if query.carrier == carrier], ctx)

    def parse(self, payload: Payload) -> Parsed:
        found = (_read_row(row, payload.number) for row in rows(read_json(payload.body)))
        return collect((one for one in found if one), "neither a shipment nor an error of La Poste")


class Colissimo(LaPoste):
    id = "colissimo"
    names: ClassVar = {"en": "Colissimo"}
    formats = load_formats(HERE / "colissimo.toml")
    covers: ClassVar = {}


def _read_row(row: dict[str, Any], asked: str) -> TrackingResult | Problem | None:
    number = word(row, "idShip", limit=80)
    if shipment := part(row, "shipment"):
        return _read_shipment(shipment, asked)
    if code := word(row, "returnCode") or word(row, "code"):
        text = word(row, "returnMessage", limit=300) or word(row, "message", limit=300)
        return PROBLEMS.read(code, text, asked or (number if len(number) <= LONGEST else ""))
    return None


def _read_shipment(shipment: dict[str, Any], asked: str) -> TrackingResult:
    counter = word(shipment, "contextData", "removalPoint", "name")
    events = tuple(_read_event(row, counter) for row in rows(shipment, "event"))
    day = word(shipment, "estimDate")[:10] if shipment.get("isFinal") is not True else ""
    return TrackingResult(asked or word(shipment, "idShip", limit=64), events, read_window(day))


def _read_event(row: dict[str, Any], counter: str) -> Event:
    code, text = word(row, "code"), word(row, "label", limit=300)
    status, rule = RULES.read(first=text, code=code, text=text)
    local, offset = read_time(row.get("date"))
    place = counter if counter and code == COUNTER else word(row, "country")
    return Event(local, status, offset, code=code, text=text, place=place, rule=rule)


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [LaPoste(), Colissimo()]
