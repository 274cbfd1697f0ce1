"""Shipments: which pieces of an order travel under which number, from where."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import peewee

from .base import Row
from .database import bound, transaction
from .fields import UTCDateTimeField
from .orders import Line, Order
from .shops import Shop

MOST_USED = 60
"""Carriers that are told to be in use in a shop."""


class Location(Row):
    """Where a shop sends parcels from: a warehouse, a store."""

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    shop_id: int
    code = peewee.CharField(40)
    name = peewee.CharField(120)
    kind = peewee.CharField(20, default="warehouse")
    country = peewee.CharField(2, default="")

    class Meta:
        indexes = ((("shop", "code"), True),)


class Shipment(Row):
    """One tracking number of one carrier in one order.

    `revision` counts corrections of carrier or number by staff. `state` is the fold of its number's events (the
    columns from `milestone` to `delivered_at` repeat parts of it to be searched). `custom` is the key
    of the shop's own status that stands for the milestone. `ask_at` is when the carrier is to be asked next, empty
    when never again. `chained` maps each "carrier number" to the beginnings of the digests of those of its statements
    that are in the shipment's audit chain; `salt` is that of the chain's digests.
    """

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    shop_id: int
    order = peewee.ForeignKeyField(Order, on_delete="CASCADE")
    order_id: int
    location = peewee.ForeignKeyField(Location, null=True, on_delete="SET NULL")
    location_id: int | None
    carrier = peewee.CharField(40)
    carrier_name = peewee.CharField(120, default="")
    number = peewee.CharField(64)
    url = peewee.CharField(500, default="")
    revision = peewee.IntegerField(default=0)
    created_at = UTCDateTimeField()
    shipped_at = UTCDateTimeField(null=True)
    cancelled_at = UTCDateTimeField(null=True)
    silent = peewee.BooleanField(default=False)
    milestone = peewee.CharField(24, default="pending")
    reason = peewee.CharField(40, default="")
    delayed = peewee.BooleanField(default=False)
    action_required = peewee.BooleanField(default=False)
    last_event_at = UTCDateTimeField(null=True)
    delivered_at = UTCDateTimeField(null=True)
    late_after = UTCDateTimeField(null=True, index=True)
    state = peewee.JSONField(default=dict)
    ask_at = UTCDateTimeField(null=True, index=True)
    asked_at = UTCDateTimeField(null=True)
    answered_at = UTCDateTimeField(null=True)
    ask_failures = peewee.IntegerField(default=0)
    ask_error = peewee.CharField(300, default="")
    custom = peewee.CharField(40, default="")
    chained = peewee.JSONField(null=True)
    salt = peewee.CharField(32, default="")
    # When the worker has something to note: nobody scans it, its day (`near`) begins or ends.
    stalls_at = UTCDateTimeField(null=True, index=True)
    turns_at = UTCDateTimeField(null=True, index=True)
    near = peewee.BooleanField(default=False)
    # Since when the carrier has not answered; empty where it did the last time.
    failing_since = UTCDateTimeField(null=True)

    class Meta:
        indexes = (
            (("shop", "order", "carrier", "number"), True),
            (("shop", "carrier", "number"), False),
            (("shop", "number"), False),
        )


class ShipmentLine(Row):
    """Pieces of a line in a shipment. A shipment without any carries whatever its order holds."""

    shipment = peewee.ForeignKeyField(Shipment, on_delete="CASCADE")
    shipment_id: int
    line = peewee.ForeignKeyField(Line, on_delete="CASCADE")
    line_id: int
    quantity = peewee.IntegerField()

    class Meta:
        indexes = ((("shipment", "line"), True),)


def find_shipment(shop: int, shipment: int) -> Shipment | None:
    """The shipment with this id, if it is this shop's."""
    return Shipment.get_or_none((Shipment.shop == shop) & (Shipment.id == shipment))


def find_in_order(shop: int, order: int, carrier: str, number: str) -> Shipment | None:
    """The shipment of an order under a carrier's number."""
    where = (Shipment.shop == shop) & (Shipment.order == order)
    return Shipment.get_or_none(where & (Shipment.carrier == carrier) & (Shipment.number == number))


def load_shipments(shop: int, order: int) -> list[Shipment]:
    """All shipments of an order, oldest first, cancelled ones too."""
    where = (Shipment.shop == shop) & (Shipment.order == order)
    return list(Shipment.select().where(where).order_by(Shipment.id))


def sharing_number(shop: int, carrier: str, number: str) -> list[Shipment]:
    """All shipments of a shop under one number, each with its order."""
    where = (Shipment.shop == shop) & (Shipment.carrier == carrier) & (Shipment.number == number)
    return list(Shipment.select(Shipment, Order).join(Order).where(where).order_by(Shipment.id))


def carriers_of(shop: int, number: str) -> list[str]:
    """Ids of the carriers under which a shop has sent parcels with this number."""
    where = (Shipment.shop == shop) & (Shipment.number == number)
    rows = Shipment.select(Shipment.carrier).where(where).distinct().order_by(Shipment.carrier)
    return [row.carrier for row in rows]


def ask_soon(shop: int, carrier: str, number: str, now: datetime, quickest: timedelta) -> bool:
    """Has a number asked for at once, as somebody says that there is news; tells whether it is to be.

    None is asked for twice within `quickest`. What is at rest stays so, and so does what a carrier has put off.
    """
    where = (Shipment.shop == shop) & (Shipment.carrier == carrier) & (Shipment.number == number)
    soon = False
    for row in Shipment.select().where(where & (Shipment.ask_at > now)):
        due = max(now, row.asked_at + quickest) if row.asked_at else now
        if due < row.ask_at and row.ask_error.partition(":")[0] not in ("rate_limit", "auth"):
            Shipment.update(ask_at=due).where((Shipment.shop == shop) & (Shipment.id == row.id)).execute()
            soon = True
    return soon


def list_used(shop: int) -> list[str]:
    """The ids of the carriers that a shop ever had a shipment of, in the order of their ids."""
    found: list[str] = []
    # Each step is one look into the index; a list of all distinct values would read every shipment.
    while len(found) < MOST_USED:
        where = (Shipment.shop == shop) & (Shipment.carrier > (found[-1] if found else ""))
        carrier = Shipment.select(peewee.fn.MIN(Shipment.carrier)).where(where).scalar()
        if carrier is None:
            break
        found.append(str(carrier))
    return found


def forget_salt(shop: int, shipment: int) -> None:
    """Lets go of the salt of the digests in a shipment's chain."""
    Shipment.update(salt="").where((Shipment.shop == shop) & (Shipment.id == shipment)).execute()


def load_quantities(shop: int, order: int) -> dict[int, dict[str, int]]:
    """Pieces per line ref for each shipment id of an order; shipments that name no lines are missing."""
    query = (
        ShipmentLine.select(ShipmentLine.shipment, ShipmentLine.quantity, Line.ref)
        .join(Line)
        .switch(ShipmentLine)
        .join(Shipment)
        .where((Shipment.shop == shop) & (Shipment.order == order))
    )
    quantities: dict[int, dict[str, int]] = {}
    rows: Iterable[tuple[int, int, str]] = list(query.tuples())  # type: ignore[arg-type]
    for shipment, quantity, ref in rows:
        quantities.setdefault(shipment, {})[ref] = quantity
    return quantities


def set_quantities(shop: int, shipment: Shipment, quantities: Mapping[str, int]) -> bool:
    """Says which pieces travel in a shipment (refs not in the order are passed over); tells whether that is news."""
    lines = {
        line.ref: line
        for line in Line.select().join(Order).where((Order.shop == shop) & (Line.order == shipment.order_id))
    }
    wanted = {lines[ref].id: count for ref, count in quantities.items() if ref in lines and count > 0}
    have = {row.line_id: row.quantity for row in ShipmentLine.select().where(ShipmentLine.shipment == shipment.id)}
    if wanted == have:
        return False
    ShipmentLine.delete().where(ShipmentLine.shipment == shipment.id).execute()
    rows = [{"shipment": shipment.id, "line": line, "quantity": count} for line, count in wanted.items()]
    if rows:
        ShipmentLine.insert_many(rows).execute()
    return True


def claim_due(now: datetime, limit: int, patience: timedelta) -> list[Shipment]:
    """Shipments whose carrier is to be asked now, of all shops; each comes back after `patience` if nobody answers."""
    if (first := next_ask_at()) is None or first > now:
        return []
    due = (
        Shipment.select(Shipment.id)
        .where(Shipment.ask_at.is_null(False) & (Shipment.ask_at <= now))
        .order_by(Shipment.ask_at)
        .limit(limit)
    )
    if bound().kind == "postgres":
        due = due.for_update(skip_locked=True)
    query = Shipment.update(ask_at=now + patience).where(Shipment.id.in_(due)).returning(Shipment)
    with transaction():
        return list(query.execute())


def set_next_ask(
    shop: int, shipment: int, ask_at: datetime | None, asked_at: datetime, error: str, failures: int
) -> None:
    """Keeps when a carrier was asked, how that went, and when to ask next."""
    first = Shipment.failing_since
    since = peewee.fn.COALESCE(first, first.db_value(asked_at)) if failures else None
    fields: dict[str, object] = {
        "ask_at": ask_at,
        "asked_at": asked_at,
        "ask_error": error[:300],
        "ask_failures": failures,
        "failing_since": since,
    }
    if not error:
        fields["answered_at"] = asked_at
    Shipment.update(fields).where((Shipment.shop == shop) & (Shipment.id == shipment)).execute()


def postpone(
    shop: int, shipments: Sequence[int], until: datetime, error: str = "", asked_at: datetime | None = None
) -> None:
    """Has a carrier asked about shipments no sooner than at an instant.

    `error` is what kept it from answering when it was asked at `asked_at`.
    """
    fields: dict[str, object] = {"ask_at": until} | ({"ask_error": error[:300]} if error else {})
    fields |= {"asked_at": asked_at} if asked_at else {}
    Shipment.update(fields).where((Shipment.shop == shop) & Shipment.id.in_(list(shipments))).execute()


def note_answer(shop: int, carrier: str, number: str, error: str) -> None:
    """Keeps the error that a carrier's answer tells about a number, for staff to see."""
    where = (Shipment.shop == shop) & (Shipment.carrier == carrier) & (Shipment.number == number)
    with transaction():
        Shipment.update(ask_error=error[:300]).where(where).execute()


def find_late(now: datetime, limit: int) -> list[Shipment]:
    """Shipments, of all shops, whose told window has passed without a note of it."""
    return list(Shipment.select().where(Shipment.late_after <= now).order_by(Shipment.late_after).limit(limit))


def set_noted(shop: int, shipment: int, what: str = "late_after") -> None:
    """Keeps that what was to be noted of a shipment (`late_after`, `stalls_at`, `turns_at`) was dealt with."""
    fields: dict[str, object] = {what: None}
    Shipment.update(fields).where((Shipment.shop == shop) & (Shipment.id == shipment)).execute()


def find_stalling(now: datetime, limit: int) -> list[Shipment]:
    """Shipments, of all shops, that nobody has scanned for too long, without a note of it."""
    return list(Shipment.select().where(Shipment.stalls_at <= now).order_by(Shipment.stalls_at).limit(limit))


def find_turning(now: datetime, limit: int) -> list[Shipment]:
    """Shipments, of all shops, whose day has begun or ended without a note of it, and those that an upgrade left."""
    return list(Shipment.select().where(Shipment.turns_at <= now).order_by(Shipment.turns_at).limit(limit))


def next_ask_at() -> datetime | None:
    """When the next carrier is to be asked, over all shops."""
    due: datetime | None = Shipment.select(peewee.fn.MIN(Shipment.ask_at)).scalar()
    return due
