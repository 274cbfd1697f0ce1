"""Tracking links, and the requests for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import peewee

from .base import Row
from .database import bound
from .fields import UTCDateTimeField
from .leases import Leased
from .orders import Order
from .preferences import Preference
from .prepared import Prepared, param
from .shops import PluginSetting, Shop, Slot


class Link(Row):
    """A way to one order for one recipient.

    The token is an HMAC of `nonce` under the link key named `key`; the table holds only its `digest`, so that a
    stolen database opens no page while the portal can print the link again.
    """

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    shop_id: int
    order = peewee.ForeignKeyField(Order, on_delete="CASCADE")
    order_id: int
    recipient = peewee.CharField(254, default="")
    tier = peewee.CharField(12, default="mail")
    nonce = peewee.CharField(32)
    key = peewee.CharField(16)
    digest = peewee.CharField(64, unique=True)
    created_at = UTCDateTimeField()
    expires_at = UTCDateTimeField(null=True)
    revoked_at = UTCDateTimeField(null=True)

    class Meta:
        indexes = ((("shop", "order", "recipient", "tier"), False),)


class Lookup(Leased):
    """Somebody asked for a link. The request stores this row and nothing else; the worker decides."""

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    shop_id: int
    number = peewee.CharField(64)
    proof = peewee.CharField(254)
    origin = peewee.CharField(64, default="")

    class Meta:
        indexes = ((("state", "due"), False),)


@dataclass(frozen=True, slots=True)
class Target:
    """What a link or a pass leads to, without the order's view: enough to judge it and to name a version of its page.

    `language` is the one that the order's customer has asked for, or empty. `look` holds the shop's columns as `LOOK`
    names them. `fillings` is equal while nobody touches the shop's slots, its plugins' settings or its own status
    words; it is compared and never read.
    """

    shop: int
    order: int
    version: int
    delivered_at: datetime | None
    deleted_at: datetime | None
    language: str
    look: tuple[Any, ...]
    fillings: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Printed:
    """A link's row, and what it leads to."""

    tier: str
    nonce: str
    key: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    target: Target


LOOK = (
    Shop.slug, Shop.name, Shop.locale, Shop.zone, Shop.home_url, Shop.support_email, Shop.support_phone,
    Shop.support_url, Shop.origins, Shop.theme, Shop.logo, Shop.tiers,
)  # fmt: skip


_SAME = (Link.order == Order.id) & (Link.shop == Order.shop)
_OF_LINK = (Link.tier, Link.nonce, Link.key, Link.created_at, Link.expires_at, Link.revoked_at)
_OF_ORDER = (Order.shop, Order.id, Order.version, Order.delivered_at, Order.deleted_at, Preference.locale)
_INSTANTS = (Link.created_at, Link.expires_at, Link.revoked_at, Order.delivered_at, Order.deleted_at)
_READ = {*_INSTANTS, Shop.origins, Shop.theme, Shop.tiers}


def open_link(digest: str) -> Printed | None:
    """Where a token leads, by its digest. The one query that has no shop yet: it is what tells the shop."""
    database = bound()
    row = database.engine.ask(_opening(database.kind), digest)
    if row is None:
        return None
    first = len(_OF_LINK)
    tier, nonce, key, created_at, expires_at, revoked_at = _convert(_OF_LINK, row[:first])
    return Printed(tier, nonce, key, created_at, expires_at, revoked_at, _read_target(row[first:]))


def open_order(shop: int, store: str, ref: str) -> Target | None:
    """Where a pass leads: a shop's order that a store calls `ref`; of any of its stores where `store` is empty.

    `None` for none, and where two stores of the shop both have such an order.
    """
    where = (Order.shop == shop) & (Order.ref == ref)
    query = _join(Order.select(*_OF_ORDER, *LOOK, *_fillings()).join(Shop))
    sql, params = query.where(where & (Order.store == store) if store else where).limit(2).sql()
    rows = bound().engine.execute_sql(sql, params).fetchall()  # type: ignore[no-untyped-call]
    return _read_target(rows[0]) if len(rows) == 1 else None


@lru_cache(maxsize=2)
def _opening(_kind: str) -> str:
    """The statement, written once: it runs for every page, and composing it takes longer than running it.

    The two kinds of database mark parameters differently.
    """
    query = Link.select(*_OF_LINK, *_OF_ORDER, *LOOK, *_fillings()).join(Order, on=_SAME)
    sql: str = _join(query.join(Shop, on=(Link.shop == Shop.id))).where(Link.digest == "").sql()[0]
    return sql


def _join(query: Any) -> Any:
    wishes = (Preference.shop == Order.shop) & (Preference.email == Order.email)
    return query.join(Preference, peewee.JOIN.LEFT_OUTER, on=wishes)


def _fillings() -> tuple[Any, ...]:
    changed = Slot.select(peewee.fn.MAX(Slot.changed_at)).where(Slot.shop == Shop.id)
    count = Slot.select(peewee.fn.COUNT(Slot.id)).where(Slot.shop == Shop.id)
    settings = PluginSetting.select(peewee.fn.MAX(PluginSetting.changed_at)).where(PluginSetting.shop == Shop.id)
    return changed, count, settings, Shop.wording


def _read_target(row: Sequence[Any]) -> Target:
    first, rest = len(_OF_ORDER), len(_OF_ORDER) + len(LOOK)
    shop, order, version, delivered_at, deleted_at, language = _convert(_OF_ORDER, row[:first])
    look, fillings = tuple(_convert(LOOK, row[first:rest])), tuple(map(str, row[rest:]))
    return Target(shop, order, version, delivered_at, deleted_at, language or "", look, fillings)


def _convert(fields: Sequence[Any], values: Sequence[Any]) -> list[Any]:
    return [field.python_value(value) if field in _READ else value for field, value in zip(fields, values, strict=True)]


_VIEW = Prepared(lambda: Order.select(Order.view).where(Order.shop == param("shop"), Order.id == param("order")))


def load_view(shop: int, order: int) -> dict[str, Any] | None:
    """The projection that an order's page is made from."""
    row = _VIEW.first(shop=shop, order=order)
    return row[0] if row else None


def find_links(shop: int, order: int, recipient: str, tier: str) -> list[Link]:
    """Links of one recipient to one order that were not revoked, newest first."""
    where = (Link.shop == shop) & (Link.order == order) & (Link.recipient == recipient) & (Link.tier == tier)
    return list(Link.select().where(where & Link.revoked_at.is_null()).order_by(Link.id.desc()))


def add_link(
    shop: int, order: int, recipient: str, tier: str, nonce: str, key: str, digest: str, now: datetime
) -> Link:
    """Keeps a new link."""
    return Link.create(
        shop=shop, order=order, recipient=recipient, tier=tier, nonce=nonce, key=key, digest=digest, created_at=now
    )


def revoke_links(shop: int, order: int, now: datetime, recipient: str | None = None, tier: str | None = None) -> int:
    """Ends the links to an order, all of them or those of one recipient or one tier; tells how many."""
    where = (Link.shop == shop) & (Link.order == order) & Link.revoked_at.is_null()
    if recipient is not None:
        where &= Link.recipient == recipient
    if tier is not None:
        where &= Link.tier == tier
    return int(Link.update(revoked_at=now).where(where).execute())


def revoke_former(shop: int, order: int, email: str, now: datetime) -> int:
    """Ends the links in mails to whoever is not the customer of an order any more; tells how many."""
    where = (Link.shop == shop) & (Link.order == order) & (Link.tier == "mail") & Link.revoked_at.is_null()
    return int(Link.update(revoked_at=now).where(where & Link.recipient.not_in(("", email))).execute())


def add_lookup(shop: int, number: str, proof: str, origin: str, now: datetime) -> Lookup:
    """Keeps a request for a link; the worker answers it."""
    return Lookup.create(shop=shop, number=number, proof=proof, origin=origin, due=now, created_at=now)
