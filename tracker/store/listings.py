"""Lists for the desk, page by page. A page costs the same however far back it lies."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import peewee

from tracker.domain import audit

from .audit import Audit
from .links import Link
from .orders import Order
from .shipments import Location, Shipment

COUNTED = 1000
"""Rows that are counted; beyond, a list says "more"."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a shop's orders to list. Empty fields ask for nothing.

    `text` is looked for in numbers, names and addresses; `number` is the same text as a tracking number would be kept.
    """

    text: str = ""
    number: str = ""
    state: str = ""
    milestone: str = ""
    shipment: str = ""
    attention: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Between which orders a page begins: those placed before this instant (and of that instant, with smaller ids)."""

    at: datetime
    id: int


def list_orders(shop: int, wanted: Wanted, limit: int, *, before: Place | None, after: Place | None) -> list[Order]:
    """Up to `limit` living orders, newest first: those before a place, those just after one, or the newest."""
    query = Order.select(*_columns()).where(_matches(shop, wanted))
    if after is not None:
        query = query.where(_beyond(after, newer=True)).order_by(Order.placed_at, Order.id)
        return list(reversed(list(query.limit(limit))))
    if before is not None:
        query = query.where(_beyond(before, newer=False))
    return list(query.order_by(Order.placed_at.desc(), Order.id.desc()).limit(limit))


def count_orders(shop: int, wanted: Wanted) -> int:
    """How many orders match; `COUNTED` + 1 stands for more than `COUNTED`."""
    few = Order.select(Order.id).where(_matches(shop, wanted)).limit(COUNTED + 1)
    return int(few.count())


def list_shipments(shop: int, orders: Iterable[int]) -> dict[int, list[Shipment]]:
    """The shipments of several orders, by order id, oldest first; without their timelines."""
    columns = [field for field in Shipment._meta.sorted_fields if field is not Shipment.state]
    query = Shipment.select(*columns).where((Shipment.shop == shop) & Shipment.order.in_(list(orders)))
    found: dict[int, list[Shipment]] = {}
    for row in query.order_by(Shipment.id):
        found.setdefault(row.order_id, []).append(row)
    return found


def list_audit(shop: int, chains: Sequence[str], limit: int, without: str = "") -> list[tuple[str, audit.Entry]]:
    """The newest entries of several chains together, newest first, each with its chain; `without` one action's."""
    where = (Audit.shop == shop) & Audit.chain.in_(list(chains)) & (Audit.action != without)
    rows = Audit.select().where(where).order_by(Audit.id.desc()).limit(limit)
    return [
        (row.chain, audit.Entry(row.position, row.at, row.actor, row.action, row.body, row.previous, row.hash))
        for row in rows
    ]


def list_links(shop: int, order: int, limit: int = 50) -> list[Link]:
    """The links of an order, newest first."""
    where = (Link.shop == shop) & (Link.order == order)
    return list(Link.select().where(where).order_by(Link.id.desc()).limit(limit))


def list_locations(shop: int) -> list[Location]:
    """Where a shop sends parcels from."""
    return list(Location.select().where(Location.shop == shop).order_by(Location.name, Location.id))


def _columns() -> list[Any]:
    # The projection is the widest column, and no list shows it.
    return [field for field in Order._meta.sorted_fields if field is not Order.view]


def _matches(shop: int, wanted: Wanted) -> Any:
    where: Any = (Order.shop == shop) & Order.deleted_at.is_null()
    if wanted.state:
        where &= Order.state == wanted.state
    if wanted.milestone:
        where &= Order.milestone == wanted.milestone
    if wanted.attention:
        where &= Order.trouble == True  # noqa: E712 - an SQL expression
    if wanted.shipment:
        where &= peewee.fn.EXISTS(_shipments(shop, Shipment.milestone == wanted.shipment))
    if wanted.text:
        where &= _holds(shop, wanted)
    return where


def _holds(shop: int, wanted: Wanted) -> Any:
    text = wanted.text
    found = Order.number.startswith(text.lstrip("#").strip() or text)
    found |= Order.email.startswith(text) | Order.name.contains(text)
    numbers = {text, wanted.number} - {""}
    carried = Shipment.select(Shipment.order).where((Shipment.shop == shop) & Shipment.number.in_(list(numbers)))
    return found | Order.id.in_(carried)


def _shipments(shop: int, which: Any) -> Any:
    mine = (Shipment.shop == shop) & (Shipment.order == Order.id) & Shipment.cancelled_at.is_null()
    return Shipment.select(Shipment.id).where(mine & which)


def _beyond(place: Place, newer: bool) -> Any:
    # The bound on the instant alone is what lets the index begin at the place; an OR of both would begin at its end.
    if newer:
        return (Order.placed_at >= place.at) & ((Order.placed_at > place.at) | (Order.id > place.id))
    return (Order.placed_at <= place.at) & ((Order.placed_at < place.at) | (Order.id < place.id))
