"""What customers wish of notices, one row an e-mail address in a shop."""

import peewee

from .base import Row
from .fields import UTCDateTimeField
from .shops import Shop


class Preference(Row):
    """A customer's wishes, kept by the address that their orders name.

    `locale` is empty for none. `channels` maps kinds of notice to a channel's id, or to an empty text for "not at all".
    `quiet_from` and `quiet_until` are wall clocks like `22:00` in `zone`, empty for none.
    """

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE", index=False)
    shop_id: int
    email = peewee.CharField(254)
    locale = peewee.CharField(12, default="")
    channels = peewee.JSONField(default=dict)
    quiet_from = peewee.CharField(5, default="")
    quiet_until = peewee.CharField(5, default="")
    zone = peewee.CharField(40, default="")
    only_trouble = peewee.BooleanField(default=False)
    paused_until = UTCDateTimeField(null=True)
    changed_at = UTCDateTimeField()

    class Meta:
        indexes = ((("shop", "email"), True),)


def find_preference(shop: int, email: str) -> Preference | None:
    """What a customer of a shop wishes."""
    return Preference.get_or_none((Preference.shop == shop) & (Preference.email == email))
