"""CSV imports: the file's progress and what was wrong in it."""

import peewee

from .leases import Leased
from .shops import Shop


class Import(Leased):
    """One file. `done_bytes` of `size` are read; `problems` holds the first rows that were refused, with the reason."""

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    shop_id: int
    name = peewee.CharField(200)
    path = peewee.CharField(500)
    silent = peewee.BooleanField(default=False)
    actor = peewee.CharField(80, default="")
    size = peewee.BigIntegerField(default=0)
    done_bytes = peewee.BigIntegerField(default=0)
    rows = peewee.IntegerField(default=0)
    added = peewee.IntegerField(default=0)
    changed = peewee.IntegerField(default=0)
    unchanged = peewee.IntegerField(default=0)
    refused = peewee.IntegerField(default=0)
    problems = peewee.JSONField(default=list)

    class Meta:
        indexes = ((("state", "due"), False),)
