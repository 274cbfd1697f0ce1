"""Canada Post: its tracking web service (Get Tracking Details, REST, XML)."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
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
    read_xml,
)

from .reading import read_answer

SPOKEN = {400, 404}
"""Statuses under which Canada Post explains itself in the body."""


class CanadaPostSettings(BaseModel):
    """The API key of a member of Canada Post's developer program: a user name and a password."""

    username: str = Field(min_length=1, max_length=200, title="User name of the API key")
    password: SecretStr = Field(min_length=1, max_length=200, title="Password of the API key")
    language: Literal["en-CA", "fr-CA"] = Field(default="en-CA", title="Language of the texts")
    base_url: ApiUrl = Field(default="https://soa-gw.canadapost.ca", title="Address of the API")


PLUGIN = Plugin("canadapost", "Canada Post", "1.0.0", settings=CanadaPostSettings)


class CanadaPost(Carrier):
    id = "canadapost"
    names: ClassVar = {"en": "Canada Post", "fr": "Postes Canada"}
    countries = ("CA",)
    url = "https://www.canadapost-postescanada.ca/track-reperage/en#/search?searchFor={number}"
    polls = True
    # Each key has a throttle of its own, which the developer program shows and raises; who goes over it is shut out
    # for up to a minute. A pause between any two calls keeps clear of it.
    limits = Limits(requests=1, per=timedelta(milliseconds=25))
    formats = load_formats(Path(__file__).with_name("formats.toml"))

    def parse(self, payload: Payload) -> Parsed:
        return read_answer(read_xml(payload.body), payload.numbers)

    def fetch(self, queries: Sequence[Query], ctx: Context) -> Iterable[Payload]:
        for number in (query.number for query in queries):
            if not (11 <= len(number) <= 16 and number.isascii() and number.isalnum()):
                raise InvalidNumber("Canada Post's numbers are 11 to 16 letters and digits")
            answer = _ask(number, ctx)
            if not (answer.status in SPOKEN and b"<message" in answer.body):
                check(answer)
            yield Payload(answer.body, "application/xml", headers=answer.headers, numbers=(number,))

    def probe(self, ctx: Context) -> None:
        answer = _ask("0000000000000000", ctx)
        if answer.status != 404:  # such a parcel does not exist, and only who may ask is told so
            check(answer)


def _ask(number: str, ctx: Context) -> HttpAnswer:
    settings = ctx.settings
    assert isinstance(settings, CanadaPostSettings)
    # What was left at the door has a number of its own, of 15 digits.
    kind = "dnc" if len(number) == 15 and number.isdigit() else "pin"
    return ctx.worker_http().request(
        "GET",
        f"{settings.base_url.rstrip('/')}/vis/track/{kind}/{number}/detail",
        headers={"Accept": "application/vnd.cpc.track-v2+xml", "Accept-Language": settings.language},
        auth=(settings.username, settings.password.get_secret_value()),
    )


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [CanadaPost()]
