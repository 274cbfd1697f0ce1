"""The audit record: a hash chain per shipment or order."""

import peewee

from .base import Row
from .fields import UTCDateTimeField
from .shops import Shop


class Audit(Row):
    """One link of a chain. `hash` covers the body and the hash before it, so that no link changes unseen."""

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    chain = peewee.CharField(40)
    position = peewee.IntegerField()
    at = UTCDateTimeField()
    actor = peewee.CharField(80)
    action = peewee.CharField(40)
    body = peewee.JSONField(default=dict)
    previous = peewee.CharField(64, default="")
    hash = peewee.CharField(64)

    class Meta:
        indexes = ((("shop", "chain", "position"), True),)
