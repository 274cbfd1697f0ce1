"""Polling: asking carriers about parcels, as often as a parcel's state calls for and the carrier allows."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from tracker.domain.polling import next_ask
from tracker.host.errors import PluginBug
from tracker.host.registry import Provider
from tracker.sdk import AuthFailed, Carrier, InvalidNumber, Milestone, NotFound, PluginError, RateLimited
from tracker.store import inbox
from tracker.store.database import transaction
from tracker.store.shipments import Shipment, claim_due, set_next_ask

from .portal import Portal

PATIENCE = timedelta(minutes=10)
"""How long an asked parcel is left to the worker that asked before another one asks."""
STUBBORN = timedelta(hours=6)
"""When to ask again about what only a person can mend."""


def ask_carriers(portal: Portal, limit: int = 100) -> int:
    """Asks about every parcel whose turn it is, up to `limit`; tells how many those were."""
    due = claim_due(portal.now(), limit, PATIENCE)
    for shop, carrier, shipments in _group(due):
        provider = portal.registry.carriers.get(carrier)
        if provider is None or not provider.object.polls:
            _schedule(portal, shipments, None, "", 0)
            continue
        for batch in _batches(shipments, provider.object.limits.batch):
            _ask(portal, shop, provider, batch)
    return len(due)


def _group(due: Sequence[Shipment]) -> Iterator[tuple[int, str, list[Shipment]]]:
    groups: dict[tuple[int, str], list[Shipment]] = {}
    for shipment in due:
        groups.setdefault((shipment.shop_id, shipment.carrier), []).append(shipment)
    for (shop, carrier), shipments in groups.items():
        yield shop, carrier, shipments


def _batches(shipments: Sequence[Shipment], size: int) -> Iterator[Sequence[Shipment]]:
    for start in range(0, len(shipments), max(size, 1)):
        yield shipments[start : start + max(size, 1)]


def _ask(portal: Portal, shop: int, provider: Provider[Carrier], batch: Sequence[Shipment]) -> None:
    now, limits = portal.now(), provider.object.limits
    wait = portal.ports.rates.take(shop, provider.key, limits.requests, limits.per, now)
    if wait > 0:
        _postpone(batch, now + timedelta(seconds=wait))
        return
    numbers = list(dict.fromkeys(shipment.number for shipment in batch))
    try:
        ctx = portal.contexts.make(shop, provider.plugin, worker=True)
        fetched = portal.calls.fetch(provider, shop, numbers, ctx)
    except (PluginError, PluginBug) as error:
        _note_error(portal, provider, batch, error)
        return
    with transaction():
        for payload in fetched.payloads:
            inbox.receive(
                shop, provider.key, "", payload.body, now=portal.now(), headers=payload.headers,
                content_type=payload.content_type, mode="fetch", numbers=payload.numbers or numbers,
            )  # fmt: skip
        if fetched.error is None:
            _schedule(portal, batch, provider.object, "", 0)
        portal.queue.wake("inbox")
    if fetched.error is not None:
        _note_error(portal, provider, batch, fetched.error)


def _note_error(
    portal: Portal, provider: Provider[Carrier], batch: Sequence[Shipment], error: PluginError | PluginBug
) -> None:
    kind = error.kind if isinstance(error, PluginError) else "bug"
    said = f"{kind}: {error}"
    if isinstance(error, NotFound):
        _schedule(portal, batch, provider.object, said, 0)
    elif isinstance(error, RateLimited) and error.retry_after is not None:
        seconds = min(max(error.retry_after, 1.0), STUBBORN.total_seconds())
        _postpone(batch, portal.now() + timedelta(seconds=seconds), said)
    elif isinstance(error, AuthFailed | InvalidNumber):
        _postpone(batch, portal.now() + STUBBORN, said)
    else:
        failures = max(shipment.ask_failures for shipment in batch) + 1
        _schedule(portal, batch, provider.object, said, failures)


def _schedule(portal: Portal, batch: Sequence[Shipment], carrier: Carrier | None, error: str, failures: int) -> None:
    now = portal.now()
    for one in batch:
        wait = None
        if carrier is not None and one.cancelled_at is None:
            quiet = now - max(one.last_event_at or one.created_at, one.created_at)
            wait = next_ask(Milestone(one.milestone), quiet, failures, carrier.quickest, carrier.slowest)
        set_next_ask(one.shop_id, one.id, now + wait if wait else None, now, error, failures)


def _postpone(batch: Sequence[Shipment], until: datetime, error: str = "") -> None:
    for one in batch:
        Shipment.update(ask_at=until, ask_error=error[:300]).where(
            (Shipment.shop == one.shop_id) & (Shipment.id == one.id)
        ).execute()
