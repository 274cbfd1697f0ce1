"""Carriers that a shop added by itself: a name, a link, and what their numbers look like."""

from datetime import datetime
from typing import Any

import peewee

from tracker.domain.names import fold_name

from .base import Row
from .errors import Taken
from .fields import UTCDateTimeField
from .shops import Shop


class OwnCarrier(Row):
    """A carrier of one shop. `url` holds `{number}`. `folded` is the name as names are compared.

    Its numbers begin with `prefix` and have from `shortest` to `longest` characters; empty and `None` ask for nothing.
    """

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE", index=False)
    shop_id: int
    name = peewee.CharField(80)
    folded = peewee.CharField(160)
    url = peewee.CharField(300)
    country = peewee.CharField(2, default="")
    prefix = peewee.CharField(12, default="")
    shortest = peewee.IntegerField(null=True)
    longest = peewee.IntegerField(null=True)
    created_at = UTCDateTimeField()

    class Meta:
        indexes = ((("shop", "folded"), True),)


def load_carriers(shop: int) -> list[OwnCarrier]:
    """The carriers that a shop added, by name."""
    return list(OwnCarrier.select().where(OwnCarrier.shop == shop).order_by(OwnCarrier.folded))


def find_carrier(shop: int, carrier: int) -> OwnCarrier | None:
    """The carrier with this id, if it is this shop's."""
    return OwnCarrier.get_or_none((OwnCarrier.shop == shop) & (OwnCarrier.id == carrier))


def add_carrier(shop: int, name: str, now: datetime, **fields: Any) -> OwnCarrier:
    """A new carrier. Raises `Taken` for a name that another one of the shop has."""
    try:
        return OwnCarrier.create(shop=shop, name=name, folded=fold_name(name)[:160], created_at=now, **fields)
    except peewee.IntegrityError:
        raise Taken(f"There is a carrier {name!r} already.") from None


def write_carrier(shop: int, carrier: int, name: str, **fields: Any) -> None:
    """Replaces what is known of a carrier. Raises `Taken` for a name that another one of the shop has."""
    row = {"name": name, "folded": fold_name(name)[:160], **fields}
    try:
        OwnCarrier.update(row).where((OwnCarrier.shop == shop) & (OwnCarrier.id == carrier)).execute()
    except peewee.IntegrityError:
        raise Taken(f"There is a carrier {name!r} already.") from None


def delete_carrier(shop: int, carrier: int) -> None:
    """Forgets a carrier. Shipments keep its name and link."""
    OwnCarrier.delete().where((OwnCarrier.shop == shop) & (OwnCarrier.id == carrier)).execute()
