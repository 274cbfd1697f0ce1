"""Australia Post and StarTrack: tracking by the Shipping and Tracking API (v1), ten numbers in one question."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    ApiUrl,
    Carrier,
    Context,
    HttpAnswer,
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
"""Statuses under which Australia Post explains itself in the body."""
MIXED = b'"51103"'
"""Its code for numbers of Australia Post and of StarTrack in one question."""


class AustraliaPostSettings(BaseModel):
    """The API key of a contract customer, and the account that it is for."""

    api_key: SecretStr = Field(min_length=1, max_length=200, title="API key")
    password: SecretStr = Field(min_length=1, max_length=200, title="Password of the API key")
    account_number: str = Field(pattern="^[0-9]{6,12}$", title="Account number")
    base_url: ApiUrl = Field(default="https://digitalapi.auspost.com.au", title="Address of the API")


PLUGIN = Plugin("australiapost", "Australia Post", "1.0.0", settings=AustraliaPostSettings)


class AustraliaPost(Carrier):
    id = "australiapost"
    names: ClassVar = {"en": "Australia Post"}
    countries = ("AU",)
    url = "https://auspost.com.au/mypost/track/details/{number}"
    polls = True
    # Limits are set per key and not published; ten questions a minute are few enough for any.
    limits = Limits(requests=10, per=timedelta(minutes=1), batch=10)
    formats = load_formats(Path(__file__).with_name("formats.toml"))

    def parse(self, payload: Payload) -> Parsed:
        return read_answer(read_json(payload.body), payload.numbers)

    def fetch(self, queries: Sequence[Query], ctx: Context) -> Iterable[Payload]:
        numbers = tuple(query.number for query in queries)
        answer = _ask(numbers, ctx)
        if answer.status == 400 and MIXED in answer.body and len(numbers) > 1:
            for query in queries:
                yield from self.fetch([query], ctx)
            return
        if not (answer.status in SPOKEN and answer.body.lstrip()[:1] == b"{"):
            check(answer)
        yield Payload(answer.body, headers=answer.headers, numbers=numbers)

    def probe(self, ctx: Context) -> None:
        answer = _ask(("TRACKER000000",), ctx)
        if answer.status not in SPOKEN:  # such a parcel does not exist, and only who may ask is told so
            check(answer)


def _ask(numbers: Sequence[str], ctx: Context) -> HttpAnswer:
    settings = ctx.settings
    assert isinstance(settings, AustraliaPostSettings)
    return ctx.worker_http().request(
        "GET",
        f"{settings.base_url.rstrip('/')}/shipping/v1/track",
        params={"tracking_ids": ",".join(numbers)},
        headers={"Account-Number": settings.account_number, "Accept": "application/json"},
        auth=(settings.api_key.get_secret_value(), settings.password.get_secret_value()),
    )


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [AustraliaPost()]
