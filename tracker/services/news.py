"""News: plugins that listen are told what changed, each by itself, after commit and at least once."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tracker.sdk import Concern, ConcernKind, Feedback, Milestone, ShipmentChange, Status
from tracker.store.concerns import count_photos, find_by_id, first_remark
from tracker.store.orders import find_order
from tracker.store.ratings import find_rating
from tracker.store.shipments import Shipment, find_shipment
from tracker.store.shops import find_shop

from . import plugins
from .portal import Portal

HOOK = "tracker_shipment_changed"
CONCERN_HOOK, CONCERN_TOPIC = "tracker_concern_raised", "concern-news"
FEEDBACK_HOOK, FEEDBACK_TOPIC = "tracker_feedback_given", "feedback-news"
PATIENCE = 300.0
"""Seconds within which a rating may still be added to."""
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


def owe_concern(portal: Portal, shop: int, concern: int) -> None:
    """Has each listening plugin told of a concern, by its id. Call it in the transaction that raised it."""
    if portal.registry.listeners.get(CONCERN_HOOK):
        key = f"{CONCERN_TOPIC}:{concern}"
        portal.owe(CONCERN_TOPIC, key, {"shop": shop, "key": key, "concern": concern})


def owe_feedback(portal: Portal, shop: int, shipment: int) -> None:
    """Has each listening plugin told how a parcel was rated. Call it in the transaction that kept the rating.

    Stars come with one press and words a minute later: what is said within `PATIENCE` is told once, as it is by then.
    """
    if portal.registry.listeners.get(FEEDBACK_HOOK):
        now = portal.now().timestamp()
        until = datetime.fromtimestamp(now - now % PATIENCE + PATIENCE, UTC)
        key = f"{FEEDBACK_TOPIC}:{shipment}:{until.timestamp():.0f}"
        portal.owe(FEEDBACK_TOPIC, key, {"shop": shop, "key": key, "shipment": shipment}, until)


def tell(portal: Portal, body: Mapping[str, Any], key: str) -> None:  # noqa: ARG001 - the change has its own
    """Tells all listeners of one change, or the one that was not reached before.

    Each that is not reached is told again by itself; raises what stopped it where it was the only one.
    """
    _spread(portal, HOOK, "change", body, change=_load(portal, body))


def tell_concern(portal: Portal, body: Mapping[str, Any], key: str) -> None:  # noqa: ARG001
    """Tells all listeners of one concern, as `tell` does. It is read now: what was erased by now is told to nobody."""
    _spread(portal, CONCERN_HOOK, CONCERN_TOPIC, body, concern=_load_concern(body))


def tell_feedback(portal: Portal, body: Mapping[str, Any], key: str) -> None:  # noqa: ARG001
    """Tells all listeners of one rating, as `tell` does."""
    _spread(portal, FEEDBACK_HOOK, FEEDBACK_TOPIC, body, feedback=_load_feedback(body))


def _spread(portal: Portal, hook: str, topic: str, body: Mapping[str, Any], **told: object) -> None:
    wanted = [
        one
        for one in portal.registry.listeners.get(hook, ())
        if body.get("plugin", one.plugin) == one.plugin and plugins.is_enabled(portal, body["shop"], one.plugin)
    ]
    if None in told.values():
        return
    missed = portal.calls.tell(
        wanted, body["shop"], lambda plugin: portal.contexts.make(body["shop"], plugin, worker=True), **told
    )
    for listener, error in missed:
        if "plugin" in body:
            raise error
        portal.owe(topic, f"{body['key']}:{listener.plugin}", {**body, "plugin": listener.plugin})


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


def _load_concern(body: Mapping[str, Any]) -> Concern | None:
    """The concern as plugins are told it: its first words; `None` where the order is gone."""
    shop, row = find_shop(body["shop"]), find_by_id(body["shop"], body["concern"])
    order = find_order(body["shop"], row.order_id) if row else None
    if shop is None or row is None or order is None or order.deleted_at is not None:
        return None
    parcel = find_shipment(shop.id, row.shipment_id) if row.shipment_id else None
    said = first_remark(shop.id, row.id)
    return Concern(
        body["key"], shop.slug, order.number, row.number, ConcernKind(row.kind), row.created_at,
        said.text if said else "", parcel.carrier if parcel else "", parcel.number if parcel else "",
        tuple(row.checks), tuple((str(one["title"]), int(one["quantity"])) for one in row.pieces or ()),
        count_photos(shop.id, row.id),
    )  # fmt: skip


def _load_feedback(body: Mapping[str, Any]) -> Feedback | None:
    shop, row = find_shop(body["shop"]), find_rating(body["shop"], body["shipment"])
    order = find_order(body["shop"], row.order_id) if row else None
    parcel = find_shipment(body["shop"], body["shipment"]) if row else None
    if shop is None or row is None or order is None or parcel is None or order.deleted_at is not None:
        return None
    return Feedback(
        body["key"], shop.slug, order.number, row.carrier, parcel.number, row.changed_at, row.delivery_stars,
        row.carrier_stars, row.comment,
    )  # fmt: skip
