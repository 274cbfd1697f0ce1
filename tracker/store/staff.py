"""People who work in the desk, their roles in shops, and their sessions."""

import peewee

from .base import Row
from .fields import UTCDateTimeField
from .shops import Shop


class Staff(Row):
    """A person. `password` is an argon2 hash."""

    email = peewee.CharField(254, unique=True)
    name = peewee.CharField(120, default="")
    password = peewee.CharField(200)
    locale = peewee.CharField(12, default="")
    created_at = UTCDateTimeField()
    disabled_at = UTCDateTimeField(null=True)


class Membership(Row):
    """What a person may do in a shop: `owner`, `staff` (orders and shipments) or `marketer` (look and slots)."""

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    shop_id: int
    staff = peewee.ForeignKeyField(Staff, on_delete="CASCADE")
    staff_id: int
    role = peewee.CharField(12)

    class Meta:
        indexes = ((("shop", "staff"), True),)


class Session(Row):
    """A sign-in that can be revoked. The cookie holds a secret, the table its digest."""

    staff = peewee.ForeignKeyField(Staff, on_delete="CASCADE")
    staff_id: int
    digest = peewee.CharField(64, unique=True)
    csrf = peewee.CharField(64)
    created_at = UTCDateTimeField()
    seen_at = UTCDateTimeField()
    expires_at = UTCDateTimeField()
    revoked_at = UTCDateTimeField(null=True)
