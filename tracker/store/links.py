"""Tracking links, and the requests for one."""

import peewee

from .base import Row
from .fields import UTCDateTimeField
from .leases import Leased
from .orders import Order
from .shops import Shop


class Link(Row):
    """A way to one order for one recipient.

    The token is an HMAC of `nonce` under the link key named `key`; the table holds only its `digest`, so that a
    stolen database opens no page while the portal can print the link again.
    """

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    shop_id: int
    order = peewee.ForeignKeyField(Order, on_delete="CASCADE")
    order_id: int
    recipient = peewee.CharField(254, default="")
    tier = peewee.CharField(12, default="mail")
    nonce = peewee.CharField(32)
    key = peewee.CharField(16)
    digest = peewee.CharField(64, unique=True)
    created_at = UTCDateTimeField()
    expires_at = UTCDateTimeField(null=True)
    revoked_at = UTCDateTimeField(null=True)

    class Meta:
        indexes = ((("shop", "order", "recipient", "tier"), False),)


class Lookup(Leased):
    """Somebody asked for a link. The request stores this row and nothing else; the worker decides."""

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    shop_id: int
    number = peewee.CharField(64)
    proof = peewee.CharField(254)
    origin = peewee.CharField(64, default="")

    class Meta:
        indexes = ((("state", "due"), False),)
