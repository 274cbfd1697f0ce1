"""What customers wish of notices, one row an e-mail address in a shop."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import peewee

from .base import Row
from .fields import UTCDateTimeField
from .shops import Shop


class Preference(Row):
    """A customer's wishes, kept by the address that their orders name.

    `locale` is empty for none. `channels` maps kinds of notice to a channel's id, or to an empty text for "not at all".
    `quiet_from` and `quiet_until` are wall clocks like `22:00` in `zone`, empty for none. `erasing_at` is when they
    asked to have their data erased: `at_once`, or once their parcels have arrived.
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
    erasing_at = UTCDateTimeField(null=True)
    at_once = peewee.BooleanField(default=False)

    class Meta:
        indexes = ((("shop", "email"), True),)


def find_preference(shop: int, email: str) -> Preference | None:
    """What a customer of a shop wishes."""
    return Preference.get_or_none((Preference.shop == shop) & (Preference.email == email))


def write_preference(shop: int, email: str, fields: Mapping[str, Any], now: datetime) -> Preference:
    """Keeps some of a customer's wishes; the rest stays as it is, or as it is before anything is said."""
    row = find_preference(shop, email) or Preference(shop=shop, email=email)
    for name, value in {**fields, "changed_at": now}.items():
        setattr(row, name, value)
    row.save()
    return row


def load_preference(shop: int, preference: int) -> Preference | None:
    """The wishes with this id, if they are of this shop's customer."""
    return Preference.get_or_none((Preference.shop == shop) & (Preference.id == preference))


def delete_preference(shop: int, email: str) -> None:
    """Forgets what a customer of a shop wished."""
    Preference.delete().where((Preference.shop == shop) & (Preference.email == email)).execute()
