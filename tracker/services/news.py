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
    if before == after:
        return
    key = f"{shipment.id}:{secrets.token_hex(8)}"
    for listener in portal.registry.listeners.get(HOOK, ()):
        if plugins.is_enabled(portal, shipment.shop_id, listener.plugin):
            body = {
                "shop": shipment.shop_id, "shipment": shipment.id, "plugin": listener.plugin, "before": before,
                "after": after, "at": at.isoformat() if at else "",
            }  # fmt: skip
            portal.owe("change", f"change:{listener.plugin}:{key}", body)


def status_of(shipment: Shipment) -> Json:
    """A shipment's status as JSON."""
    return {
        "milestone": shipment.milestone,
        "reason": shipment.reason,
        "delayed": shipment.delayed,
        "action_required": shipment.action_required,
    }


def tell(portal: Portal, body: Mapping[str, Any], key: str) -> None:
    """Tells one plugin of one change. Raises what stopped it, so that it is told again."""
    found = (one for one in portal.registry.listeners.get(HOOK, ()) if one.plugin == body["plugin"])
    listener, shipment = next(found, None), find_shipment(body["shop"], body["shipment"])
    if listener is None or shipment is None or not plugins.is_enabled(portal, body["shop"], listener.plugin):
        return
    shop, order = find_shop(body["shop"]), find_order(body["shop"], shipment.order_id)
    if shop is None or order is None:
        return
    change = ShipmentChange(
        key, shop.slug, order.number, shipment.carrier, shipment.number,
        _status(body["before"]), _status(body["after"]),
        datetime.fromisoformat(body["at"]) if body["at"] else None,
        shipment.url or portal.carrier_url(shop.id, shipment.carrier, shipment.number),
    )  # fmt: skip
    ctx = portal.contexts.make(shop.id, listener.plugin, worker=True)
    portal.calls.tell(listener, shop.id, change=change, ctx=ctx)


def _status(told: Json) -> Status:
    return Status(Milestone(told["milestone"]), told["reason"], told["delayed"], told["action_required"])
