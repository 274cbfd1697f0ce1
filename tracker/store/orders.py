"""Orders and their lines."""

from collections.abc import Iterable
from datetime import datetime

import peewee

from tracker.domain.wording import read_key
from tracker.sdk import Buyer, OrderLine, StoreOrder

from .base import Row
from .fields import UTCDateTimeField
from .shops import Shop


class Order(Row):
    """An order of a store.

    `milestone` and `word` (the store's, or a status of the shop's own) are the shop's; `state` is derived from lines
    and shipments, never set by hand. `view` is the projection that pages are made from, `version` counts its changes.
    `changed_at` is the store's own instant of change: an older statement never overwrites a newer one. Since
    `erased_at` nothing of its customer is kept, whatever the store says.
    """

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    shop_id: int
    store = peewee.CharField(40)
    ref = peewee.CharField(64)
    number = peewee.CharField(64)
    placed_at = UTCDateTimeField()
    changed_at = UTCDateTimeField()
    milestone = peewee.CharField(20)
    word = peewee.CharField(60, default="")
    name = peewee.CharField(160, default="")
    email = peewee.CharField(254, default="")
    phone = peewee.CharField(40, default="")
    city = peewee.CharField(120, default="")
    postcode = peewee.CharField(20, default="")
    country = peewee.CharField(2, default="")
    locale = peewee.CharField(12, default="")
    state = peewee.CharField(20, default="-")
    trouble = peewee.BooleanField(default=False)
    completed_at = UTCDateTimeField(null=True)
    delivered_at = UTCDateTimeField(null=True)
    deleted_at = UTCDateTimeField(null=True)
    view = peewee.JSONField(default=dict)
    version = peewee.IntegerField(default=0)
    erased_at = UTCDateTimeField(null=True)

    class Meta:
        table_name = "order_"
        indexes = (
            (("shop", "store", "ref"), True),
            (("shop", "number"), False),
            (("shop", "placed_at"), False),
            (("shop", "email"), False),
            (("shop", "trouble", "placed_at"), False),
        )


class Line(Row):
    """A line of an order. `cancelled` counts refunded and cancelled pieces; they are not shippable any more."""

    order = peewee.ForeignKeyField(Order, on_delete="CASCADE")
    order_id: int
    ref = peewee.CharField(64)
    sku = peewee.CharField(100, default="")
    title = peewee.CharField(300)
    quantity = peewee.IntegerField()
    cancelled = peewee.IntegerField(default=0)
    shippable = peewee.BooleanField(default=True)
    image_url = peewee.CharField(500, default="")
    position = peewee.IntegerField(default=0)

    class Meta:
        indexes = ((("order", "ref"), True),)


def find_order(shop: int, order: int) -> Order | None:
    """The order with this id, if it is this shop's."""
    return Order.get_or_none((Order.shop == shop) & (Order.id == order))


def find_by_ref(shop: int, store: str, ref: str) -> Order | None:
    """The order that a store calls `ref`."""
    return Order.get_or_none((Order.shop == shop) & (Order.store == store) & (Order.ref == ref))


def find_by_email(shop: int, email: str) -> list[Order]:
    """All orders of the customer with this address, oldest first."""
    return list(Order.select().where((Order.shop == shop) & (Order.email == email)).order_by(Order.id))


def list_emails(shop: int) -> list[str]:
    """The addresses of all customers of a shop."""
    rows = Order.select(Order.email).where((Order.shop == shop) & (Order.email != "")).distinct()
    return [row.email for row in rows]


def find_by_number(shop: int, number: str) -> list[Order]:
    """Living orders with the number that customers know, newest first. A leading `#` is no part of it."""
    wanted = number.strip().lstrip("#").strip()
    where = (Order.shop == shop) & (Order.number == wanted) & Order.deleted_at.is_null()
    return list(Order.select().where(where).order_by(Order.placed_at.desc()).limit(10))


def save_order(
    shop: int, store: str, told: StoreOrder, locale: str, erased_at: datetime | None = None
) -> tuple[Order, bool]:
    """Writes what a store said of an order; tells whether it was news. An older statement changes nothing.

    With `erased_at` its customer had their data erased then, and of an order that is new here no more is kept of them
    than of one that was erased here.
    """
    order = find_by_ref(shop, store, told.ref)
    if order is not None and told.changed_at < order.changed_at:
        return order, False
    if order is not None and order.deleted_at is not None and told.changed_at == order.changed_at:
        # What was said before the deletion comes again; only something newer brings the order back.
        return order, False
    new = order is None
    order = order or Order(shop=shop, store=store, ref=told.ref, erased_at=erased_at)
    buyer = told.buyer if order.erased_at is None else Buyer(country=told.buyer.country)
    # A store knows nothing of the shop's own statuses: while it says the same milestone, the shop's word stands.
    keeps = order.milestone == told.milestone and read_key(order.word)
    fields = {
        "number": told.number.strip().lstrip("#").strip()[:64],
        "placed_at": told.placed_at,
        "changed_at": told.changed_at,
        "milestone": str(told.milestone),
        "word": order.word if keeps else told.word[:60],
        "name": buyer.name[:160],
        "email": buyer.email.strip().lower()[:254],
        "phone": buyer.phone[:40],
        "city": buyer.city[:120],
        "postcode": buyer.postcode[:20],
        "country": buyer.country[:2].upper(),
        "locale": (buyer.locale or locale)[:12] if order.erased_at is None else "",
        "deleted_at": None,
    }
    changed = new or any(getattr(order, name) != value for name, value in fields.items())
    for name, value in fields.items():
        setattr(order, name, value)
    order.save()
    return order, _save_lines(order, told.lines) or changed


def _save_lines(order: Order, lines: Iterable[OrderLine]) -> bool:
    have = {line.ref: line for line in load_lines(order.shop_id, order.id)}
    changed = False
    for position, told in enumerate(lines):
        line = have.pop(told.ref, None) or Line(order=order, ref=told.ref)
        fields = {
            "sku": told.sku[:100],
            "title": told.title[:300],
            "quantity": told.quantity,
            "cancelled": told.cancelled,
            "shippable": told.shippable,
            "image_url": told.image_url[:500],
            "position": position,
        }
        if line.id is None or any(getattr(line, name) != value for name, value in fields.items()):
            for name, value in fields.items():
                setattr(line, name, value)
            line.save()
            changed = True
    for gone in have.values():
        gone.delete_instance(recursive=True)
        changed = True
    return changed


def load_lines(shop: int, order: int) -> list[Line]:
    """The lines of an order, in its order."""
    query = Line.select(Line).join(Order).where((Order.shop == shop) & (Line.order == order))
    return list(query.order_by(Line.position, Line.id))


def mark_deleted(shop: int, store: str, ref: str, now: datetime) -> Order | None:
    """Marks an order as gone; the order if there was one to mark."""
    order = find_by_ref(shop, store, ref)
    if order is None or order.deleted_at is not None:
        return None
    order.deleted_at = now
    order.save()
    return order
