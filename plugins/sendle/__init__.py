"""Sendle: tracking and labels by its API, as it was published.

Sendle is reported to have stopped in January 2026, and its hosts to be gone; another address can be given.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote, urlsplit

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    ApiUrl,
    BadPayload,
    Carrier,
    Context,
    HttpAnswer,
    Label,
    Limits,
    NotFound,
    Parsed,
    Payload,
    Plugin,
    Query,
    check,
    hookimpl,
    load_formats,
    read_json,
    rows,
    word,
)

from .reading import read_answer

SIZES = ("cropped", "a4", "letter")
"""Which of an order's labels is printed: the one that label printers take, else a whole sheet."""


class SendleSettings(BaseModel):
    """The account's Sendle ID and API key (dashboard, settings, integrations)."""

    sendle_id: str = Field(min_length=1, max_length=200, title="Sendle ID")
    api_key: SecretStr = Field(min_length=1, max_length=200, title="API key")
    base_url: ApiUrl = Field(default="https://api.sendle.com", title="Address of the API")


PLUGIN = Plugin("sendle", "Sendle", "1.0.0", settings=SendleSettings)


class Sendle(Carrier):
    id = "sendle"
    names: ClassVar = {"en": "Sendle"}
    countries = ("AU", "CA", "US")
    url = "https://track.sendle.com/tracking?ref={number}"
    formats = load_formats(Path(__file__).with_name("formats.toml"))
    polls = True
    limits = Limits(requests=10, per=timedelta(seconds=1))

    def parse(self, payload: Payload) -> Parsed:
        return read_answer(payload.body, payload.numbers[0] if payload.numbers else "")

    def fetch(self, queries: Sequence[Query], ctx: Context) -> Iterable[Payload]:
        for query in queries:
            answer = check(_ask(ctx, f"tracking/{quote(query.number, safe='')}"))
            yield Payload(answer.body, headers=answer.headers, numbers=(query.number,))

    def label(self, query: Query, ctx: Context) -> Label:
        """The PDF that Sendle made for an order.

        The number stands where the API's document has the order's id; that a Sendle reference finds the order there
        too is not written in it.
        """
        order = read_json(check(_ask(ctx, f"orders/{quote(query.number, safe='')}")).body)
        labels = {word(label, "size"): label for label in rows(order, "labels") if word(label, "format") == "pdf"}
        chosen = next((labels[size] for size in SIZES if size in labels), None)
        if chosen is None:
            raise NotFound("Sendle has no label for this order")
        return Label(_download(chosen, ctx))

    def probe(self, ctx: Context) -> None:
        check(_ask(ctx, "ping"))


def _ask(ctx: Context, path: str) -> HttpAnswer:
    settings = ctx.settings
    assert isinstance(settings, SendleSettings)
    return ctx.worker_http().request(
        "GET",
        f"{settings.base_url.rstrip('/')}/api/{path}",
        headers={"Accept": "application/json"},
        auth=(settings.sendle_id, settings.api_key.get_secret_value()),
    )


def _download(label: dict[str, Any], ctx: Context) -> bytes:
    """The file behind a label's address. The key goes to no other host than the API's, whatever the address says."""
    path = urlsplit(word(label, "url", limit=500)).path.removeprefix("/api/")
    answer = _ask(ctx, path)
    if answer.status in (301, 302, 303, 307) and (where := answer.headers.get("location", "")):
        answer = ctx.worker_http().request("GET", where)
    if not check(answer).body.startswith(b"%PDF"):
        raise BadPayload("what Sendle gave as a label is no PDF")
    return answer.body


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return [Sendle()]
