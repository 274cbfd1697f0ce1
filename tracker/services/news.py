"""News: plugins that listen are told what changed, each by itself, after commit and at least once."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tracker.sdk import Milestone, ShipmentChange, Status
from tracker.store.orders import find_order
from tracker.store.shipments import Shipment, find_shipment
from tracker.store.shops import find_shop

from . import plugins
from .portal import Portal

HOOK = "tracker_shipment_changed"
Json = dict[str, Any]


def owe_change(portal: Portal, shipment: Shipment, before: Json, at: datetime | None) -> None:
    """Has each listening plugin told that a shipment's status changed. Call it in the transaction that changed it.

    `before` is what `status_of` gave of the shipment then, `at` the instant of the scan that changed it, where known.
    """
    after = status_of(shipment)
    if before == after or not portal.registry.listeners.get(HOOK):
        return
    key = f"change:{shipment.id}:{secrets.token_hex(8)}"
    body = {"before": before, "after": after, "at": at.isoformat() if at else "", "key": key}
    portal.owe("change", key, {"shop": shipment.shop_id, "shipment": shipment.id, **body})


def status_of(shipment: Shipment) -> Json:
    """A shipment's status as JSON."""
    return {
        "milestone": shipment.milestone,
        "reason": shipment.reason,
        "delayed": shipment.delayed,
        "action_required": shipment.action_required,
    }


def tell(portal: Portal, body: Mapping[str, Any], key: str) -> None:  # noqa: ARG001 - the change has its own
    """Tells all listeners of one change, or the one that was not reached before.

    Each that is not reached is told again by itself; raises what stopped it where it was the only one.
    """
    change = _load(portal, body)
    wanted = [
        one
        for one in portal.registry.listeners.get(HOOK, ())
        if body.get("plugin", one.plugin) == one.plugin and plugins.is_enabled(portal, body["shop"], one.plugin)
    ]
    if change is None:
        return
    missed = portal.calls.tell(
        wanted, body["shop"], lambda plugin: portal.contexts.make(body["shop"], plugin, worker=True), change=change
    )
    for listener, error in missed:
        if "plugin" in body:
            raise error
        portal.owe("change", f"{body['key']}:{listener.plugin}", {**body, "plugin": listener.plugin})


def _load(portal: Portal, body: Mapping[str, Any]) -> ShipmentChange | None:
    """The change as plugins are told it; `None` where the shipment is gone."""
    shop, shipment = find_shop(body["shop"]), find_shipment(body["shop"], body["shipment"])
    order = find_order(body["shop"], shipment.order_id) if shipment else None
    if shop is None or shipment is None or order is None:
        return None
    return ShipmentChange(
        body["key"], shop.slug, order.number, shipment.carrier, shipment.number,
        _status(body["before"]), _status(body["after"]),
        datetime.fromisoformat(body["at"]) if body["at"] else None,
        shipment.url or portal.carrier_url(shop.id, shipment.carrier, shipment.number),
    )  # fmt: skip


def _status(told: Json) -> Status:
    return Status(Milestone(told["milestone"]), told["reason"], told["delayed"], told["action_required"])
