"""The audit record: a hash chain per shipment or order."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import peewee

from tracker.domain import audit

from .base import Row
from .fields import UTCDateTimeField
from .prepared import Prepared, param
from .shops import Shop, find_shop


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


_KEY = (Audit.shop, Audit.chain, Audit.position, Audit.at, Audit.actor, Audit.action, Audit.body, Audit.previous)
_MOST_AT_ONCE = 10


@lru_cache(maxsize=_MOST_AT_ONCE)
def _adding(links: int) -> Prepared:
    """A statement that adds so many links."""
    rows = [{field: param(f"{field.name}_{row}", field) for field in (*_KEY, Audit.hash)} for row in range(links)]
    return Prepared(lambda: Audit.insert_many(rows))


_LAST = Prepared(
    lambda: (
        Audit.select(Audit.position, Audit.hash)
        .where(Audit.shop == param("shop"), Audit.chain == param("chain"))
        .order_by(Audit.position.desc())
        .limit(1)
    )
)


def append_audit(shop: int, chain: str, at: datetime, actor: str, action: str, body: Mapping[str, Any]) -> audit.Entry:
    """Adds a link to a chain. Call it inside the `writing` of what it records: two links at once would be one."""
    return append_facts(shop, chain, at, [(actor, action, body)])[0]


def append_facts(shop: int, chain: str, at: datetime, facts: Sequence[audit.Fact]) -> list[audit.Entry]:
    """Adds links to a chain, one after the other. Call it as `append_audit`."""
    found = _LAST.first(shop=shop, chain=chain)
    last = audit.Entry(int(found[0]), at, "", "", {}, "", str(found[1])) if found else None
    root = "" if last else root_of(shop, chain)
    entries = []
    for fact in facts:
        last = audit.chain(last, at, fact, root)
        entries.append(last)
    for start in range(0, len(entries), _MOST_AT_ONCE):
        _add_links(shop, chain, entries[start : start + _MOST_AT_ONCE])
    return entries


def _add_links(shop: int, chain: str, entries: Sequence[audit.Entry]) -> None:
    values: dict[str, Any] = {}
    for row, entry in enumerate(entries):
        values |= {f"shop_{row}": shop, f"chain_{row}": chain}
        values |= {f"{name}_{row}": getattr(entry, name) for name in audit.Entry.__slots__}
    _adding(len(entries)).run(**values)


def root_of(shop: int, chain: str) -> str:
    """What the first link of a shop's chain follows."""
    row = find_shop(shop)
    return audit.root_of(row.slug if row else "", chain)


def find_head(shop: int, chain: str) -> str:
    """The hash of a chain's newest entry; empty for a chain that has none."""
    where = (Audit.shop == shop) & (Audit.chain == chain)
    row = Audit.select(Audit.hash).where(where).order_by(Audit.position.desc()).first()
    return row.hash if row else ""


def load_audit(shop: int, chain: str, action: str = "") -> list[audit.Entry]:
    """A whole chain, from its beginning, or its links of one `action`."""
    where = (Audit.shop == shop) & (Audit.chain == chain)
    if action:
        where &= Audit.action == action
    return [_read_entry(row) for row in Audit.select().where(where).order_by(Audit.position)]


def _read_entry(row: Audit) -> audit.Entry:
    return audit.Entry(row.position, row.at, row.actor, row.action, row.body, row.previous, row.hash)


def walk_chains(shop: int, page: int = 200) -> Iterator[tuple[str, list[audit.Entry]]]:
    """Every chain of a shop, by name, each whole; `page` of them are in memory at a time."""
    last = ""
    while True:
        query = Audit.select(Audit.chain).where((Audit.shop == shop) & (Audit.chain > last))
        names = [row.chain for row in query.distinct().order_by(Audit.chain).limit(page)]
        if not names:
            return
        rows = Audit.select().where((Audit.shop == shop) & Audit.chain.in_(names))
        chains: dict[str, list[audit.Entry]] = {name: [] for name in names}
        for row in rows.order_by(Audit.position):
            chains[row.chain].append(_read_entry(row))
        yield from chains.items()
        last = names[-1]
