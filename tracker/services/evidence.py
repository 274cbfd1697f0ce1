"""Evidence: what a shop can show of a shipment long afterwards, and what others can check."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tracker.domain import evidence
from tracker.domain.audit import Fact, chain_of_shipment, write_instant
from tracker.domain.states import State
from tracker.store.audit import append_audit, append_facts, find_head
from tracker.store.events import Event, Told
from tracker.store.shipments import Shipment, find_shipment, forget_salt

from .portal import Portal

STATED = "stated"
"""The action of an entry that takes in what somebody said of a parcel."""
TAG = 12
"""Digits of a statement's digest by which a shipment knows what its chain has taken in: enough for 1000 of them."""


def head(_portal: Portal, shop: int, shipment_id: int) -> str:
    """The hash of the newest entry of a shipment's chain, 64 hexadecimal digits; empty where there is none yet.

    Whoever has it can tell later that nothing up to that entry was changed.
    """
    return find_head(shop, chain_of_shipment(shipment_id))


def seal(_portal: Portal, shop: int, shipment_id: int, text: str) -> str:
    """What an entry about a shipment holds in place of a text that may tell of people: a digest, salted for it alone.

    Empty for no text and for no shipment. Call it inside the `writing` of what it is for.
    """
    shipment = find_shipment(shop, shipment_id)
    if shipment is None:
        return ""
    salt = _salt(shipment)
    shipment.save()
    return evidence.seal(salt, text)


def forget(shop: int, shipment_id: int) -> None:
    """Lets go of the salt of a shipment's digests: from now on they show nothing to anybody. The chain still holds."""
    forget_salt(shop, shipment_id)


def note_mail(portal: Portal, shop: int, told: Mapping[int, str], channel: str, recipient: str) -> None:
    """Keeps that somebody was told a moment of each of these shipments. Call it inside the `writing` that marks it."""
    for shipment, moment in sorted(told.items()):
        facts = {"moment": str(moment), "channel": channel, "recipient": seal(portal, shop, shipment, recipient)}
        append_audit(shop, chain_of_shipment(shipment), portal.now(), "portal", "notice", facts)


def take_statements(shipment: Shipment, state: State, told: Sequence[Told]) -> list[Fact]:
    """What the shipment's chain has not taken in yet of all that was told, in the order in which it was heard.

    What was said of other parcels under its number stays out. The row remembers what is given here: save it.
    """
    known = {name: set(tags) for name, tags in (shipment.chained or {}).items()}
    fresh = [one for one in told if one.row.digest[:TAG] not in known.get(_name(one.row), ())]
    counts = evidence.own_test(state) if fresh else None
    own = sorted((one for one in fresh if counts and counts(one.statement)), key=lambda one: one.row.id)
    if not own:
        return []
    chained = {name: list(tags) for name, tags in (shipment.chained or {}).items()}
    for one in own:
        chained.setdefault(_name(one.row), []).append(one.row.digest[:TAG])
    shipment.chained, salt = chained, _salt(shipment)
    return [(f"{one.row.source}:{one.row.carrier}", STATED, _describe(one, salt)) for one in own]


def tell_status(before: Mapping[str, Any], after: Mapping[str, Any], state: State) -> list[Fact]:
    """That a shipment's status has become another one; nothing where it has not."""
    if before == after:
        return []
    kept = {name: after[name] for name in ("reason", "delayed", "action_required")}
    body = {"from": before["milestone"], "to": after["milestone"], **kept, "by": str(state.source)}
    return [("fold", "status", body)]


def append(shipment: Shipment, now: datetime, facts: Sequence[Fact]) -> None:
    """Adds entries to a shipment's chain. Call it inside the `writing` of what they record."""
    if facts:
        append_facts(shipment.shop_id, chain_of_shipment(shipment.id), now, facts)


def _describe(one: Told, salt: str) -> Mapping[str, Any]:
    row = one.row
    origin = {"carrier": row.carrier, "number": row.number, "plugin": row.plugin, "payload": row.payload}
    return {**evidence.describe(one.statement, salt), **origin, "heard": write_instant(row.recorded_at)}


def _name(row: Event) -> str:
    return f"{row.carrier} {row.number}"


def _salt(shipment: Shipment) -> str:
    if not shipment.salt:
        shipment.salt = secrets.token_hex(16)
    return shipment.salt
