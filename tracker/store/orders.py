"""Orders and their lines."""

import peewee

from .base import Row
from .fields import UTCDateTimeField
from .shops import Shop


class Order(Row):
    """An order of a store.

    `milestone` and `word` are the shop's; `state` is derived from lines and shipments, never set by hand. `view` is
    the projection that pages are made from, `version` counts its changes. `changed_at` is the store's own instant of
    change: an older statement never overwrites a newer one.
    """

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    store = peewee.CharField(40)
    ref = peewee.CharField(64)
    number = peewee.CharField(64)
    placed_at = UTCDateTimeField()
    changed_at = UTCDateTimeField()
    milestone = peewee.CharField(20)
    word = peewee.CharField(60, default="")
    name = peewee.CharField(160, default="")
    email = peewee.CharField(254, default="")
    phone = peewee.CharField(40, default="")
    city = peewee.CharField(120, default="")
    postcode = peewee.CharField(20, default="")
    country = peewee.CharField(2, default="")
    locale = peewee.CharField(12, default="")
    state = peewee.CharField(20, default="-")
    trouble = peewee.BooleanField(default=False)
    completed_at = UTCDateTimeField(null=True)
    delivered_at = UTCDateTimeField(null=True)
    deleted_at = UTCDateTimeField(null=True)
    view = peewee.JSONField(default=dict)
    version = peewee.IntegerField(default=0)

    class Meta:
        table_name = "order_"
        indexes = (
            (("shop", "store", "ref"), True),
            (("shop", "number"), False),
            (("shop", "placed_at"), False),
            (("shop", "email"), False),
        )


class Line(Row):
    """A line of an order. `cancelled` counts refunded and cancelled pieces; they are not shippable any more."""

    order = peewee.ForeignKeyField(Order, on_delete="CASCADE")
    ref = peewee.CharField(64)
    sku = peewee.CharField(100, default="")
    title = peewee.CharField(300)
    quantity = peewee.IntegerField()
    cancelled = peewee.IntegerField(default=0)
    shippable = peewee.BooleanField(default=True)
    image_url = peewee.CharField(500, default="")
    position = peewee.IntegerField(default=0)

    class Meta:
        indexes = ((("order", "ref"), True),)
