"""The hash chain of the audit record."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

CHAIN = "tracker-chain/1"
"""What the root of a chain is made from, beside names. It changes when entries are hashed in another way."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done: when, by whom, what, with which facts. `hash` covers these and the hash before."""

    position: int
    at: datetime
    actor: str
    action: str
    body: Mapping[str, Any]
    previous: str
    hash: str


Fact = tuple[str, str, Mapping[str, Any]]
"""What an entry says: who did it, what was done, and the facts."""
CUSTOMER = "customer"
"""The actor of whatever the holder of an order's link does. Staff are numbers."""


def chain_of_shipment(shipment: int) -> str:
    """The name of the chain of all that happens to a shipment."""
    return f"shipment:{shipment}"


def chain_of_order(order: int) -> str:
    """The name of the chain of what happens to an order and to none of its shipments."""
    return f"order:{order}"


def chain(previous: Entry | None, at: datetime, fact: Fact, root: str = "") -> Entry:
    """The entry that follows `previous`, or begins a chain at its `root`."""
    position = previous.position + 1 if previous else 0
    before = previous.hash if previous else root
    return Entry(position, at, *fact, before, digest(position, write_instant(at), *fact, before))


def root_of(shop: str, name: str) -> str:
    """What the first entry of a chain follows: it binds the chain to its name and to the shop's short name."""
    return hash_json([CHAIN, shop, name])


def digest(position: int, at: str, actor: str, action: str, body: Mapping[str, Any], previous: str) -> str:
    """SHA-256 over the canonical JSON of all fields but the hash itself."""
    return hash_json([position, at, actor, action, body, previous])


def hash_json(value: object) -> str:
    """SHA-256 over the one spelling of a JSON value: sorted keys, no spaces, UTF-8."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def write_instant(at: datetime) -> str:
    """An instant as the chain spells it: in UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def find_break(entries: Iterable[Entry], root: str = "") -> int | None:
    """The position of the first entry that does not fit its chain; `None` when all fit.

    A chain that was begun before chains were bound to their names follows nothing; that is no break.
    """
    before: str | None = None
    for position, entry in enumerate(entries):
        if before is None:
            before = root if entry.previous else ""
        made = digest(position, write_instant(entry.at), entry.actor, entry.action, entry.body, before)
        if entry.position != position or entry.previous != before or entry.hash != made:
            return position
        before = entry.hash
    return None
