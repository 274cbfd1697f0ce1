"""Older ways of writing a plugin that still work: each is told to its author, and brought up to date here."""

import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from tracker.sdk import Carrier, Context, Payload, Query
from tracker.sdk.deprecation import deprecated


def bring_up_to_date(candidate: object) -> None:
    """Gives a carrier of an older signature the present one, and warns with the plugin's own file and line."""
    if isinstance(candidate, Carrier):
        own: Any = candidate
        if type(own).public_url is not Carrier.public_url and len(_parameters(own.public_url)) == 1:
            deprecated(own.public_url, "write public_url(self, number, postcode=''): API 2 calls it with both")
            own.public_url = _with_postcode(own.public_url)
        if type(own).fetch is not Carrier.fetch and _asks_by_number(own.fetch):
            deprecated(own.fetch, "write fetch(self, queries, ctx) and read query.number: API 2 knows no plain numbers")
            own.fetch = _with_queries(own.fetch)


def _parameters(method: Callable[..., Any]) -> list[inspect.Parameter]:
    """What a method takes beside `self`; nothing where that cannot be told."""
    try:
        return list(inspect.signature(method).parameters.values())
    except (TypeError, ValueError):
        return []


def _asks_by_number(fetch: Callable[..., Any]) -> bool:
    """Whether the first argument is called `numbers`, and is not said to be queries."""
    first = next(iter(_parameters(fetch)), None)
    return first is not None and first.name == "numbers" and "Query" not in str(first.annotation)


def _with_postcode(public_url: Callable[[str], str | None]) -> Callable[..., str | None]:
    def call(number: str, postcode: str = "") -> str | None:  # noqa: ARG001
        return public_url(number)

    return call


def _with_queries(
    fetch: Callable[[Sequence[str], Context], Iterable[Payload]],
) -> Callable[[Sequence[Query], Context], Iterable[Payload]]:
    def call(queries: Sequence[Query], ctx: Context) -> Iterable[Payload]:
        return fetch([query.number for query in queries], ctx)

    return call
