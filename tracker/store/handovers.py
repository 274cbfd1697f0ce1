"""Handovers: a parcel goes on under another number at another carrier. They belong to numbers, as statements do."""

from collections.abc import Callable, Iterable
from datetime import datetime

import peewee

from .base import Row
from .fields import UTCDateTimeField
from .shipments import Shipment
from .shops import Shop

FARTHEST = 4
"""Carriers that one parcel is followed through; a circle of numbers ends there too."""
MOST_KEPT, MOST_WAYS, MOST_BACK = 20, 5, 100
"""Handovers that are kept of one number; and numbers that are followed from one, onward and back."""
Numbered = tuple[str, str]
"""A carrier's id and a number of it."""


class Handover(Row):
    """A carrier said that its number goes on as another."""

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE", index=False)
    shop_id: int
    carrier = peewee.CharField(40)
    number = peewee.CharField(64)
    to_carrier = peewee.CharField(40)
    to_number = peewee.CharField(64)
    recorded_at = UTCDateTimeField()

    class Meta:
        indexes = (
            (("shop", "carrier", "number", "to_carrier", "to_number"), True),
            (("shop", "to_carrier", "to_number"), False),
        )


def add_handover(shop: int, carrier: str, number: str, to: Numbered, now: datetime) -> bool:
    """Keeps a handover; True when it is news. A number that goes on as ever another one is not believed for ever."""
    if Handover.select().where(_is_at(Handover, shop, (carrier, number))).limit(MOST_KEPT).count() >= MOST_KEPT:
        return False
    row = {
        "shop": shop, "carrier": carrier, "number": number, "to_carrier": to[0], "to_number": to[1], "recorded_at": now,
    }  # fmt: skip
    return bool(list(Handover.insert(row).on_conflict_ignore().returning(Handover.id)))


def follow(shop: int, carrier: str, number: str) -> list[Numbered]:
    """The number itself and those that it went on as, in the order in which they are reached.

    Not followed to a number under which an order travels that does not travel under the first: whatever a carrier
    says, the scans there are of somebody else's parcel.
    """
    start = (carrier, number)
    return _walk(start, lambda known: [to for to in _next(shop, known) if not _is_anothers(shop, to, start)])


def trace_back(shop: int, carrier: str, number: str) -> list[Numbered]:
    """The number itself and those that went on as it."""
    return _walk((carrier, number), lambda known: _previous(shop, known))


def purge_handovers(shop: int, before: datetime, limit: int = 500) -> int:
    """Removes what was said before an instant of numbers that no shipment has and none led to; tells how much."""
    led = Handover.alias()
    here = (Handover.shop, Handover.carrier, Handover.number)
    leads = (led.shop == here[0]) & (led.to_carrier == here[1]) & (led.to_number == here[2])
    shipped = (Shipment.shop == here[0]) & (Shipment.carrier == here[1]) & (Shipment.number == here[2])
    kept = peewee.fn.EXISTS(Shipment.select(Shipment.id).where(shipped)) | peewee.fn.EXISTS(
        led.select(led.id).where(leads)
    )
    old = (Handover.shop == shop) & (Handover.recorded_at < before) & ~kept
    ids = [row.id for row in Handover.select(Handover.id).where(old).limit(limit)]
    return int(Handover.delete().where(Handover.id.in_(ids)).execute()) if ids else 0


def _walk(start: Numbered, step: Callable[[Numbered], list[Numbered]]) -> list[Numbered]:
    found, edge = [start], [start]
    for _ in range(FARTHEST):
        edge = [one for each in edge for one in step(each) if one not in found]
        if not edge:
            break
        found += dict.fromkeys(edge)
    return found


def _next(shop: int, known: Numbered) -> list[Numbered]:
    there = (Handover.to_carrier, Handover.to_number)
    where = _is_at(Handover, shop, known)
    # By what they are: which of too many are followed shall not depend on which was told first.
    query = Handover.select(*there).where(where).order_by(*there).limit(MOST_WAYS)
    found: Iterable[Numbered] = query.tuples()  # type: ignore[assignment]
    return list(found)


def _previous(shop: int, known: Numbered) -> list[Numbered]:
    here = (Handover.carrier, Handover.number)
    where = (Handover.shop == shop) & (Handover.to_carrier == known[0]) & (Handover.to_number == known[1])
    found: Iterable[Numbered] = Handover.select(*here).where(where).order_by(*here).limit(MOST_BACK).tuples()  # type: ignore[assignment]
    return list(found)


def _is_anothers(shop: int, numbered: Numbered, start: Numbered) -> bool:
    """Whether an order of the shop travels under a number that does not travel under the first one."""
    own = Shipment.select(Shipment.order).where(_is_at(Shipment, shop, start))
    others = Shipment.select(Shipment.id).where(_is_at(Shipment, shop, numbered), Shipment.order.not_in(own))
    return bool(others.exists())


def _is_at(model: type[Handover] | type[Shipment], shop: int, numbered: Numbered) -> peewee.Expression:
    where: peewee.Expression = (model.shop == shop) & (model.carrier == numbered[0]) & (model.number == numbered[1])
    return where
