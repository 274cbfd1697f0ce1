"""Royal Mail: tracking by the Tracking API (v2), events of one item at a time."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar

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

SPOKEN = {200, 400, 404}
"""Statuses under which Royal Mail explains itself in the body."""


class RoyalMailSettings(BaseModel):
    """An app at developer.royalmail.net with the product Royal Mail Tracking API (v2)."""

    client_id: str = Field(min_length=1, max_length=200, title="Client ID")
    client_secret: SecretStr = Field(min_length=1, max_length=200, title="Client secret")
    base_url: ApiUrl = Field(default="https://api.royalmail.net", title="Address of the API")


PLUGIN = Plugin("royalmail", "Royal Mail", "1.0.0", settings=RoyalMailSettings)


class RoyalMail(Carrier):
    id = "royalmail"
    names: ClassVar = {"en": "Royal Mail"}
    countries = ("GB",)
    url = "https://www.royalmail.com/track-your-item#/tracking-results/{number}"
    polls = True
    # No figure is published. 30 items fit into a question for summaries, but a summary holds only the newest event.
    limits = Limits(requests=60)
    formats = load_formats(Path(__file__).with_name("formats.toml"))

    def parse(self, payload: Payload) -> Parsed:
        return read_answer(read_json(payload.body), payload.numbers)

    def fetch(self, queries: Sequence[Query], ctx: Context) -> Iterable[Payload]:
        for number in (query.number for query in queries):
            if not (9 <= len(number) <= 35 and number.isascii() and number.isalnum()):
                raise InvalidNumber("Royal Mail's numbers are 9 to 35 letters and digits")
            answer = _ask(number, ctx)
            if not (answer.status in SPOKEN and answer.body.lstrip()[:1] == b"{"):
                check(answer)
            yield Payload(answer.body, headers=answer.headers, numbers=(number,))

    def probe(self, ctx: Context) -> None:
        answer = _ask("AA000000005GB", ctx)
        if answer.status not in SPOKEN:  # such an item does not exist, and only who may ask is told so
            check(answer)


def _ask(number: str, ctx: Context) -> HttpAnswer:
    settings = ctx.settings
    assert isinstance(settings, RoyalMailSettings)
    return ctx.worker_http().request(
        "GET",
        f"{settings.base_url.rstrip('/')}/mailpieces/v2/{number}/events",
        headers={
            "X-IBM-Client-Id": settings.client_id,
            "X-IBM-Client-Secret": settings.client_secret.get_secret_value(),
            "X-Accept-RMG-Terms": "yes",
            "Accept": "application/json",
        },
    )


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [RoyalMail()]
