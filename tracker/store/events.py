"""Statements about numbers, as they were said. They belong to a number, so they may come before its shipment."""

import peewee

from .base import Row
from .fields import UTCDateTimeField
from .shops import Shop


class Event(Row):
    """One statement. `digest` covers all its content: the same statement is stored once, a reworded one again.

    `source` is `carrier`, `shop` or `portal`. `local` is the wall clock as ISO text without zone, empty when undated;
    `offset` is minutes east of UTC, where known.
    """

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    carrier = peewee.CharField(40)
    number = peewee.CharField(64)
    digest = peewee.CharField(64)
    source = peewee.CharField(10)
    local = peewee.CharField(19, default="")
    offset = peewee.IntegerField(null=True)
    zone_source = peewee.CharField(10, default="unknown")
    milestone = peewee.CharField(24)
    reason = peewee.CharField(40, default="")
    delayed = peewee.BooleanField(default=False)
    action_required = peewee.BooleanField(default=False)
    code = peewee.CharField(60, default="")
    text = peewee.CharField(300, default="")
    place = peewee.CharField(120, default="")
    recorded_at = UTCDateTimeField()

    class Meta:
        indexes = ((("shop", "carrier", "number", "digest"), True),)


class Estimate(Row):
    """A delivery window a carrier named. `as_of` is the newest event of the answer that named it, as ISO text."""

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    carrier = peewee.CharField(40)
    number = peewee.CharField(64)
    earliest = peewee.CharField(19)
    latest = peewee.CharField(19)
    as_of = peewee.CharField(19, default="")
    recorded_at = UTCDateTimeField()

    class Meta:
        indexes = ((("shop", "carrier", "number", "earliest", "latest", "as_of"), True),)
