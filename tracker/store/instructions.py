"""What customers answer to their carrier, and what becomes of it."""

from typing import Any

import peewee

from .base import Row
from .fields import UTCDateTimeField
from .orders import Order
from .shipments import Shipment
from .shops import Shop


class Instruction(Row):
    """One answer of a customer: to a carrier, or to the shop before anything was sent (`shipment` is empty then).

    `kind` is one of `tracker.sdk.InstructionKind`. `sealed` holds what was said, encrypted: it tells where people live.
    `state` is `approval`, `task`, `sending`, `sent`, `accepted`, `refused`, `done` or `expired`; `reply` is what the
    carrier or staff answered. `due_at` is the instant after which it helps nobody any more.
    """

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE", index=False)
    shop_id: int
    order = peewee.ForeignKeyField(Order, on_delete="CASCADE")
    order_id: int
    shipment = peewee.ForeignKeyField(Shipment, null=True, on_delete="CASCADE")
    shipment_id: int | None
    kind = peewee.CharField(24)
    sealed = peewee.TextField(default="")
    state = peewee.CharField(12)
    tier = peewee.CharField(12)
    reply = peewee.CharField(300, default="")
    ref = peewee.CharField(80, default="")
    created_at = UTCDateTimeField()
    due_at = UTCDateTimeField(null=True)
    changed_at = UTCDateTimeField()

    class Meta:
        indexes = ((("shop", "order"), False), (("shop", "state", "due_at"), False))


def project(shop: int, order: int) -> list[dict[str, Any]]:
    """An order's instructions for its page, newest first, with nothing in them that tells of people."""
    where = (Instruction.shop == shop) & (Instruction.order == order)
    return [
        {
            "id": row.id,
            "shipment": row.shipment_id,
            "kind": row.kind,
            "state": row.state,
            "reply": row.reply,
            "created_at": row.created_at.isoformat(),
            "due_at": row.due_at.isoformat() if row.due_at else None,
            "changed_at": row.changed_at.isoformat(),
        }
        for row in Instruction.select().where(where).order_by(Instruction.id.desc()).limit(20)
    ]
