"""What customers report, what is answered, and the photos that prove it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import peewee

from .base import Row
from .database import transaction
from .fields import UTCDateTimeField
from .orders import Order
from .shipments import Shipment
from .shops import Shop
from .staff import Staff


class Concern(Row):
    """Something is wrong, says a customer. `number` counts a shop's concerns and is what people name it by.

    `kind` is `late`, `damaged`, `missing`, `not_here`, `other` (`domain/concerns.py`); `state` is `open`, `answered` or
    `closed`. `due_at` is when the customer may expect an answer, `owner` who gives it. `checks` are the places that the
    customer has looked at, `pieces` what was missing: `[{"ref", "title", "quantity"}]`.
    """

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE", index=False)
    shop_id: int
    order = peewee.ForeignKeyField(Order, on_delete="CASCADE")
    order_id: int
    shipment = peewee.ForeignKeyField(Shipment, null=True, on_delete="SET NULL")
    shipment_id: int | None
    number = peewee.IntegerField()
    kind = peewee.CharField(20)
    state = peewee.CharField(10, default="open")
    owner = peewee.ForeignKeyField(Staff, null=True, on_delete="SET NULL")
    owner_id: int | None
    checks = peewee.JSONField(default=list)
    created_at = UTCDateTimeField()
    due_at = UTCDateTimeField(null=True)
    closed_at = UTCDateTimeField(null=True)
    pieces = peewee.JSONField(null=True)

    class Meta:
        indexes = ((("shop", "number"), True), (("shop", "state", "due_at"), False))


class Remark(Row):
    """One thing said about a concern: by the customer (`staff` is empty), or by staff.

    `key` names the form that it came by: the same form twice is one remark. The audit record holds digests of `text`
    and of its photos with `salt`; with the salt gone they tell nothing.
    """

    concern = peewee.ForeignKeyField(Concern, on_delete="CASCADE")
    concern_id: int
    staff = peewee.ForeignKeyField(Staff, null=True, on_delete="SET NULL")
    staff_id: int | None
    by_customer = peewee.BooleanField()
    text = peewee.TextField(default="")
    created_at = UTCDateTimeField()
    key = peewee.CharField(32, default="")
    salt = peewee.CharField(32, default="")


class Photo(Row):
    """A picture that a customer sent with a concern, drawn anew by us. Nobody sees it but customer and staff."""

    concern = peewee.ForeignKeyField(Concern, on_delete="CASCADE")
    concern_id: int
    content_type = peewee.CharField(40)
    body = peewee.BlobField()
    created_at = UTCDateTimeField()
    remark = peewee.ForeignKeyField(Remark, null=True, on_delete="CASCADE")
    remark_id: int | None


def project(shop: int, order: int) -> list[dict[str, Any]]:
    """An order's concerns for its page, newest first: how each stands, and nothing that was said."""
    where = (Concern.shop == shop) & (Concern.order == order)
    return [
        {
            "number": row.number,
            "shipment": row.shipment_id,
            "kind": row.kind,
            "state": row.state,
            "created_at": row.created_at.isoformat(),
            "due_at": row.due_at.isoformat() if row.due_at else None,
        }
        for row in Concern.select().where(where).order_by(Concern.id.desc()).limit(20)
    ]


def find_by_number(shop: int, number: int) -> Concern | None:
    """A shop's concern with this number."""
    return Concern.get_or_none((Concern.shop == shop) & (Concern.number == number)) if number < 2**31 else None


def find_by_id(shop: int, concern: int) -> Concern | None:
    """The concern with this id, if it is this shop's."""
    return Concern.get_or_none((Concern.shop == shop) & (Concern.id == concern))


def find_living(shop: int, order: int, shipment: int | None, kind: str) -> Concern | None:
    """The concern of this kind about this parcel (or the whole order) that is not closed."""
    mine = (Concern.shop == shop) & (Concern.order == order) & (Concern.kind == kind) & (Concern.state != "closed")
    about = Concern.shipment.is_null() if shipment is None else Concern.shipment == shipment
    found: Concern | None = Concern.select().where(mine & about).order_by(Concern.id.desc()).first()
    return found


def find_by_key(shop: int, order: int, key: str) -> Concern | None:
    """The concern of an order about which something was said with the form of this key."""
    where = (Concern.shop == shop) & (Concern.order == order) & (Remark.key == key)
    found: Concern | None = Concern.select(Concern).join(Remark).where(where).first()
    return found


def add_concern(shop: int, order: int, kind: str, now: datetime, **fields: Any) -> Concern:
    """A new concern under the shop's next number. Call it inside `writing(shop)`: numbers are given one by one."""
    last = Concern.select(peewee.fn.MAX(Concern.number)).where(Concern.shop == shop).scalar()
    row = {"shop": shop, "order": order, "kind": kind, "number": (last or 0) + 1, "created_at": now}
    return Concern.create(**row, **fields)


def write_concern(shop: int, concern: int, fields: Mapping[str, Any]) -> None:
    """Replaces some columns of a concern."""
    Concern.update(dict(fields)).where((Concern.shop == shop) & (Concern.id == concern)).execute()


def count_concerns(shop: int, order: int) -> int:
    """How many concerns an order has had."""
    return int(Concern.select().where((Concern.shop == shop) & (Concern.order == order)).count())


def add_remark(shop: int, concern: int, now: datetime, **fields: Any) -> Remark:
    """Keeps what was said about a concern of this shop."""
    assert find_by_id(shop, concern)
    return Remark.create(concern=concern, created_at=now, **fields)


def load_remarks(shop: int, concern: int) -> list[Remark]:
    """All that was said about a concern, oldest first, each with who of the staff said it."""
    query = Remark.select(Remark, Staff.id, Staff.name).join(Concern).switch(Remark)
    query = query.join(Staff, peewee.JOIN.LEFT_OUTER).where((Concern.shop == shop) & (Concern.id == concern))
    return list(query.order_by(Remark.id))


def first_remark(shop: int, concern: int) -> Remark | None:
    """With what a concern began."""
    query = Remark.select(Remark).join(Concern).where((Concern.shop == shop) & (Concern.id == concern))
    found: Remark | None = query.order_by(Remark.id).first()
    return found


def count_remarks(shop: int, concern: int) -> int:
    """How much was said about a concern."""
    return int(Remark.select().join(Concern).where((Concern.shop == shop) & (Concern.id == concern)).count())


def add_photo(shop: int, concern: int, remark: int, now: datetime, *, content_type: str, body: bytes) -> None:
    """Keeps a photo that came with a remark."""
    assert find_by_id(shop, concern)
    Photo.create(concern=concern, remark=remark, content_type=content_type, body=body, created_at=now)


def load_photos(shop: int, concern: int) -> list[tuple[int, int | None]]:
    """The photos of a concern, oldest first: each id, and the id of the remark that it came with."""
    query = Photo.select(Photo.id, Photo.remark).join(Concern, on=Photo.concern == Concern.id)
    query = query.where((Concern.shop == shop) & (Concern.id == concern)).order_by(Photo.id)
    return [(row.id, row.remark_id) for row in query]


def find_photo(shop: int, concern: int, photo: int) -> Photo | None:
    """One photo of a concern, with its bytes."""
    query = Photo.select(Photo).join(Concern, on=Photo.concern == Concern.id)
    found: Photo | None = query.where((Concern.shop == shop) & (Concern.id == concern) & (Photo.id == photo)).first()
    return found


def count_photos(shop: int, concern: int) -> int:
    """How many photos a concern has."""
    return len(load_photos(shop, concern))


def list_concerns(shop: int, states: Sequence[str], owner: int | None, limit: int, offset: int) -> list[Concern]:
    """Concerns in these states, of one owner or of all: first what waits, by when it is due, then the newest."""
    where: Any = (Concern.shop == shop) & Concern.state.in_(list(states))
    if owner is not None:
        where &= Concern.owner == owner
    waits = peewee.Case(None, [(Concern.state == "open", 0)], 1)
    query = Concern.select(Concern, Order.id, Order.number, Order.name, Staff.id, Staff.name).join(Order)
    query = query.switch(Concern).join(Staff, peewee.JOIN.LEFT_OUTER).where(where)
    return list(query.order_by(waits, Concern.due_at, Concern.id.desc()).limit(limit).offset(offset))


def count_waiting(shop: int, now: datetime) -> tuple[int, int]:
    """How many concerns wait for the shop, and how many of these are overdue."""
    overdue = peewee.fn.SUM(peewee.Case(None, [(Concern.due_at < now, 1)], 0))
    query = Concern.select(peewee.fn.COUNT(Concern.id), overdue)
    found = query.where((Concern.shop == shop) & (Concern.state == "open")).tuples().first()
    return int(found[0] or 0), int(found[1] or 0)


def load_of_order(shop: int, order: int) -> list[Concern]:
    """An order's concerns, newest first."""
    where = (Concern.shop == shop) & (Concern.order == order)
    return list(Concern.select().where(where).order_by(Concern.id.desc()))


def forget_texts(shop: int, order: int) -> int:
    """Deletes what was said and shown about an order's concerns; numbers and states stay. How many remarks had any."""
    mine = Concern.select(Concern.id).where((Concern.shop == shop) & (Concern.order == order))
    Photo.delete().where(Photo.concern.in_(mine)).execute()
    said = Remark.concern.in_(mine) & ((Remark.text != "") | (Remark.salt != ""))
    return int(Remark.update(text="", salt="").where(said).execute())


def purge_photos(shop: int, before: datetime, limit: int = 100) -> int:
    """Deletes up to `limit` photos of concerns that nobody waits for and nobody spoke of since `before`; how many."""
    later = Remark.select(Remark.id).where((Remark.concern == Concern.id) & (Remark.created_at >= before))
    where = (Concern.shop == shop) & (Concern.state != "open") & ~peewee.fn.EXISTS(later)
    where &= Concern.closed_at.is_null() | (Concern.closed_at < before)
    old = Photo.select(Photo.id).join(Concern, on=Photo.concern == Concern.id).where(where).limit(limit)
    with transaction():
        return int(Photo.delete().where(Photo.id.in_(old)).execute())
