"""Customers who had their data erased: by a digest of their address, which only the portal's key can make again."""

from collections.abc import Sequence
from datetime import datetime

import peewee

from .base import Row
from .fields import UTCDateTimeField
from .shops import Shop


class Suppression(Row):
    """A customer of a shop whose data was erased `at` an instant, the last time they asked."""

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE", index=False)
    shop_id: int
    digest = peewee.CharField(64)
    at = UTCDateTimeField()

    class Meta:
        indexes = ((("shop", "digest"), True),)


def find_suppression(shop: int, digests: Sequence[str]) -> datetime | None:
    """When the customer with one of these digests last had their data erased."""
    where = (Suppression.shop == shop) & Suppression.digest.in_(list(digests))
    row = Suppression.select(Suppression.at).where(where).order_by(Suppression.at.desc()).first()
    return row.at if row else None


def add_suppression(shop: int, digest: str, at: datetime) -> bool:
    """Keeps that a customer had their data erased; False where a newer word of it is here already."""
    row = Suppression.get_or_none((Suppression.shop == shop) & (Suppression.digest == digest))
    if row is None:
        Suppression.create(shop=shop, digest=digest, at=at)
        return True
    if row.at >= at:
        return False
    Suppression.update(at=at).where((Suppression.shop == shop) & (Suppression.id == row.id)).execute()
    return True
