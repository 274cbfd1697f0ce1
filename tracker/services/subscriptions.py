"""Subscriptions: carriers asked to send news by themselves, again before the promise lapses, and to stop at the end."""

import contextlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from tracker.domain.states import FINAL
from tracker.host.registry import Provider
from tracker.sdk import Carrier, NotFound, Query, Subscription
from tracker.store import subscriptions as rows
from tracker.store.outbox import key_of
from tracker.store.shipments import Shipment, find_shipment, sharing_number
from tracker.store.shops import find_shop
from tracker.store.subscriptions import Subscribed

from .askers import find_subscriber
from .portal import Portal
from .push_doors import address_of

LEAST_LEFT = timedelta(hours=6)
"""A promise is renewed when a quarter of its time is left, and never later than this before its end."""
PATIENCE = timedelta(hours=6)
"""How long a renewal is left to the outbox, which tries it again by itself, before another one is owed."""
Body = Mapping[str, Any]


def owe_subscription(portal: Portal, shipment: Shipment) -> None:
    """Has news of a shipment's number subscribed to, where somebody sends them. Call it in a transaction."""
    if shipment.cancelled_at is None and find_subscriber(portal, shipment.shop_id, shipment.carrier):
        key = f"{key_of('subscribe', shipment.id, shipment.created_at)}:{shipment.revision}"
        portal.owe("subscribe", key, {"shop": shipment.shop_id, "shipment": shipment.id})


def subscribe(portal: Portal, body: Body, key: str) -> None:  # noqa: ARG001 - the number itself is the key
    """Subscribes to one shipment's number. Raises the plugin's errors, so that it is tried again."""
    shipment = find_shipment(body["shop"], body["shipment"])
    if shipment is None or shipment.cancelled_at is not None:
        return
    provider = find_subscriber(portal, shipment.shop_id, shipment.carrier)
    if provider is not None:
        _subscribe(portal, provider, shipment.shop_id, shipment.carrier, shipment.number)


def renew_due(portal: Portal) -> int:
    """Has all subscriptions renewed whose time runs out; tells how many those are."""
    now = portal.now()
    due = rows.due_subscriptions(now)
    for row in due:
        rows.put_off(row.shop_id, row.id, now + PATIENCE)
        portal.owe("renew", key_of("renew", row.id, now), {"shop": row.shop_id, "row": row.id})
    return len(due)


def renew(portal: Portal, body: Body, key: str) -> None:  # noqa: ARG001
    """Renews one subscription, where its carrier is still the one to ask and its news are still awaited."""
    row = rows.find_subscription(body["shop"], body["row"])
    if row is None:
        return
    provider = find_subscriber(portal, row.shop_id, row.carrier)
    if provider is None or provider.id != row.asker:
        rows.drop_subscription(row.shop_id, row.id)
    elif _is_awaited(row):
        _subscribe(portal, provider, row.shop_id, row.carrier, row.number)
    else:
        rows.put_off(row.shop_id, row.id, None)


def owe_end(portal: Portal, shipment: Shipment, due: datetime) -> None:
    """Has the subscriptions to a shipment's number ended at an instant. Call it in a transaction."""
    for row in rows.find_subscriptions(shipment.shop_id, shipment.carrier, shipment.number):
        key = f"{key_of('unsubscribe', row.id, due)}:{row.number}"
        portal.owe("unsubscribe", key, {"shop": row.shop_id, "row": row.id}, due)


def unsubscribe(portal: Portal, body: Body, key: str) -> None:  # noqa: ARG001
    """Ends one subscription, unless another parcel under its number, or the same one again, is under way by now.

    One that the carrier does not know any more is ended already.
    """
    row = rows.find_subscription(body["shop"], body["row"])
    if row is None:
        return
    wanted = find_subscriber(portal, row.shop_id, row.carrier)
    if wanted is not None and wanted.id == row.asker and _is_awaited(row):
        return
    provider = portal.registry.carriers.get(row.asker)
    if provider is not None:
        ctx = portal.contexts.make(row.shop_id, provider.plugin, worker=True)
        with contextlib.suppress(NotFound):
            portal.calls.unsubscribe(provider, row.shop_id, _promise(row), ctx)
    rows.drop_subscription(row.shop_id, row.id)


def _is_awaited(row: Subscribed) -> bool:
    """Whether some parcel under a subscription's number is still to arrive."""
    sharing = sharing_number(row.shop_id, row.carrier, row.number)
    return any(one.cancelled_at is None and one.milestone not in FINAL for one in sharing)


def _subscribe(portal: Portal, provider: Provider[Carrier], shop: int, carrier: str, number: str) -> None:
    owner = find_shop(shop)
    if owner is None:
        return
    ctx = portal.contexts.make(shop, provider.plugin, worker=True)
    address = address_of(portal, owner, provider.id)
    for promise in portal.calls.subscribe(provider, shop, [Query(number, carrier)], address, ctx):
        if promise.number == number:
            rows.save_subscription(
                shop, provider.id, carrier, number, ref=promise.ref, expires=promise.expires,
                renew_at=_when_to_renew(promise, portal.now()), now=portal.now(),
            )  # fmt: skip


def _when_to_renew(promise: Subscription, now: datetime) -> datetime | None:
    if promise.expires is None:
        return None
    left = promise.expires - now
    return max(promise.expires - max(left / 4, LEAST_LEFT), now + PATIENCE)


def _promise(row: Subscribed) -> Subscription:
    return Subscription(row.number, row.ref, row.expires, row.carrier)
