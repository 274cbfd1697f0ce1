"""Tracking links, and the requests for one."""

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
    """What a link leads to, without the order's view: enough to judge the link and to name a version of its page.

    `look` holds the shop's columns as `LOOK` names them. `fillings` is equal while nobody touches the shop's slots,
    its plugins' settings or its own status words; it is compared and never read.
    """

    link: int
    shop: int
    order: int
    tier: str
    nonce: str
    key: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    version: int
    delivered_at: datetime | None
    deleted_at: datetime | None
    look: tuple[Any, ...]
    fillings: tuple[Any, ...]


LOOK = (
    Shop.slug, Shop.name, Shop.locale, Shop.zone, Shop.home_url, Shop.support_email, Shop.support_phone,
    Shop.support_url, Shop.origins, Shop.theme, Shop.logo,
)  # fmt: skip


def open_link(digest: str) -> Target | None:
    """Where a token leads, by its digest. The one query that has no shop yet: it is what tells the shop."""
    database = bound()
    sql, converters = _opening(database.kind)
    row = database.engine.ask(sql, digest)
    if row is None:
        return None
    values = [convert(value) if convert else value for convert, value in zip(converters, row, strict=True)]
    plain = dict(zip(Target.__slots__, values[:12], strict=False))
    return Target(**plain, look=tuple(values[12:-4]), fillings=tuple(values[-4:]))


@lru_cache(maxsize=2)
def _opening(_kind: str) -> tuple[str, list[Any]]:
    """The statement, written once: it runs for every page, and composing it takes longer than running it.

    The two kinds of database mark parameters differently.
    """
    slots = Slot.select(peewee.fn.MAX(Slot.changed_at)).where(Slot.shop == Shop.id)
    count = Slot.select(peewee.fn.COUNT(Slot.id)).where(Slot.shop == Shop.id)
    settings = PluginSetting.select(peewee.fn.MAX(PluginSetting.changed_at)).where(PluginSetting.shop == Shop.id)
    plain = (
        Link.id, Link.shop, Link.order, Link.tier, Link.nonce, Link.key, Link.created_at, Link.expires_at,
        Link.revoked_at, Order.version, Order.delivered_at, Order.deleted_at, *LOOK,
    )  # fmt: skip
    query = (
        Link.select(*plain, slots, count, settings, Shop.wording)
        .join(Order)
        .join(Shop, on=(Link.shop == Shop.id))
        .where(Link.digest == "")
    )
    sql, _ = query.sql()
    instants = {Link.created_at, Link.expires_at, Link.revoked_at, Order.delivered_at, Order.deleted_at}
    lists = {Shop.origins, Shop.theme}
    return sql, [field.python_value if field in instants | lists else None for field in plain] + [str] * 4


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


def revoke_links(shop: int, order: int, now: datetime, recipient: str | None = None) -> int:
    """Ends the links to an order, all of them or those of one recipient; tells how many."""
    where = (Link.shop == shop) & (Link.order == order) & Link.revoked_at.is_null()
    if recipient is not None:
        where &= Link.recipient == recipient
    return int(Link.update(revoked_at=now).where(where).execute())


def revoke_former(shop: int, order: int, email: str, now: datetime) -> int:
    """Ends the links in mails to whoever is not the customer of an order any more; tells how many."""
    where = (Link.shop == shop) & (Link.order == order) & (Link.tier == "mail") & Link.revoked_at.is_null()
    return int(Link.update(revoked_at=now).where(where & Link.recipient.not_in(("", email))).execute())


def add_lookup(shop: int, number: str, proof: str, origin: str, now: datetime) -> Lookup:
    """Keeps a request for a link; the worker answers it."""
    return Lookup.create(shop=shop, number=number, proof=proof, origin=origin, due=now, created_at=now)
