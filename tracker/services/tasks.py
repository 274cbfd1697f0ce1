"""Tasks: what customers want done and no carrier does by itself, or what the shop wants to be asked about first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tracker.domain import instructions as rules
from tracker.domain.instruction_forms import Said
from tracker.domain.instructions import Outcome, Wish
from tracker.sdk import InstructionKind, plain
from tracker.store import instructions as rows
from tracker.store.audit import append_audit
from tracker.store.database import writing
from tracker.store.instructions import Instruction
from tracker.store.orders import Order
from tracker.store.shipments import Shipment, find_shipment

from . import instructions, projections
from .portal import Portal
from .staff import Me

WAITING = frozenset({"approval", "task"})
UNDER_WAY = frozenset({"sending", "sent", "accepted"})
CHAIN = "shop:instructions"
MOST = 200
LONGEST_WORD = 300


@dataclass(frozen=True, slots=True)
class Task:
    """An instruction as staff see it. `said` is `None` once it was let go; `carrier` is empty before dispatch.

    `takes` says whether a yes sends it to the carrier; else staff do it by hand.
    """

    row: Instruction
    order: Order
    shipment: Shipment | None
    carrier: str
    said: Said | None
    takes: bool

    @property
    def waits(self) -> bool:
        """Whether staff have to do something."""
        return self.row.state in WAITING

    @property
    def due_at(self) -> datetime | None:
        """When it helps nobody any more, while that matters."""
        return self.row.due_at if self.row.state in rules.OPEN else None


def count_waiting(shop: int) -> int:
    """How many wait for staff of a shop."""
    return rows.count_instructions(shop, WAITING)


def list_tasks(portal: Portal, shop: int, part: str = "") -> list[Task]:
    """A shop's tasks: those that wait, by deadline; `under-way`: what carriers deal with; `ended`: newest first."""
    states = {"under-way": UNDER_WAY, "ended": rules.ENDED}.get(part, WAITING)
    return [_read(portal, row) for row in rows.list_instructions(shop, states, MOST)]


def list_of_order(portal: Portal, shop: int, order: int) -> list[Task]:
    """All that was asked about an order: what is open, then what has ended."""
    found: Sequence[Instruction] = [
        *rows.list_instructions(shop, rules.OPEN, MOST, order),
        *rows.list_instructions(shop, rules.ENDED, 20, order),
    ]
    return [_read(portal, row) for row in found if row.reply != "replaced"]


def find_task(portal: Portal, shop: int, task: int) -> Task | None:
    """One of a shop's tasks."""
    row = rows.find_instruction(shop, task)
    return _read(portal, row) if row is not None and row.order.deleted_at is None else None


def approve(portal: Portal, shop: int, task: int, word: str, *, me: Me) -> bool:
    """Says yes: it goes to the carrier, or stays for staff to do it. False where it is not asked any more."""
    with writing(shop):
        found = find_task(portal, shop, task)
        if found is None:
            return False
        state = "sending" if found.takes else "task"
        fields = {"reply": plain(word, LONGEST_WORD)}
        if not instructions.change(portal, found.row, ("approval",), state, me.actor, **fields):
            return False
        if state == "sending":
            instructions.owe(portal, found.row)
        _tell(portal, found.row)
        return True


def refuse(portal: Portal, shop: int, task: int, word: str, *, me: Me) -> bool:
    """Says no, with a word for the customer. False where it does not wait any more."""
    return _close(portal, shop, task, Outcome("refused", plain(word, LONGEST_WORD)), me)


def finish(portal: Portal, shop: int, task: int, word: str, *, me: Me) -> bool:
    """Says that it is done. False where it does not wait any more."""
    return _close(portal, shop, task, Outcome("done", plain(word, LONGEST_WORD)), me)


def load_wishes(shop: int) -> dict[InstructionKind, Wish]:
    """What a shop wants of each kind."""
    kept = rows.load_wishes(shop)
    return {kind: rules.wish_of(kind, kept) for kind in InstructionKind}


def save_wishes(portal: Portal, shop: int, wishes: Mapping[InstructionKind, Wish], *, me: Me) -> None:
    """Keeps what a shop wants."""
    told = {str(kind): str(wish) for kind, wish in wishes.items()}
    with writing(shop):
        rows.write_wishes(shop, told, portal.now())
        append_audit(shop, CHAIN, portal.now(), me.actor, "instruction-wishes", told)


def _close(portal: Portal, shop: int, task: int, outcome: Outcome, me: Me) -> bool:
    with writing(shop):
        row = rows.find_instruction(shop, task)
        if row is None or not instructions.change(portal, row, WAITING, outcome.state, me.actor, reply=outcome.reply):
            return False
        _tell(portal, row)
        return True


def _tell(portal: Portal, row: Instruction) -> None:
    instructions.tell_customer(portal, row)
    projections.refresh_order(portal, row.shop_id, row.order_id)


def _read(portal: Portal, row: Instruction) -> Task:
    shipment = find_shipment(row.shop_id, row.shipment_id) if row.shipment_id else None
    names = portal.carrier_names(shipment.carrier) if shipment else {}
    carrier = (shipment.carrier_name if shipment else "") or names.get("en", "")
    said = instructions.open_said(portal, row)
    takes = instructions.find_taker(portal, shipment, InstructionKind(row.kind)) is not None
    return Task(row, row.order, shipment, carrier, said, takes)
