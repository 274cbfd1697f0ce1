"""Instructions: what customers want done with a parcel, from their form to what became of it."""

import json
import logging
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, tzinfo
from typing import Any

from tracker.domain import instructions as rules
from tracker.domain.audit import CUSTOMER, chain_of_order, chain_of_shipment, hash_json
from tracker.domain.instruction_forms import Said
from tracker.domain.instructions import Outcome, Stage
from tracker.domain.states import SCANNED
from tracker.domain.tiers import Sight
from tracker.host.registry import Provider
from tracker.host.secrets import Unreadable
from tracker.sdk import Address, Carrier, InstructionKind
from tracker.store import handovers
from tracker.store import instructions as rows
from tracker.store.audit import append_audit
from tracker.store.database import writing
from tracker.store.instructions import Instruction
from tracker.store.orders import Order, find_order
from tracker.store.outbox import key_of
from tracker.store.shipments import Shipment, find_shipment, load_shipments

from . import plugins, projections, updates
from .clocks import zone_of
from .links import Opened
from .portal import Portal

log = logging.getLogger(__name__)
TOPIC = "instruct"
_TOLD_OF = frozenset({"refused", "overdue", "left"})
"""Ends that the customer is written to about: nobody was there to see them come."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What somebody can ask for now. `shipment` is `None` before anything was sent; `offers` are in their order.

    `standing` is what the carrier was told already, so that nothing else can be asked before the next attempt;
    `unsent` is what was asked before and gives way to whatever is asked now.
    """

    order: Order
    shipment: Shipment | None
    stage: Stage
    offers: Sequence[InstructionKind]
    attempts: int
    standing: Instruction | None
    unsent: Instruction | None
    today: date
    zone: tzinfo


class NotHere(LookupError):
    """A parcel that is none of this order's."""


class TooLate(Exception):
    """What was asked for cannot be asked any more: the parcel has moved on since the form was opened."""


def find_situation(portal: Portal, opened: Opened, shipment: int | None) -> Situation | None:
    """What the holder of a link can ask for, of one of the order's parcels or before dispatch.

    `None` where there is nothing to be asked any more. Raises `NotHere` for a parcel that is not this order's.
    """
    order = find_order(opened.shop.id, opened.order)
    if order is None or order.deleted_at is not None:
        raise NotHere
    if shipment is None:
        return _before_dispatch(portal, opened, order)
    row = find_shipment(opened.shop.id, shipment)
    if row is None or row.order_id != order.id:
        raise NotHere
    return _on_the_way(portal, opened, order, row)


def give(portal: Portal, opened: Opened, shipment: int | None, said: Said, key: str) -> Instruction:
    """Takes what a customer wants. What was not sent yet gives way to it.

    The same form (`key`) with the same words is the same instruction; with other words it is a new one.
    Raises `TooLate` where it cannot be asked (any more), `NotHere` as `find_situation` does.
    """
    shop = opened.shop.id
    with writing(shop):
        known = rows.find_by_key(shop, opened.order, _name(key, said))
        if known is not None:
            return known
        situation = find_situation(portal, opened, shipment)
        if situation is None or situation.standing or said.kind not in situation.offers:
            raise TooLate
        if rows.count_of_order(shop, opened.order) >= rules.MOST:
            raise TooLate
        for one in rows.load_open(shop, opened.order):
            if one.shipment_id == shipment and one.state in rules.UNSENT:
                end(portal, one, Outcome("expired", "replaced"), CUSTOMER)
        row = _add(portal, opened, situation, said, key)
        projections.refresh_order(portal, shop, opened.order)
        return row


def is_given(opened: Opened, key: str) -> bool:
    """Whether a form has brought an instruction."""
    return rows.was_given(opened.shop.id, opened.order, f"{key}.")


def describe(row: Instruction) -> dict[str, Any]:
    """An instruction as it stands in its order's view."""
    return rows.describe_instruction(row)


def find_taker(
    portal: Portal, shipment: Shipment | None, kind: InstructionKind
) -> tuple[Provider[Carrier], str] | None:
    """Who can be told what a customer wants, and the parcel's number there: whoever has the parcel by now, first."""
    if shipment is None:
        return None
    for carrier, number in reversed(handovers.follow(shipment.shop_id, shipment.carrier, shipment.number)):
        provider = portal.registry.carriers.get(carrier)
        if provider is None or kind not in provider.object.instructs:
            continue
        if plugins.is_enabled(portal, shipment.shop_id, provider.plugin):
            return provider, number
    return None


def follow(portal: Portal, shipment: Shipment) -> None:
    """Settles what a shipment's new state decides. Call it in the transaction that saves the state, before the view."""
    if not _are_shown(shipment.order.view):
        return
    open_ones = rows.load_open(shipment.shop_id, shipment.order_id)
    attempts = rules.count_attempts(shipment.state.get("events") or ())
    for one in open_ones:
        if one.shipment_id == shipment.id:
            outcome = rules.settle(one.kind, one.state, one.attempt, shipment.milestone, attempts)
        else:
            gone = one.shipment_id is None and shipment.milestone in SCANNED
            outcome = Outcome("expired", "left") if gone else None
        if outcome:
            end(portal, one, outcome, "fold")


def _are_shown(view: Mapping[str, Any]) -> bool:
    """Whether an order's view holds instructions. None is open that it does not hold: most orders never have any."""
    return bool(view.get("instructions")) or any(one.get("instructions") for one in view.get("parcels", ()))


def end(portal: Portal, row: Instruction, outcome: Outcome, actor: str) -> bool:
    """Closes an open instruction and tells whoever waits for it; False where it was closed before.

    Call it inside the `writing` of its shop; the order's view is left to the caller.
    """
    if not change(portal, row, rules.OPEN, outcome.state, actor, reply=outcome.reply):
        return False
    if outcome.state in _TOLD_OF or outcome.reply in _TOLD_OF:
        tell_customer(portal, row)
    return True


def change(portal: Portal, row: Instruction, before: Collection[str], state: str, actor: str, **fields: Any) -> bool:
    """Moves an instruction on, and writes it into the chain. Call it inside the `writing` of its shop."""
    now = portal.now()
    was = row.state
    if not rows.move_instruction(row.shop_id, row.id, before, state=state, changed_at=now, **fields):
        return False
    for name, value in {"state": state, "changed_at": now, **fields}.items():
        setattr(row, name, value)
    body = {"instruction": row.id, "kind": row.kind, "from": was, "to": state}
    why = {"why": row.reply} if state == "expired" else {}
    append_audit(row.shop_id, chain_of(row), now, actor, "instruction", body | why)
    return True


def owe(portal: Portal, row: Instruction) -> None:
    """Has an instruction brought to its carrier. Call it in the transaction that decided so."""
    key = key_of(TOPIC, row.id, row.changed_at)
    portal.owe(TOPIC, key, {"shop": row.shop_id, "instruction": row.id})


def tell_customer(portal: Portal, row: Instruction) -> None:
    """Owes the customer word that there is news about what they asked."""
    order = find_order(row.shop_id, row.order_id)
    if order is not None:
        updates.owe_update(portal, row.shop_id, order, "instruction", row.id)


def open_said(portal: Portal, row: Instruction) -> Said | None:
    """What a customer said; `None` once it was let go, and where no key opens it."""
    try:
        told = json.loads(portal.box.open(row.sealed)) if row.sealed else None
    except (Unreadable, ValueError):
        log.warning("an instruction cannot be opened", extra={"shop": row.shop_id, "row": row.id})
        return None
    return _read_said(row.kind, told) if told else None


def recall(portal: Portal, shop: int, order: int) -> set[str]:
    """All that an order's customer said in instructions, word for word: carriers repeat it in their scans."""
    said = [open_said(portal, row) for row in rows.load_sealed(shop, order)]
    texts = {text for one in said if one for text in (one.text, one.phone)}
    lines = {text for one in said if one and one.address for text in (one.address.name, one.address.street)}
    more = {one.address.extra for one in said if one and one.address}
    return {text for text in texts | lines | more if text}


def forget(portal: Portal, shop: int, order: int) -> int:
    """Lets go of all that an order's customer said in instructions; tells in how many something was.

    Call it inside the `writing` of the shop. What is still open becomes a thing of the past.
    """
    for row in rows.load_open(shop, order):
        change(portal, row, rules.OPEN, "expired", CUSTOMER, reply="erased")
    count = rows.forget_sealed(shop, order)
    projections.refresh_order(portal, shop, order)
    return count


def chain_of(row: Instruction) -> str:
    """The chain of the audit record that an instruction belongs to."""
    return chain_of_shipment(row.shipment_id) if row.shipment_id else chain_of_order(row.order_id)


def _before_dispatch(portal: Portal, opened: Opened, order: Order) -> Situation | None:
    living = [one.milestone for one in load_shipments(order.shop_id, order.id) if one.cancelled_at is None]
    stage = Stage.BEFORE if rules.is_before_dispatch(order.milestone, living) else None
    return _describe(portal, opened, order, None, stage, 0)


def _on_the_way(portal: Portal, opened: Opened, order: Order, shipment: Shipment) -> Situation | None:
    attempts = rules.count_attempts(shipment.state.get("events") or ())
    stage = rules.find_stage(shipment.milestone, attempts) if shipment.cancelled_at is None else None
    return _describe(portal, opened, order, shipment, stage, attempts)


def _describe(
    portal: Portal, opened: Opened, order: Order, shipment: Shipment | None, stage: Stage | None, attempts: int
) -> Situation | None:
    if stage is None:
        return None
    sight: Sight = opened.sight
    takes = {kind for kind in rules.OFFERS[stage] if find_taker(portal, shipment, kind)}
    offers = rules.offer(stage, rows.load_wishes(order.shop_id), takes, sight)
    zone = zone_of(opened.shop.zone)
    mine = _load_mine(order, shipment)
    standing = next((one for one in mine if one.state in rules.STANDING and one.attempt >= attempts), None)
    unsent = next((one for one in mine if one.state in rules.UNSENT), None)
    today = portal.now().astimezone(zone).date()
    return Situation(order, shipment, stage, offers, attempts, standing, unsent, today, zone)


def _load_mine(order: Order, shipment: Shipment | None) -> list[Instruction]:
    """What is open of one parcel, or of the order before dispatch."""
    wanted = shipment.id if shipment else None
    return [one for one in rows.load_open(order.shop_id, order.id) if one.shipment_id == wanted]


def _add(portal: Portal, opened: Opened, situation: Situation, said: Said, key: str) -> Instruction:
    shop, now = opened.shop.id, portal.now()
    taken = find_taker(portal, situation.shipment, said.kind) is not None
    state = rules.begin(rules.wish_of(said.kind, rows.load_wishes(shop)), taken)
    told = {**_write_said(said), "salt": secrets.token_hex(16)}
    fields: Mapping[str, Any] = {
        "shipment": situation.shipment.id if situation.shipment else None,
        "kind": str(said.kind),
        "sealed": portal.box.seal(json.dumps(told)),
        "state": state,
        "tier": opened.tier,
        "created_at": now,
        "changed_at": now,
        "due_at": rules.find_due(said.kind, said.day, now, situation.zone),
        "attempt": situation.attempts,
    }
    row = rows.add_instruction(shop, opened.order, _name(key, said), fields)
    assert row is not None
    # The chain cannot be erased: of what was said it holds a digest, whose salt goes with the words.
    body = {"instruction": row.id, "kind": row.kind, "to": state, "tier": opened.tier, "digest": hash_json(told)}
    append_audit(shop, chain_of(row), now, CUSTOMER, "instruction", body)
    if state == "sending":
        owe(portal, row)
    return row


def _name(key: str, said: Said) -> str:
    """What a form brought: whoever goes back and writes something else has asked for something else."""
    return f"{key}.{hash_json([key, _write_said(said)])[:7]}"


def _write_said(said: Said) -> dict[str, Any]:
    return {**asdict(said), "day": said.day.isoformat() if said.day else None}


def _read_said(kind: str, told: Mapping[str, Any]) -> Said:
    address = Address(**told["address"]) if told.get("address") else None
    day = date.fromisoformat(told["day"]) if told.get("day") else None
    texts = {name: str(told.get(name, "")) for name in ("part", "text", "phone", "place")}
    return Said(InstructionKind(kind), day, address=address, **texts)
