"""Statuses that shops made for themselves."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import peewee

from .base import Row
from .errors import Taken
from .fields import UTCDateTimeField
from .prepared import Prepared, param
from .shops import Shop


class CustomStatus(Row):
    """A shop's own word for a milestone. `stage` is `shipment` or `order`, `words` maps a locale to the word.

    `colour` is for light pages. `key` is what events and orders hold; it never changes, and an archived status goes
    on naming what it named.
    """

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE", index=False)
    shop_id: int
    key = peewee.CharField(40)
    stage = peewee.CharField(10)
    milestone = peewee.CharField(24)
    words = peewee.JSONField(default=dict)
    colour = peewee.CharField(7)
    icon = peewee.CharField(20)
    position = peewee.IntegerField(default=0)
    archived_at = UTCDateTimeField(null=True)
    created_at = UTCDateTimeField()

    class Meta:
        indexes = ((("shop", "key"), True),)


_ALL = Prepared(
    lambda: (
        CustomStatus.select().where(CustomStatus.shop == param("shop")).order_by(CustomStatus.position, CustomStatus.id)
    )
)


def load_statuses(shop: int) -> list[CustomStatus]:
    """All statuses that a shop made, archived ones too, in the shop's order."""
    return _ALL.models(CustomStatus, shop=shop)


def find_status(shop: int, key: str) -> CustomStatus | None:
    """A shop's status by its key."""
    return CustomStatus.get_or_none((CustomStatus.shop == shop) & (CustomStatus.key == key))


def add_status(shop: int, key: str, now: datetime, **fields: Any) -> CustomStatus:
    """A new status, behind all others. Raises `Taken` for a key that another one has."""
    last = CustomStatus.select(peewee.fn.MAX(CustomStatus.position)).where(CustomStatus.shop == shop).scalar()
    try:
        return CustomStatus.create(shop=shop, key=key, position=(last or 0) + 1, created_at=now, **fields)
    except peewee.IntegrityError:
        raise Taken(f"There is a status {key!r} already.") from None


def write_status(shop: int, key: str, fields: Mapping[str, Any]) -> None:
    """Replaces some columns of a status."""
    CustomStatus.update(dict(fields)).where((CustomStatus.shop == shop) & (CustomStatus.key == key)).execute()


def write_order(shop: int, keys: Sequence[str]) -> None:
    """Puts a shop's statuses into this order."""
    for position, key in enumerate(keys):
        write_status(shop, key, {"position": position})


def touch(shop: int) -> None:
    """Says that the shop's own words have changed: every page that may hold one of them is another page."""
    Shop.update({Shop.wording: Shop.wording + 1}).where(Shop.id == shop).execute()
