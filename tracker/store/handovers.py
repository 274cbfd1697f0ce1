"""Handovers: a parcel goes on under another number at another carrier. They belong to numbers, as statements do."""

from collections.abc import Iterable
from datetime import datetime

import peewee

from .base import Row
from .fields import UTCDateTimeField
from .shops import Shop

FARTHEST = 4
"""Carriers that one parcel is followed through; a circle of numbers ends there too."""
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
    """Keeps a handover; True when it is news."""
    row = {
        "shop": shop, "carrier": carrier, "number": number, "to_carrier": to[0], "to_number": to[1], "recorded_at": now,
    }  # fmt: skip
    return bool(list(Handover.insert(row).on_conflict_ignore().returning(Handover.id)))


def follow(shop: int, carrier: str, number: str) -> list[Numbered]:
    """The number itself and those that it went on as, in the order in which they are reached."""
    return _walk(shop, (carrier, number), forward=True)


def trace_back(shop: int, carrier: str, number: str) -> list[Numbered]:
    """The number itself and those that went on as it."""
    return _walk(shop, (carrier, number), forward=False)


def _walk(shop: int, start: Numbered, *, forward: bool) -> list[Numbered]:
    found, edge = [start], [start]
    for _ in range(FARTHEST):
        edge = [one for each in edge for one in _step(shop, each, forward) if one not in found]
        if not edge:
            break
        found += dict.fromkeys(edge)
    return found


def _step(shop: int, numbered: Numbered, forward: bool) -> list[Numbered]:
    here, there = (Handover.carrier, Handover.number), (Handover.to_carrier, Handover.to_number)
    if not forward:
        here, there = there, here
    where = (Handover.shop == shop) & (here[0] == numbered[0]) & (here[1] == numbered[1])
    found: Iterable[Numbered] = Handover.select(*there).where(where).order_by(Handover.id).tuples()  # type: ignore[assignment]
    return list(found)
