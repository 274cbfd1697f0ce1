"""What carriers tell beside scans: proofs of delivery, and where a parcel waits."""

from typing import Any

import peewee

from .base import Row
from .fields import UTCDateTimeField
from .shops import Shop


class Proof(Row):
    """A photo or signature that a carrier gave of a number. `state` is `wanted` (only its address is known) or `kept`.

    `as_of` is the wall clock of the newest scan told with it: a number that is used again has proofs of its own.
    """

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE", index=False)
    shop_id: int
    carrier = peewee.CharField(40)
    number = peewee.CharField(64)
    kind = peewee.CharField(10)
    digest = peewee.CharField(64)
    state = peewee.CharField(10)
    url = peewee.TextField(default="")
    content_type = peewee.CharField(40, default="")
    body = peewee.BlobField(null=True)
    as_of = peewee.CharField(19, default="")
    created_at = UTCDateTimeField()

    class Meta:
        indexes = ((("shop", "carrier", "number", "kind", "digest"), True),)


class Pickup(Row):
    """Where a number waits to be collected, as a carrier told it: `body` holds the fields of `tracker.sdk.Pickup`."""

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE", index=False)
    shop_id: int
    carrier = peewee.CharField(40)
    number = peewee.CharField(64)
    digest = peewee.CharField(64)
    body = peewee.JSONField(default=dict)
    as_of = peewee.CharField(19, default="")
    created_at = UTCDateTimeField()

    class Meta:
        indexes = ((("shop", "carrier", "number", "digest"), True),)


def project(shop: int, numbers: list[tuple[str, str]]) -> dict[tuple[str, str], dict[str, Any]]:
    """For each carrier and number what its page may show: `{"proofs": [{"id", "kind"}], "pickup": {...}}`."""
    del shop, numbers
    return {}
