"""Instructions on their way to carriers, and what becomes of those that nobody brings to an end."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tracker import crash
from tracker.domain.instructions import Outcome
from tracker.host.errors import Barred, PluginBug
from tracker.host.registry import Provider
from tracker.sdk import (
    AuthFailed,
    BadPayload,
    BadRequest,
    Carrier,
    Instruction,
    InstructionAnswer,
    InstructionKind,
    InvalidNumber,
    PluginError,
    plain,
)
from tracker.store import instructions as rows
from tracker.store import outbox
from tracker.store.audit import append_audit
from tracker.store.database import writing
from tracker.store.shipments import find_shipment
from tracker.store.shops import load_shops

from . import instructions, projections
from .errors import Later
from .portal import Portal

log = logging.getLogger(__name__)
TRIES = 9
"""Within an hour. A carrier that cannot be told by then will not be told in time, and staff have a telephone."""
STUCK = timedelta(hours=6)
TURN = timedelta(seconds=30)
KEEP = timedelta(days=90)
"""How long it is kept what somebody said, once it was dealt with."""
Body = Mapping[str, Any]


def send(portal: Portal, body: Body, key: str) -> None:
    """Brings one instruction to its carrier. Raises the plugin's errors where another try may help.

    What nobody can bring there becomes a task for the shop's staff; it is never lost.
    """
    row = rows.find_instruction(body["shop"], body["instruction"])
    if row is None or row.state != "sending":
        return
    shipment = find_shipment(row.shop_id, row.shipment_id) if row.shipment_id else None
    said, kind = instructions.open_said(portal, row), InstructionKind(row.kind)
    found = instructions.find_taker(portal, shipment, kind)
    _wait_turn(portal, row)
    if row.due_at is not None and row.due_at <= portal.now():
        _settle(portal, row, Outcome("expired", "overdue"))
        return
    if found is None or said is None:
        _hand_over(portal, row, "no carrier takes it any more" if said else "what was said cannot be opened")
        return
    provider, number = found
    told = Instruction(
        key, kind, number, said.day, said.address, said.text, said.phone, said.place, row.due_at, said.part
    )
    answer = _ask(portal, provider, row, told)
    if answer is not None:
        _take(portal, row, answer, provider.key)


def expire_overdue(portal: Portal, limit: int = 100) -> int:
    """Ends what helps nobody any more, and hands to staff what no carrier ever answered; tells how many those were."""
    overdue = rows.find_overdue(portal.now(), limit)
    for row in overdue:
        _settle(portal, row, Outcome("expired", "overdue"))
    stuck = rows.find_stuck(portal.now() - STUCK, limit)
    for row in stuck:
        # Its outbox row was given up without a word to this module: the worker ended each time it began with it.
        _hand_over(portal, row, "the carrier could not be told")
    return len(overdue) + len(stuck)


def let_go(portal: Portal) -> int:
    """Lets go of what was said in instructions that ended `KEEP` ago, some at a time; tells in how many."""
    before = portal.now() - KEEP
    return sum(rows.purge_sealed(shop.id, before) for shop in load_shops())


def _wait_turn(portal: Portal, row: rows.Instruction) -> None:
    """Lets one that this one has replaced come to its end first, where its carrier is being told of it just now.

    Else the carrier might hear the older one last, and do that.
    """
    replaced = set(rows.list_replaced(row.shop_id, row.order_id, row.shipment_id))
    if replaced and any(one.payload.get("instruction") in replaced for one in outbox.load_claimed(instructions.TOPIC)):
        raise Later(portal.now() + TURN)


def _ask(
    portal: Portal, provider: Provider[Carrier], row: rows.Instruction, told: Instruction
) -> InstructionAnswer | None:
    """The carrier's answer; `None` where staff have it now."""
    ctx = portal.contexts.make
    try:
        return portal.calls.instruct(provider, row.shop_id, told, ctx(row.shop_id, provider.plugin, worker=True))
    except (AuthFailed, InvalidNumber, BadPayload, Barred) as error:
        _hand_over(portal, row, f"{error.kind}: {error}")
    except BadRequest as error:
        return InstructionAnswer("refused", plain(str(error), 300))
    except (PluginError, PluginBug) as error:
        owed = outbox.find(told.key)
        if owed is None or owed.attempts < TRIES:
            raise
        _hand_over(portal, row, f"{error.kind}: {error}")
    return None


def _take(portal: Portal, row: rows.Instruction, answer: InstructionAnswer, actor: str) -> None:
    crash.point("instructed")
    with writing(row.shop_id):
        if instructions.change(
            portal, row, ("sending",), answer.state, actor, reply=answer.reply, ref=answer.ref, error=""
        ):
            if answer.state == "refused":
                instructions.tell_customer(portal, row)
            projections.refresh_order(portal, row.shop_id, row.order_id)
        else:
            # It was replaced meanwhile. That the carrier has heard of it is a fact all the same.
            body = {"instruction": row.id, "kind": row.kind, "answered": answer.state}
            append_audit(row.shop_id, instructions.chain_of(row), portal.now(), actor, "instruction", body)


def _hand_over(portal: Portal, row: rows.Instruction, error: str) -> None:
    """Makes a task of what no carrier could be told."""
    log.warning("an instruction becomes a task", extra={"shop": row.shop_id, "row": row.id})
    with writing(row.shop_id):
        if instructions.change(portal, row, ("sending",), "task", "worker", error=plain(error, 300)):
            projections.refresh_order(portal, row.shop_id, row.order_id)


def _settle(portal: Portal, row: rows.Instruction, outcome: Outcome) -> None:
    with writing(row.shop_id):
        if instructions.end(portal, row, outcome, "worker"):
            projections.refresh_order(portal, row.shop_id, row.order_id)
