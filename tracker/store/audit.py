"""The audit record: a hash chain per shipment or order."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import peewee

from tracker.domain import audit

from .base import Row
from .fields import UTCDateTimeField
from .shops import Shop


class Audit(Row):
    """One link of a chain. `hash` covers the body and the hash before it, so that no link changes unseen."""

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    shop_id: int
    chain = peewee.CharField(40)
    position = peewee.IntegerField()
    at = UTCDateTimeField()
    actor = peewee.CharField(80)
    action = peewee.CharField(40)
    body = peewee.JSONField(default=dict)
    previous = peewee.CharField(64, default="")
    hash = peewee.CharField(64)

    class Meta:
        indexes = ((("shop", "chain", "position"), True),)


def append_audit(shop: int, chain: str, at: datetime, actor: str, action: str, body: Mapping[str, Any]) -> audit.Entry:
    """Adds a link to a chain. Call it inside the `writing` of what it records: two links at once would be one."""
    last = Audit.select().where((Audit.shop == shop) & (Audit.chain == chain)).order_by(Audit.position.desc()).first()
    entry = audit.chain(_read_entry(last) if last else None, at, actor, action, body)
    Audit.create(
        shop=shop, chain=chain, position=entry.position, at=entry.at, actor=entry.actor, action=entry.action,
        body=dict(entry.body), previous=entry.previous, hash=entry.hash,
    )  # fmt: skip
    return entry


def find_head(shop: int, chain: str) -> str:
    """The hash of a chain's newest entry; empty for a chain that has none."""
    where = (Audit.shop == shop) & (Audit.chain == chain)
    row = Audit.select(Audit.hash).where(where).order_by(Audit.position.desc()).first()
    return row.hash if row else ""


def load_audit(shop: int, chain: str) -> list[audit.Entry]:
    """A whole chain, from its beginning."""
    rows = Audit.select().where((Audit.shop == shop) & (Audit.chain == chain)).order_by(Audit.position)
    return [_read_entry(row) for row in rows]


def _read_entry(row: Audit) -> audit.Entry:
    return audit.Entry(row.position, row.at, row.actor, row.action, row.body, row.previous, row.hash)
