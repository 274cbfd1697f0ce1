"""How customers found a delivery and its carrier."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import peewee

from tracker.sdk import Milestone

from .base import Row
from .fields import UTCDateTimeField
from .orders import Order
from .shipments import Shipment
from .shops import Shop


class Rating(Row):
    """A customer's judgement of one parcel: 1 to 5 stars for the delivery, for the carrier, or both.

    The audit record holds a digest of `comment` with `salt`; with the salt gone it tells nothing.
    """

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE", index=False)
    shop_id: int
    order = peewee.ForeignKeyField(Order, on_delete="CASCADE")
    order_id: int
    shipment = peewee.ForeignKeyField(Shipment, on_delete="CASCADE", unique=True)
    shipment_id: int
    carrier = peewee.CharField(40)
    delivery_stars = peewee.IntegerField(null=True)
    carrier_stars = peewee.IntegerField(null=True)
    comment = peewee.TextField(default="")
    created_at = UTCDateTimeField()
    changed_at = UTCDateTimeField()
    salt = peewee.CharField(32, default="")

    class Meta:
        indexes = ((("shop", "carrier", "created_at"), False), (("shop", "order"), False))


def project(shop: int, shipments: Sequence[Shipment]) -> dict[int, dict[str, Any]]:
    """The stars that those of some parcels were given that are delivered, by shipment."""
    delivered = [one.id for one in shipments if one.milestone == Milestone.DELIVERED]
    if not delivered:
        return {}
    where = (Rating.shop == shop) & Rating.shipment.in_(delivered)
    return {
        row.shipment_id: {"delivery": row.delivery_stars, "carrier": row.carrier_stars}
        for row in Rating.select().where(where)
    }


class Tally(NamedTuple):
    """How often a carrier's parcels were given so many stars, of one kind: `delivery` or `carrier`."""

    carrier: str
    kind: str
    stars: int
    times: int


def find_rating(shop: int, shipment: int) -> Rating | None:
    """How a parcel was rated."""
    return Rating.get_or_none((Rating.shop == shop) & (Rating.shipment == shipment))


def write_rating(shop: int, shipment: int, fields: Mapping[str, Any], now: datetime) -> None:
    """Keeps how a parcel was rated, in place of what was said before. `fields` are all others, `order` too."""
    news = {**fields, "changed_at": now}
    insert = Rating.insert({"shop": shop, "shipment": shipment, "created_at": now, **news})
    insert.on_conflict(conflict_target=(Rating.shipment,), update=news).execute()


def tally_ratings(shop: int, since: datetime | None = None, until: datetime | None = None) -> list[Tally]:
    """What a shop's parcels were given, counted by carrier; where instants are told, of those rated between them."""
    where: Any = Rating.shop == shop
    if since is not None:
        where &= Rating.created_at >= since
    if until is not None:
        where &= Rating.created_at < until
    found = []
    for kind, stars in (("delivery", Rating.delivery_stars), ("carrier", Rating.carrier_stars)):
        query = Rating.select(Rating.carrier, stars, peewee.fn.COUNT(Rating.id)).where(where & stars.is_null(False))
        rows: Any = query.group_by(Rating.carrier, stars).order_by(Rating.carrier, stars).tuples()
        found += [Tally(carrier, kind, given, times) for carrier, given, times in rows]
    return found


def load_comments(shop: int, carrier: str = "", limit: int = 20) -> list[Rating]:
    """The newest ratings that say something, each with its order; of one carrier or of all."""
    where = (Rating.shop == shop) & (Rating.comment != "")
    if carrier:
        where &= Rating.carrier == carrier
    columns = (Rating, Order.id, Order.number)
    query = Rating.select(*columns).join(Order).where(where).order_by(Rating.changed_at.desc(), Rating.id.desc())
    return list(query.limit(limit))


def forget_comments(shop: int, order: int) -> int:
    """Empties what was said about an order's parcels; the stars stay. How many texts there were."""
    mine = (Rating.shop == shop) & (Rating.order == order) & (Rating.comment != "")
    return int(Rating.update(comment="", salt="").where(mine).execute())
