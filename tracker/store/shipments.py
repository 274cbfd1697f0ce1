"""Shipments: which pieces of an order travel under which number, from where."""

import peewee

from .base import Row
from .fields import UTCDateTimeField
from .orders import Line, Order
from .shops import Shop


class Location(Row):
    """Where a shop sends parcels from: a warehouse, a store."""

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    code = peewee.CharField(40)
    name = peewee.CharField(120)
    kind = peewee.CharField(20, default="warehouse")
    country = peewee.CharField(2, default="")

    class Meta:
        indexes = ((("shop", "code"), True),)


class Shipment(Row):
    """One tracking number of one carrier in one order.

    `revision` counts corrections of carrier or number by staff. `state` is the fold of its number's events (the
    columns from `milestone` to `delivered_at` repeat parts of it to be searched). `ask_at` is when the carrier is to
    be asked next, empty when never again.
    """

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    order = peewee.ForeignKeyField(Order, on_delete="CASCADE")
    location = peewee.ForeignKeyField(Location, null=True, on_delete="SET NULL")
    carrier = peewee.CharField(40)
    carrier_name = peewee.CharField(120, default="")
    number = peewee.CharField(64)
    url = peewee.CharField(500, default="")
    revision = peewee.IntegerField(default=0)
    created_at = UTCDateTimeField()
    shipped_at = UTCDateTimeField(null=True)
    cancelled_at = UTCDateTimeField(null=True)
    silent = peewee.BooleanField(default=False)
    milestone = peewee.CharField(24, default="pending")
    reason = peewee.CharField(40, default="")
    delayed = peewee.BooleanField(default=False)
    action_required = peewee.BooleanField(default=False)
    last_event_at = UTCDateTimeField(null=True)
    delivered_at = UTCDateTimeField(null=True)
    late_after = UTCDateTimeField(null=True)
    state = peewee.JSONField(default=dict)
    ask_at = UTCDateTimeField(null=True, index=True)
    asked_at = UTCDateTimeField(null=True)
    answered_at = UTCDateTimeField(null=True)
    ask_failures = peewee.IntegerField(default=0)
    ask_error = peewee.CharField(300, default="")

    class Meta:
        indexes = (
            (("shop", "order", "carrier", "number"), True),
            (("shop", "carrier", "number"), False),
        )


class ShipmentLine(Row):
    """Pieces of a line in a shipment. A shipment without any carries whatever its order holds."""

    shipment = peewee.ForeignKeyField(Shipment, on_delete="CASCADE")
    line = peewee.ForeignKeyField(Line, on_delete="CASCADE")
    quantity = peewee.IntegerField()

    class Meta:
        indexes = ((("shipment", "line"), True),)
