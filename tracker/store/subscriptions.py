"""Subscriptions: numbers that a carrier sends news of by itself, and until when."""

from datetime import datetime

import peewee

from .base import Row
from .fields import UTCDateTimeField
from .shops import Shop


class Subscribed(Row):
    """One number that `asker` (a carrier's id) sends news of. It is renewed at `renew_at`, where it expires."""

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE", index=False)
    shop_id: int
    asker = peewee.CharField(40)
    carrier = peewee.CharField(40)
    number = peewee.CharField(64)
    ref = peewee.CharField(200)
    renew_at = UTCDateTimeField(null=True, index=True)
    expires = UTCDateTimeField(null=True)
    made_at = UTCDateTimeField()

    class Meta:
        indexes = ((("shop", "asker", "carrier", "number"), True),)


def save_subscription(
    shop: int, asker: str, carrier: str, number: str, *, ref: str, expires: datetime | None, renew_at: datetime | None,
    now: datetime,
) -> None:  # fmt: skip
    """Keeps a subscription, or its renewal."""
    news = {"ref": ref, "expires": expires, "renew_at": renew_at, "made_at": now}
    row = {"shop": shop, "asker": asker, "carrier": carrier, "number": number, **news}
    target = (Subscribed.shop, Subscribed.asker, Subscribed.carrier, Subscribed.number)
    Subscribed.insert(row).on_conflict(conflict_target=target, update=news).execute()


def find_subscriptions(shop: int, carrier: str, number: str) -> list[Subscribed]:
    """All subscriptions to a carrier's number, whoever sends its news."""
    where = (Subscribed.shop == shop) & (Subscribed.carrier == carrier) & (Subscribed.number == number)
    return list(Subscribed.select().where(where).order_by(Subscribed.id))


def find_subscription(shop: int, row: int) -> Subscribed | None:
    """The subscription with this id, if it is this shop's."""
    return Subscribed.get_or_none((Subscribed.shop == shop) & (Subscribed.id == row))


def drop_subscription(shop: int, row: int) -> None:
    """Forgets a subscription."""
    Subscribed.delete().where((Subscribed.shop == shop) & (Subscribed.id == row)).execute()


def due_subscriptions(now: datetime, limit: int = 500) -> list[Subscribed]:
    """Those of all shops that are to be renewed, the most urgent first."""
    return list(Subscribed.select().where(Subscribed.renew_at <= now).order_by(Subscribed.renew_at).limit(limit))


def put_off(shop: int, row: int, renew_at: datetime | None) -> None:
    """Has a renewal tried again later, should this one fail; with `None` it is left to lapse."""
    Subscribed.update(renew_at=renew_at).where((Subscribed.shop == shop) & (Subscribed.id == row)).execute()
