"""Recorder: a carrier's real answer, asked with a shop's credentials and blanked, to be a plugin's sample."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from tracker.domain.numbers import tidy
from tracker.host.redact import secrets_of
from tracker.host.registry import Provider
from tracker.sdk import Carrier, Event, Parsed, Payload, Query, Status
from tracker.store.shops import Shop

from . import readout
from .blanking import Blanker, same_shape
from .portal import Portal
from .refusals import Refused

SHORTEST_SETTING = 6
"""Shorter settings (a language, a country) stand in many an answer and tell nothing."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One blanked answer. `kind` is `json` or `xml`, `title` says in a word what it tells.

    `told` is how the answer came, as a reading begins. `blanked` maps where something stood to what it was, never to
    the thing itself. `changed` counts the events that are read otherwise since.
    """

    payload: Payload
    kind: str
    title: str
    told: Mapping[str, Any]
    blanked: Mapping[str, str]
    parsed: Parsed | None
    changed: int


def record(portal: Portal, shop: Shop, carrier: str, query: Query, number_as: str = "") -> list[Recorded]:
    """A carrier's answers about one number, without secrets and people. `number_as` stands for the number then.

    Raises `Refused`, the errors of `tracker.sdk` and `PluginBug`; `UnknownProvider` for no such carrier.
    """
    provider = portal.registry.carriers[carrier]
    query = replace(query, number=tidy(query.number) or query.number, carrier=query.carrier or carrier)
    if not provider.object.polls:
        raise Refused(f"{carrier} is not asked: it sends its news by itself. Take a sample out of what it sent.")
    if number_as and not same_shape(query.number, number_as):
        raise Refused(f"{number_as!r} does not look like {query.number!r}: put letters for letters, digits for digits.")
    ctx = portal.contexts.make(shop.id, provider.plugin, worker=True)
    limits = provider.object.limits
    wait = portal.ports.rates.take(shop.id, provider.key, limits.requests, limits.per, portal.now())
    if wait > 0:
        raise Refused(f"{carrier} was asked as often as it may be. Try again in {wait:.0f} seconds.")
    fetched = portal.calls.fetch(provider, shop.id, [query], ctx)
    if fetched.error is not None and not fetched.payloads:
        raise fetched.error
    if not fetched.payloads:
        raise Refused(f"{carrier} answered nothing at all about {query.number}.")
    secrets = [*secrets_of(ctx.settings), *_told_apart(ctx.settings)]
    return [_blank(portal, provider, payload, query, number_as, secrets) for payload in fetched.payloads]


def _blank(
    portal: Portal, provider: Provider[Carrier], payload: Payload, query: Query, number_as: str, secrets: Iterable[str]
) -> Recorded:
    before = _read(portal, provider, payload)
    private = [piece for event in _events(before) for piece in event.private]
    number = number_as or query.number
    blanker = Blanker(secrets, private, {query.number: number})
    body, kind = blanker.blank(payload.body)
    carrier = payload.carrier if payload.carrier != provider.id else ""
    told = {"numbers": [number], **({"carrier": carrier} if carrier else {})}
    # Read as the sample will be: without headers, under its own number.
    blanked = Payload(body, f"application/{kind}", numbers=(number,), carrier=carrier)
    parsed = _read(portal, provider, blanked)
    changed = sum(a != b for a, b in zip(_meanings(before), _meanings(parsed), strict=False))
    changed += abs(len(_meanings(before)) - len(_meanings(parsed)))
    return Recorded(blanked, kind, _title(parsed), told, blanker.found, parsed, changed)


def _read(portal: Portal, provider: Provider[Carrier], payload: Payload) -> Parsed | None:
    """What a payload is read as, by itself: a sample that cannot be read is worth recording too."""
    parsed, errors = readout.read_payload(portal.registry, provider.id, payload)
    return None if errors and not parsed.errors else parsed


def _events(parsed: Parsed | None) -> list[Event]:
    return [event for result in (parsed.results if parsed else ()) for event in result.events]


def _meanings(parsed: Parsed | None) -> Sequence[tuple[Status, datetime | None]]:
    return [(event.status, event.local) for event in _events(parsed)]


def _title(parsed: Parsed | None) -> str:
    if parsed is None:
        return "unreadable"
    if parsed.results and parsed.results[0].events:
        return str(readout.describe_result(parsed.results[0])["status"])
    return parsed.errors[0].kind if parsed.errors else "nothing"


def _told_apart(settings: BaseModel) -> list[str]:
    """Settings that name the shop's account without being secret: a user name, an account's number."""
    found = []
    for name, info in type(settings).model_fields.items():
        value = getattr(settings, name)
        if isinstance(value, str) and len(value) >= SHORTEST_SETTING and value != info.default and "://" not in value:
            found.append(value)
    return found
