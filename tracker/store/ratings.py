"""How customers found a delivery and its carrier."""

from typing import Any

import peewee

from .base import Row
from .fields import UTCDateTimeField
from .orders import Order
from .shipments import Shipment
from .shops import Shop


class Rating(Row):
    """A customer's judgement of one parcel: 1 to 5 stars for the delivery, for the carrier, or both.

    The audit record holds a digest of `comment` with `salt`; with the salt gone it tells nothing.
    """

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE", index=False)
    shop_id: int
    order = peewee.ForeignKeyField(Order, on_delete="CASCADE")
    order_id: int
    shipment = peewee.ForeignKeyField(Shipment, on_delete="CASCADE", unique=True)
    shipment_id: int
    carrier = peewee.CharField(40)
    delivery_stars = peewee.IntegerField(null=True)
    carrier_stars = peewee.IntegerField(null=True)
    comment = peewee.TextField(default="")
    created_at = UTCDateTimeField()
    changed_at = UTCDateTimeField()
    salt = peewee.CharField(32, default="")

    class Meta:
        indexes = ((("shop", "carrier", "created_at"), False), (("shop", "order"), False))


def project(shop: int, order: int) -> dict[int, dict[str, Any]]:
    """The stars that an order's parcels were given, by shipment."""
    where = (Rating.shop == shop) & (Rating.order == order)
    return {
        row.shipment_id: {"delivery": row.delivery_stars, "carrier": row.carrier_stars}
        for row in Rating.select().where(where)
    }
