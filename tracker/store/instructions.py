"""What customers answer to their carrier, and what becomes of it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import peewee

from tracker.domain.instructions import ENDED, OPEN

from .base import Row
from .database import transaction
from .fields import UTCDateTimeField
from .orders import Order
from .shipments import Shipment
from .shops import Shop


class Instruction(Row):
    """One answer of a customer: to a carrier, or to the shop before anything was sent (`shipment` is empty then).

    `kind` is one of `tracker.sdk.InstructionKind`. `sealed` holds what was said, encrypted: it tells where people live.
    `state` is `approval`, `task`, `sending`, `sent`, `accepted`, `refused`, `done` or `expired`; `reply` is what the
    carrier or staff answered, or why it expired. `due_at` is the instant after which it helps nobody any more. `key`
    names the form that brought it, `attempt` counts the failed attempts before it. `error` is why no carrier could be
    told, for staff.
    """

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE", index=False)
    shop_id: int
    order = peewee.ForeignKeyField(Order, on_delete="CASCADE")
    order_id: int
    shipment = peewee.ForeignKeyField(Shipment, null=True, on_delete="CASCADE")
    shipment_id: int | None
    kind = peewee.CharField(24)
    sealed = peewee.TextField(default="")
    state = peewee.CharField(12)
    tier = peewee.CharField(12)
    reply = peewee.CharField(300, default="")
    ref = peewee.CharField(80, default="")
    created_at = UTCDateTimeField()
    due_at = UTCDateTimeField(null=True)
    changed_at = UTCDateTimeField()
    key = peewee.CharField(40, null=True)
    attempt = peewee.IntegerField(default=0)
    error = peewee.CharField(300, default="")

    class Meta:
        indexes = (
            (("shop", "order"), False),
            (("shop", "state", "due_at"), False),
            (("shop", "order", "key"), True),
            (("state", "due_at"), False),
            (("state", "changed_at"), False),
        )


class InstructionWish(Row):
    """What a shop wants of one kind of instruction (`tracker.domain.instructions.Wish`)."""

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE", index=False)
    shop_id: int
    kind = peewee.CharField(24)
    wish = peewee.CharField(12)
    changed_at = UTCDateTimeField()

    class Meta:
        indexes = ((("shop", "kind"), True),)


def add_instruction(shop: int, order: int, key: str, fields: Mapping[str, Any]) -> Instruction | None:
    """Keeps a new instruction; `None` where the same form brought one before."""
    row = {"shop": shop, "order": order, "key": key, **fields}
    with transaction():
        query = Instruction.insert(row).on_conflict(
            action="NOTHING", conflict_target=(Instruction.shop, Instruction.order, Instruction.key)
        )
        return next(iter(query.returning(Instruction).execute()), None)


def find_instruction(shop: int, instruction: int) -> Instruction | None:
    """The instruction with this id, if it is this shop's."""
    return Instruction.get_or_none((Instruction.shop == shop) & (Instruction.id == instruction))


def find_by_key(shop: int, order: int, key: str) -> Instruction | None:
    """The instruction that a form of this name has brought."""
    where = (Instruction.shop == shop) & (Instruction.order == order)
    return Instruction.get_or_none(where & (Instruction.key == key))


def was_given(shop: int, order: int, stem: str) -> bool:
    """Whether a form whose name begins so has brought an instruction."""
    where = (Instruction.shop == shop) & (Instruction.order == order) & Instruction.key.startswith(stem)
    return bool(Instruction.select(Instruction.id).where(where).exists())


def count_of_order(shop: int, order: int) -> int:
    """How many instructions an order has brought, ended ones, too."""
    return int(Instruction.select().where((Instruction.shop == shop) & (Instruction.order == order)).count())


def load_open(shop: int, order: int) -> list[Instruction]:
    """The instructions of an order that have not ended, oldest first."""
    where = (Instruction.shop == shop) & (Instruction.order == order) & Instruction.state.in_(sorted(OPEN))
    return list(Instruction.select().where(where).order_by(Instruction.id))


def list_instructions(shop: int, states: Collection[str], limit: int, order: int | None = None) -> list[Instruction]:
    """A shop's instructions in some states, each with its order: the open ones by deadline, the others newest first."""
    where = (Instruction.shop == shop) & Instruction.state.in_(sorted(states))
    if order is not None:
        where &= Instruction.order == order
    by = (Instruction.changed_at.desc(),) if set(states) <= ENDED else (Instruction.due_at, Instruction.id)
    query = Instruction.select(Instruction, Order).join(Order).where(where & Order.deleted_at.is_null())
    return list(query.order_by(*by).limit(limit))


def count_instructions(shop: int, states: Collection[str]) -> int:
    """How many instructions of a shop are in one of these states."""
    where = (Instruction.shop == shop) & Instruction.state.in_(sorted(states))
    query = Instruction.select(Instruction.id).join(Order).where(where & Order.deleted_at.is_null())
    return int(query.count())


def move_instruction(shop: int, instruction: int, before: Collection[str], **fields: Any) -> bool:
    """Changes an instruction that is in one of the states `before`; False where it is not, and then nothing is done."""
    where = (Instruction.shop == shop) & (Instruction.id == instruction) & Instruction.state.in_(sorted(before))
    return int(Instruction.update(**fields).where(where).execute()) == 1


def list_replaced(shop: int, order: int, shipment: int | None) -> list[int]:
    """The instructions of one parcel (or of its order before dispatch) that newer ones have taken the place of."""
    where = (Instruction.shop == shop) & (Instruction.order == order) & (Instruction.reply == "replaced")
    about = Instruction.shipment.is_null() if shipment is None else Instruction.shipment == shipment
    return [row.id for row in Instruction.select(Instruction.id).where(where & about)]


def load_sealed(shop: int, order: int) -> list[Instruction]:
    """The instructions of an order of which it is still kept what was said."""
    where = (Instruction.shop == shop) & (Instruction.order == order) & (Instruction.sealed != "")
    return list(Instruction.select().where(where))


def forget_sealed(shop: int, order: int) -> int:
    """Lets go of what was said in the instructions of an order; tells in how many something was."""
    where = (Instruction.shop == shop) & (Instruction.order == order) & (Instruction.sealed != "")
    count = int(Instruction.update(sealed="", key=None).where(where).execute())
    # What a carrier could not be told may stand in what it said to that.
    Instruction.update(error="").where((Instruction.shop == shop) & (Instruction.order == order)).execute()
    # Why one expired is a word of ours.
    answered = (Instruction.shop == shop) & (Instruction.order == order) & (Instruction.state != "expired")
    Instruction.update(reply="").where(answered).execute()
    return count


def purge_sealed(shop: int, before: datetime, limit: int = 500) -> int:
    """Lets go of what was said in up to `limit` instructions that ended before an instant."""
    old = (Instruction.shop == shop) & Instruction.state.in_(sorted(ENDED)) & (Instruction.changed_at < before)
    ids = Instruction.select(Instruction.id).where(old & (Instruction.sealed != "")).limit(limit)
    with transaction():
        return int(Instruction.update(sealed="", key=None).where(Instruction.id.in_(ids)).execute())


def find_overdue(now: datetime, limit: int) -> list[Instruction]:
    """Open instructions, of all shops, whose deadline has passed."""
    where = Instruction.state.in_(sorted(OPEN)) & (Instruction.due_at <= now)
    return list(Instruction.select().where(where).order_by(Instruction.due_at).limit(limit))


def find_stuck(before: datetime, limit: int) -> list[Instruction]:
    """Instructions, of all shops, that have been on their way to a carrier since before an instant."""
    where = (Instruction.state == "sending") & (Instruction.changed_at < before)
    return list(Instruction.select().where(where).order_by(Instruction.changed_at).limit(limit))


def load_wishes(shop: int) -> dict[str, str]:
    """What a shop wants, by kind; only kinds that it has said something about."""
    rows = InstructionWish.select().where(InstructionWish.shop == shop)
    return {row.kind: row.wish for row in rows}


def write_wishes(shop: int, wishes: Mapping[str, str], now: datetime) -> None:
    """Keeps what a shop wants of each of some kinds."""
    rows: Sequence[dict[str, Any]] = [
        {"shop": shop, "kind": kind, "wish": wish, "changed_at": now} for kind, wish in wishes.items()
    ]
    kept = (InstructionWish.wish, InstructionWish.changed_at)
    insert = InstructionWish.insert_many(rows)
    insert.on_conflict(conflict_target=(InstructionWish.shop, InstructionWish.kind), preserve=kept).execute()


def project(shop: int, order: int) -> list[dict[str, Any]]:
    """An order's instructions for its page, newest first, with nothing in them that tells of people.

    One that a newer one has taken the place of is not among them.
    """
    replaced = (Instruction.state == "expired") & (Instruction.reply == "replaced")
    where = (Instruction.shop == shop) & (Instruction.order == order) & ~replaced
    return [
        describe_instruction(row) for row in Instruction.select().where(where).order_by(Instruction.id.desc()).limit(20)
    ]


def describe_instruction(row: Instruction) -> dict[str, Any]:
    """An instruction as a view holds it."""
    return {
        "id": row.id,
        "shipment": row.shipment_id,
        "kind": row.kind,
        "state": row.state,
        "reply": row.reply,
        "created_at": row.created_at.isoformat(),
        "due_at": row.due_at.isoformat() if row.due_at else None,
        "changed_at": row.changed_at.isoformat(),
        "attempt": row.attempt,
    }
