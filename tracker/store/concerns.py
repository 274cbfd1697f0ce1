"""What customers report, what is answered, and the photos that prove it."""

from typing import Any

import peewee

from .base import Row
from .fields import UTCDateTimeField
from .orders import Order
from .shipments import Shipment
from .shops import Shop
from .staff import Staff


class Concern(Row):
    """Something is wrong, says a customer. `number` counts a shop's concerns and is what people name it by.

    `kind` is `late`, `damaged`, `missing`, `not_here`, `other` (`domain/concerns.py`); `state` is `open`, `answered` or
    `closed`. `due_at` is when the customer may expect an answer, `owner` who gives it. `checks` are the places that the
    customer has looked at, `pieces` what was missing: `[{"ref", "title", "quantity"}]`.
    """

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE", index=False)
    shop_id: int
    order = peewee.ForeignKeyField(Order, on_delete="CASCADE")
    order_id: int
    shipment = peewee.ForeignKeyField(Shipment, null=True, on_delete="SET NULL")
    shipment_id: int | None
    number = peewee.IntegerField()
    kind = peewee.CharField(20)
    state = peewee.CharField(10, default="open")
    owner = peewee.ForeignKeyField(Staff, null=True, on_delete="SET NULL")
    owner_id: int | None
    checks = peewee.JSONField(default=list)
    created_at = UTCDateTimeField()
    due_at = UTCDateTimeField(null=True)
    closed_at = UTCDateTimeField(null=True)
    pieces = peewee.JSONField(null=True)

    class Meta:
        indexes = ((("shop", "number"), True), (("shop", "state", "due_at"), False))


class Remark(Row):
    """One thing said about a concern: by the customer (`staff` is empty), or by staff.

    `key` names the form that it came by: the same form twice is one remark. The audit record holds a digest of `text`
    with `salt`; with the salt gone it tells nothing.
    """

    concern = peewee.ForeignKeyField(Concern, on_delete="CASCADE")
    concern_id: int
    staff = peewee.ForeignKeyField(Staff, null=True, on_delete="SET NULL")
    staff_id: int | None
    by_customer = peewee.BooleanField()
    text = peewee.TextField(default="")
    created_at = UTCDateTimeField()
    key = peewee.CharField(32, default="")
    salt = peewee.CharField(32, default="")


class Photo(Row):
    """A picture that a customer sent with a concern, drawn anew by us. Nobody sees it but customer and staff."""

    concern = peewee.ForeignKeyField(Concern, on_delete="CASCADE")
    concern_id: int
    content_type = peewee.CharField(40)
    body = peewee.BlobField()
    created_at = UTCDateTimeField()
    remark = peewee.ForeignKeyField(Remark, null=True, on_delete="CASCADE")
    remark_id: int | None


def project(shop: int, order: int) -> list[dict[str, Any]]:
    """An order's concerns for its page, newest first: how each stands, and nothing that was said."""
    where = (Concern.shop == shop) & (Concern.order == order)
    return [
        {
            "number": row.number,
            "shipment": row.shipment_id,
            "kind": row.kind,
            "state": row.state,
            "created_at": row.created_at.isoformat(),
            "due_at": row.due_at.isoformat() if row.due_at else None,
        }
        for row in Concern.select().where(where).order_by(Concern.id.desc()).limit(20)
    ]
