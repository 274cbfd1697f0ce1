"""Notices: one row a shipment, moment and recipient, however often and in whatever order events came."""

import peewee

from .base import Row
from .fields import UTCDateTimeField
from .orders import Order
from .shipments import Shipment
from .shops import Shop


class Notice(Row):
    """A message owed to a customer. `state` is `held`, `sending`, `sent`, `superseded` or `failed`.

    `epoch` is the shipment's revision at the time. Notices of one order that leave together carry the same `mail`.
    """

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    order = peewee.ForeignKeyField(Order, on_delete="CASCADE")
    shipment = peewee.ForeignKeyField(Shipment, on_delete="CASCADE")
    moment = peewee.CharField(24)
    epoch = peewee.IntegerField(default=0)
    channel = peewee.CharField(40)
    recipient = peewee.CharField(254)
    state = peewee.CharField(12, default="held")
    why = peewee.CharField(60, default="")
    mail = peewee.CharField(160, default="")
    subject = peewee.CharField(300, default="")
    reply = peewee.CharField(300, default="")
    created_at = UTCDateTimeField()
    sent_at = UTCDateTimeField(null=True)

    class Meta:
        indexes = (
            (("shipment", "epoch", "moment", "channel", "recipient"), True),
            (("shop", "order"), False),
        )
