"""Polling: asking carriers about parcels, as often as a parcel's state calls for and the carrier allows."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from tracker.domain.polling import next_ask
from tracker.host.errors import PluginBug
from tracker.host.registry import Provider
from tracker.sdk import AuthFailed, Carrier, InvalidNumber, Milestone, NotFound, PluginError, Query, RateLimited
from tracker.store import inbox
from tracker.store.database import transaction
from tracker.store.shipments import Shipment, claim_due, postpone, set_next_ask

from .portal import Portal

PATIENCE = timedelta(minutes=10)
"""How long an asked parcel is left to the worker that asked before another one asks."""
STUBBORN = timedelta(hours=6)
"""When to ask again about what only a person can mend."""


def ask_carriers(portal: Portal, limit: int = 100) -> int:
    """Asks about every parcel whose turn it is, up to `limit`; tells how many those were."""
    until = portal.now() + PATIENCE
    due = claim_due(portal.now(), limit, PATIENCE)
    for shop, carrier, shipments in _group(due):
        provider = portal.registry.carriers.get(carrier)
        if provider is None or not provider.object.polls:
            _schedule(portal, shipments, None, "", 0)
        else:
            _ask_all(portal, shop, provider, shipments, until)
    return len(due)


def when_to_ask(shipment: Shipment, carrier: Carrier | None, failures: int, now: datetime) -> datetime | None:
    """When a carrier is to be asked about a shipment next; `None` for never."""
    if carrier is None or not carrier.polls or shipment.cancelled_at is not None:
        return None
    quiet = now - max(shipment.last_event_at or shipment.created_at, shipment.created_at)
    wait = next_ask(Milestone(shipment.milestone), quiet, failures, carrier.quickest, carrier.slowest)
    return None if wait is None else now + wait


def _group(due: Sequence[Shipment]) -> Iterator[tuple[int, str, list[Shipment]]]:
    groups: dict[tuple[int, str], list[Shipment]] = {}
    for shipment in due:
        groups.setdefault((shipment.shop_id, shipment.carrier), []).append(shipment)
    for (shop, carrier), shipments in groups.items():
        yield shop, carrier, shipments


def _ask_all(
    portal: Portal, shop: int, provider: Provider[Carrier], shipments: Sequence[Shipment], until: datetime
) -> None:
    """Asks in batches, until the carrier wants to be left alone or others may have taken what is left."""
    size = max(provider.object.limits.batch, 1)
    for start in range(0, len(shipments), size):
        if portal.now() >= until:
            return
        rest = _ask(portal, shop, provider, shipments[start : start + size])
        if rest is not None:
            postpone(shop, [one.id for one in shipments[start + size :]], rest)
            return


def _ask(portal: Portal, shop: int, provider: Provider[Carrier], batch: Sequence[Shipment]) -> datetime | None:
    """Asks about one batch. Answers until when the carrier is to be left alone, `None` where there is no need."""
    now, limits = portal.now(), provider.object.limits
    wait = portal.ports.rates.take(shop, provider.key, limits.requests, limits.per, now)
    if wait > 0:
        rest = now + timedelta(seconds=wait)
        postpone(shop, [one.id for one in batch], rest)
        return rest
    numbers = list(dict.fromkeys(shipment.number for shipment in batch))
    try:
        ctx = portal.contexts.make(shop, provider.plugin, worker=True)
        fetched = portal.calls.fetch(provider, shop, [Query(number) for number in numbers], ctx)
    except (PluginError, PluginBug) as error:
        return _note_error(portal, provider, batch, error)
    with transaction():
        for payload in fetched.payloads:
            inbox.receive(
                shop, provider.key, "", payload.body, now=portal.now(), headers=payload.headers,
                content_type=payload.content_type, mode="fetch", numbers=payload.numbers or numbers,
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
        postpone(batch[0].shop_id, [one.id for one in batch], now + STUBBORN, said)
        return now + STUBBORN if isinstance(error, AuthFailed) else None
    if isinstance(error, RateLimited) and error.retry_after is not None:
        rest = now + timedelta(seconds=min(max(error.retry_after, 1.0), STUBBORN.total_seconds()))
        postpone(batch[0].shop_id, [one.id for one in batch], rest, said)
        return rest
    failures = max(shipment.ask_failures for shipment in batch) + 1
    _schedule(portal, batch, provider.object, said, failures)
    return now + provider.object.limits.per if isinstance(error, RateLimited) else None


def _schedule(portal: Portal, batch: Sequence[Shipment], carrier: Carrier | None, error: str, failures: int) -> None:
    now = portal.now()
    with transaction():
        for one in batch:
            set_next_ask(one.shop_id, one.id, when_to_ask(one, carrier, failures, now), now, error, failures)
