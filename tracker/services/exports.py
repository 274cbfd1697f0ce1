"""Exports: what is kept of a customer, as JSON that a machine can read and a person, too."""

import json
from dataclasses import asdict
from datetime import date, datetime, time
from typing import Any

from tracker.domain.instructions import ENDED, OPEN
from tracker.domain.tiers import Tier
from tracker.store.concerns import Concern, count_photos, load_of_order, load_remarks
from tracker.store.instructions import Instruction, list_instructions
from tracker.store.notices import load_notices
from tracker.store.orders import Order, find_by_email, load_lines
from tracker.store.ratings import find_rating
from tracker.store.shipments import Shipment, load_shipments

from . import instructions
from .links import Opened
from .portal import Portal
from .preferences import Mine

KEPT_OF_BUYER = ("name", "email", "phone", "city", "postcode", "country", "locale")
KEPT_OF_LINE = ("title", "sku", "quantity", "cancelled")
KEPT_OF_NOTICE = ("moment", "channel", "recipient", "state", "subject", "sent_at")
KEPT_OF_SCAN = ("source", "local", "offset", "milestone", "reason", "delayed", "code", "text", "place")
KEPT_OF_RATING = ("delivery_stars", "carrier_stars", "comment")
MOST_ASKED = 100


def export(portal: Portal, opened: Opened, mine: Mine) -> dict[str, Any]:
    """Everything that is kept of a customer of a shop.

    Whoever came by a mail's link gets the order that it leads to, since links are passed on. So does whoever came by a
    pass: they have shown that the order is theirs, and not that its e-mail address is, under which others ordered, too.
    What was chosen for that address is not among it then.
    """
    order = mine.order
    orders = find_by_email(order.shop_id, order.email) if gets_all(opened) else [order]
    return {
        "shop": opened.shop.name,
        "made_at": portal.now(),
        "preferences": {**asdict(mine.wishes), "erasing_at": mine.erasing_at} if opened.sent else None,
        "orders": [_describe(portal, one) for one in orders],
    }


def gets_all(opened: Opened) -> bool:
    """Whether all orders with the same e-mail address are exported."""
    return opened.sent and opened.tier == Tier.ACCOUNT


def write(portal: Portal, opened: Opened, mine: Mine) -> str:
    """The text of the file."""
    told = export(portal, opened, mine)
    return json.dumps(told, ensure_ascii=False, indent=2, default=_write_value) + "\n"


def _describe(portal: Portal, order: Order) -> dict[str, Any]:
    shop = order.shop_id
    lines, asked = load_lines(shop, order.id), list_instructions(shop, OPEN | ENDED, MOST_ASKED, order.id)
    return {
        "number": order.number,
        "placed_at": order.placed_at,
        "status": order.milestone,
        "customer": {name: getattr(order, name) for name in KEPT_OF_BUYER},
        "lines": [{name: getattr(line, name) for name in KEPT_OF_LINE} for line in lines],
        "parcels": [_describe_parcel(one) for one in load_shipments(shop, order.id)],
        "instructions": [_describe_instruction(portal, row) for row in asked],
        "concerns": [_describe_concern(row) for row in load_of_order(shop, order.id)],
        "notices": [{name: getattr(row, name) for name in KEPT_OF_NOTICE} for row in load_notices(shop, order.id)],
    }


def _describe_parcel(shipment: Shipment) -> dict[str, Any]:
    rating = find_rating(shipment.shop_id, shipment.id)
    judged = {name: getattr(rating, name) for name in KEPT_OF_RATING} if rating else None
    told = shipment.state or {}
    scans = [{name: one.get(name) for name in KEPT_OF_SCAN} for one in told.get("events") or ()]
    return {"carrier": shipment.carrier, "number": shipment.number, "scans": scans, "rating": judged}


def _describe_instruction(portal: Portal, row: Instruction) -> dict[str, Any]:
    said = instructions.open_said(portal, row)
    return {
        "kind": row.kind,
        "state": row.state,
        "reply": row.reply,
        "created_at": row.created_at,
        "said": asdict(said) if said else None,
    }


def _describe_concern(row: Concern) -> dict[str, Any]:
    said = [
        {"by": "you" if one.by_customer else "shop", "text": one.text, "at": one.created_at}
        for one in load_remarks(row.shop_id, row.id)
    ]
    told = {"number": row.number, "kind": row.kind, "state": row.state, "created_at": row.created_at, "said": said}
    return {**told, "photos": count_photos(row.shop_id, row.id)}


def _write_value(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime | date | time) else str(value)
