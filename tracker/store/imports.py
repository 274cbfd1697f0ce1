"""CSV imports: the file's progress and what was wrong in it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import peewee

from . import leases
from .leases import Leased, LeaseLost
from .orders import Order
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


def create_import(shop: int, now: datetime, **fields: Any) -> Import:
    """A file that waits to be read, from now on unless `due` says otherwise."""
    return Import.create(**{"shop": shop, "due": now, "created_at": now, **fields})


def find_import(shop: int, import_id: int) -> Import | None:
    """The import with this id, if it is this shop's."""
    return Import.get_or_none((Import.shop == shop) & (Import.id == import_id))


def load_imports(shop: int, limit: int = 20) -> list[Import]:
    """A shop's imports, newest first."""
    return list(Import.select().where(Import.shop == shop).order_by(Import.id.desc()).limit(limit))


def claim_import(shop: int, import_id: int, now: datetime, lease_seconds: float) -> Import | None:
    """This one import for the caller alone, or `None` when somebody else is at it or it is done."""
    mine = (Import.shop == shop) & (Import.id == import_id)
    rows = leases.claim(Import, now, 1, lease_seconds, where=mine)
    return rows[0] if rows else None


def save_progress(shop: int, row: Import, now: datetime, lease_seconds: float, fields: Mapping[str, Any]) -> None:
    """Keeps how far a claimed import is, in the transaction that holds its effects, and holds it for longer.

    Raises `LeaseLost` when somebody else has it by now; the transaction must not commit then.
    """
    if not leases.extend(row, now, lease_seconds):
        raise LeaseLost
    Import.update(dict(fields)).where((Import.shop == shop) & (Import.id == row.id)).execute()


def find_orders(shop: int, words: Iterable[str], stores: Sequence[str]) -> dict[str, list[Order]]:
    """A shop's living orders by each word that is their number, or else their id at one of `stores`; newest first."""
    wanted = list(dict.fromkeys(words))
    mine = (Order.shop == shop) & Order.deleted_at.is_null()
    # Two queries, since an OR over two columns would use neither's index.
    found = _by_word(wanted, Order.number, mine)
    rest = [word for word in wanted if word not in found]
    found.update(_by_word(rest, Order.ref, mine & Order.store.in_(list(stores))))
    return found


def _by_word(words: Sequence[str], column: peewee.CharField, mine: Any) -> dict[str, list[Order]]:
    found: dict[str, list[Order]] = {}
    if words:
        for order in Order.select().where(mine & column.in_(list(words))).order_by(Order.id.desc()):
            found.setdefault(getattr(order, column.name), []).append(order)
    return found
