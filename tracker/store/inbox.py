"""What came in, durable before it is answered."""

import peewee

from .leases import Leased
from .shops import Shop


class Inbox(Leased):
    """One delivery from a store or a carrier. `delivery` is the sender's id for it, or the digest of its body."""

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    shop_id: int
    source = peewee.CharField(60)
    delivery = peewee.CharField(100)
    mode = peewee.CharField(10, default="push")
    content_type = peewee.CharField(100, default="application/json")
    headers = peewee.JSONField(default=dict)
    numbers = peewee.JSONField(default=list)
    silent = peewee.BooleanField(default=False)
    body = peewee.BlobField()

    class Meta:
        indexes = (
            (("shop", "source", "delivery"), True),
            (("state", "due"), False),
        )
