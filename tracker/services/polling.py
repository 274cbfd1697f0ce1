"""Polling: asking carriers about parcels, as often as a parcel's state calls for and the carrier allows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.domain.polling import is_silent, next_ask
from tracker.host.errors import PluginBug
from tracker.host.registry import Provider
from tracker.sdk import AuthFailed, Carrier, InvalidNumber, Milestone, NotFound, PluginError, Query, RateLimited
from tracker.store import handovers, inbox
from tracker.store.database import transaction, writing
from tracker.store.shipments import Shipment, claim_due, postpone, set_next_ask

from . import projections
from .askers import find_asker
from .portal import Portal

PATIENCE = timedelta(minutes=10)
"""How long an asked parcel is left to the worker that asked before another one asks."""
STUBBORN = timedelta(hours=6)
"""When to ask again about what only a person can mend."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A parcel whose turn it is, and what is asked for its sake: its own number, or one that it goes on as."""

    shipment: Shipment
    query: Query


def ask_carriers(portal: Portal, limit: int = 100) -> int:
    """Asks about every parcel whose turn it is, up to `limit`; tells how many those were."""
    until = portal.now() + PATIENCE
    due = claim_due(portal.now(), limit, PATIENCE)
    for (shop, _), (provider, asked) in _group(portal, due).items():
        _ask_all(portal, shop, provider, asked, until)
    return len(due)


def when_to_ask(shipment: Shipment, carrier: Carrier | None, failures: int, now: datetime) -> datetime | None:
    """When a carrier is to be asked about a shipment next; `None` for never."""
    if carrier is None or not carrier.polls or shipment.cancelled_at is not None:
        return None
    quiet = now - max(shipment.last_event_at or shipment.created_at, shipment.created_at)
    wait = next_ask(Milestone(shipment.milestone), quiet, failures, carrier.quickest, carrier.slowest)
    return None if wait is None else now + wait


Groups = dict[tuple[int, str], tuple[Provider[Carrier], list[Asked]]]


def _group(portal: Portal, due: Sequence[Shipment]) -> Groups:
    """What is to be asked, by shop and by whom to ask. A parcel that nobody can be asked about is let go."""
    groups: Groups = {}
    for shipment in due:
        known = handovers.follow(shipment.shop_id, shipment.carrier, shipment.number)
        askers = [(find_asker(portal, shipment.shop_id, carrier), carrier, number) for carrier, number in known]
        for asker, carrier, number in askers:
            if asker is not None:
                _, asked = groups.setdefault((shipment.shop_id, asker.key), (asker, []))
                asked.append(Asked(shipment, make_query(shipment, carrier, number, asker.object)))
        if not any(asker for asker, _, _ in askers):
            _schedule(portal, [shipment], None, "", 0)
    return groups


def make_query(shipment: Shipment, carrier: str, number: str, asker: Carrier) -> Query:
    """What is asked about a shipment under a carrier's number.

    The recipient's postcode and country are told only to who asks for them.
    """
    order = shipment.order if asker.inputs else None
    return Query(
        number,
        carrier,
        order.postcode if order and "postcode" in asker.inputs else "",
        order.country if order and "country" in asker.inputs else "",
    )


def _ask_all(portal: Portal, shop: int, provider: Provider[Carrier], asked: Sequence[Asked], until: datetime) -> None:
    """Asks in batches, until the carrier wants to be left alone or others may have taken what is left."""
    size = max(provider.object.limits.batch, 1)
    for start in range(0, len(asked), size):
        if portal.now() >= until:
            return
        rest = _ask(portal, shop, provider, asked[start : start + size])
        if rest is not None:
            postpone(shop, [one.shipment.id for one in asked[start + size :]], rest)
            return


def _ask(portal: Portal, shop: int, provider: Provider[Carrier], asked: Sequence[Asked]) -> datetime | None:
    """Asks about one batch. Answers until when the carrier is to be left alone, `None` where there is no need."""
    now, limits = portal.now(), provider.object.limits
    batch = [one.shipment for one in asked]
    wait = portal.ports.rates.take(shop, provider.key, limits.requests, limits.per, now)
    if wait > 0:
        rest = now + timedelta(seconds=wait)
        postpone(shop, [one.id for one in batch], rest)
        return rest
    queries = list(dict.fromkeys(one.query for one in asked))
    try:
        ctx = portal.contexts.make(shop, provider.plugin, worker=True)
        fetched = portal.calls.fetch(provider, shop, queries, ctx)
    except (PluginError, PluginBug) as error:
        return _note_error(portal, provider, batch, error)
    with transaction():
        for payload in fetched.payloads:
            inbox.receive(
                shop, provider.key, "", payload.body, now=portal.now(), headers=payload.headers,
                content_type=payload.content_type, mode="fetch",
                numbers=payload.numbers or [query.number for query in queries], carrier=payload.carrier,
            )  # fmt: skip
        if fetched.error is None:
            _schedule(portal, batch, provider.object, "", 0)
        portal.queue.wake("inbox")
    return None if fetched.error is None else _note_error(portal, provider, batch, fetched.error)


def _note_error(
    portal: Portal, provider: Provider[Carrier], batch: Sequence[Shipment], error: PluginError | PluginBug
) -> datetime | None:
    """Keeps an error with the parcels it came for. Answers until when the carrier is to be left alone altogether."""
    kind = error.kind if isinstance(error, PluginError) else "bug"
    said, now = f"{kind}: {error}", portal.now()
    if isinstance(error, NotFound):
        _schedule(portal, batch, provider.object, said, 0)
        return None
    if isinstance(error, AuthFailed | InvalidNumber):
        postpone(batch[0].shop_id, [one.id for one in batch], now + STUBBORN, said, now)
        return now + STUBBORN if isinstance(error, AuthFailed) else None
    if isinstance(error, RateLimited) and error.retry_after is not None:
        rest = now + timedelta(seconds=min(max(error.retry_after, 1.0), STUBBORN.total_seconds()))
        postpone(batch[0].shop_id, [one.id for one in batch], rest, said, now)
        return rest
    failures = max(shipment.ask_failures for shipment in batch) + 1
    _schedule(portal, batch, provider.object, said, failures)
    return now + provider.object.limits.per if isinstance(error, RateLimited) else None


def _schedule(portal: Portal, batch: Sequence[Shipment], carrier: Carrier | None, error: str, failures: int) -> None:
    now = portal.now()
    with transaction():
        for one in batch:
            set_next_ask(one.shop_id, one.id, when_to_ask(one, carrier, failures, now), now, error, failures)
    # Pages say that a carrier is silent from the third failure on, until it answers; in between nothing changes.
    for one in batch:
        if is_silent(one.ask_failures) != is_silent(failures):
            with writing(one.shop_id):
                projections.refresh_order(portal, one.shop_id, one.order_id)
