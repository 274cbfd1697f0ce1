"""Delivery reports: what was recorded of one parcel, as a file that others can check."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tracker.domain import reports
from tracker.domain.audit import Entry, chain_of_shipment, find_break, root_of
from tracker.domain.evidence import own_test
from tracker.domain.states import FINAL
from tracker.sdk import Milestone
from tracker.store.audit import load_audit, walk_chains
from tracker.store.events import Event
from tracker.store.shipments import Shipment, find_shipment
from tracker.store.shops import Shop, find_shop

from . import evidence, recording
from .portal import Portal

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A delivery report: the name of its file, and its bytes.

    `complete` is whether the parcel's way has ended. `own` is whether all that carriers say in it is of this parcel, as
    far as is known by now: after a number was corrected, or used again, it tells of somebody else's too.
    """

    name: str
    body: bytes
    complete: bool
    own: bool


def open_report(portal: Portal, shop: int, shipment: int, order: int | None = None) -> Report | None:
    """The report of a shipment as it is now; `None` where the shop, or that `order` of it, has no such shipment."""
    row, owner = find_shipment(shop, shipment), find_shop(shop)
    if row is None or owner is None or order not in (None, row.order_id):
        return None
    chain = chain_of_shipment(row.id)
    entries = load_audit(shop, chain)
    return Report(
        name=f"delivery-report-{re.sub('[^A-Za-z0-9]+', '-', row.number).strip('-') or row.id}.json",
        body=reports.write(owner.slug, chain, entries),
        complete=bool(entries) and Milestone(row.milestone) in FINAL,
        own=_tells_of_this(portal, row, entries),
    )


def check_chains(shop: Shop) -> Iterator[tuple[str, int | None]]:
    """Every chain of a shop, with the position of its first entry that does not fit, or `None` where all do."""
    for chain, entries in walk_chains(shop.id):
        yield chain, find_break(entries, root_of(shop.slug, chain))


def _tells_of_this(portal: Portal, shipment: Shipment, entries: list[Entry]) -> bool:
    stated = [entry.body for entry in entries if entry.action == evidence.STATED and entry.body["source"] == "carrier"]
    folded = recording.fold_shipment(portal, shipment)
    if folded is None:
        return not stated
    counts = own_test(folded.state)
    known = {_key_of_row(each.row) for each in folded.told if counts(each.statement)}
    return all(tuple(body[name] for name in _NAMES) in known for body in stated)


_NAMES = ("carrier", "number", "code", "local", "offset", "milestone")


def _key_of_row(row: Event) -> Key:
    return tuple(getattr(row, name) for name in _NAMES)
