"""La Poste: tracking of letters, Colissimo and Chronopost by one API (Suivi, v2), ten numbers in one question."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    ApiUrl,
    Carrier,
    Context,
    HttpAnswer,
    InvalidNumber,
    Limits,
    Parsed,
    Payload,
    Plugin,
    Query,
    check,
    hookimpl,
    load_formats,
    read_json,
)

from .reading import read_answer

SPOKEN = {200, 207, 400, 404}
"""Statuses under which La Poste explains itself in the body."""


class LaPosteSettings(BaseModel):
    """The key of an app at developer.laposte.fr with the product Suivi v2."""

    api_key: SecretStr = Field(min_length=1, max_length=200, title="API key (X-Okapi-Key)")
    language: Literal["fr_FR", "en_GB", "de_DE", "es_ES", "it_IT", "nl_NL"] = Field(
        default="fr_FR", title="Language of the texts"
    )
    base_url: ApiUrl = Field(default="https://api.laposte.fr", title="Address of the API")


PLUGIN = Plugin("laposte", "La Poste", "1.0.0", settings=LaPosteSettings)


class LaPoste(Carrier):
    id = "laposte"
    names: ClassVar = {"en": "La Poste"}
    countries = ("FR",)
    url = "https://www.laposte.fr/outils/suivre-vos-envois?code={number}"
    polls = True
    covers: ClassVar = {"colissimo": "colissimo", "chronopost": "chronopost"}
    # No figure is published; what a key is allowed stands in the developer portal.
    limits = Limits(requests=60, batch=10)
    formats = load_formats(Path(__file__).with_name("formats.toml"))

    def parse(self, payload: Payload) -> Parsed:
        return read_answer(read_json(payload.body), payload.numbers)

    def fetch(self, queries: Sequence[Query], ctx: Context) -> Iterable[Payload]:
        asked = [one for one in queries if len(one.number) <= 20 and one.number.isascii() and one.number.isalnum()]
        if not asked:
            raise InvalidNumber("La Poste's numbers are letters and digits")
        for carrier in dict.fromkeys(one.carrier for one in asked):  # an answer is about the parcels of one of them
            numbers = tuple(one.number for one in asked if one.carrier == carrier)
            answer = _ask(numbers, ctx)
            if not (answer.status in SPOKEN and answer.body.lstrip()[:1] in (b"{", b"[")):
                check(answer)
            yield Payload(answer.body, headers=answer.headers, numbers=numbers, carrier=carrier)

    def probe(self, ctx: Context) -> None:
        answer = _ask(("6A00000000000",), ctx)
        if answer.status not in SPOKEN:  # such a parcel does not exist, and only who may ask is told so
            check(answer)


def _ask(numbers: Sequence[str], ctx: Context) -> HttpAnswer:
    settings = ctx.settings
    assert isinstance(settings, LaPosteSettings)
    return ctx.worker_http().request(
        "GET",
        f"{settings.base_url.rstrip('/')}/suivi/v2/idships/{','.join(numbers)}",
        params={"lang": settings.language},
        headers={"X-Okapi-Key": settings.api_key.get_secret_value(), "Accept": "application/json"},
    )


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [LaPoste()]
