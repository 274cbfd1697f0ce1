"""The desk: orders to look through, one order in full, and what staff do with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tracker.domain import numbers
from tracker.domain.audit import Entry, chain_of_order, chain_of_shipment
from tracker.domain.wording import ORDER, read_key
from tracker.i18n import choose_name
from tracker.i18n import gettext as _
from tracker.sdk import Milestone, OrderMilestone, OrderState
from tracker.store import listings
from tracker.store import staff as people
from tracker.store.audit import append_audit
from tracker.store.database import writing
from tracker.store.handovers import follow
from tracker.store.links import Link
from tracker.store.listings import Place, Wanted
from tracker.store.notices import Notice, load_notices
from tracker.store.orders import Line, Order, find_order, load_lines
from tracker.store.shipments import Location, Shipment, find_shipment, load_quantities, load_shipments
from tracker.store.shops import Shop

from . import labels, links, matching, wording
from .askers import find_asker
from .candidates import Ranking
from .evidence import STATED
from .labels import Label
from .portal import Portal
from .refusals import Refused
from .shipping import MANUAL, set_milestone
from .staff import Me

__all__ = [
    "MANUAL", "MARKS", "STATES", "Filter", "LineFile", "OrderFile", "OrderPage", "Refused", "Shipment", "ShipmentFile",
    "Shop", "carrier_name", "doubt_number", "end_links", "find_parcel", "guess_carrier", "list_deeds",
    "list_locations", "list_orders", "mark_order", "open_order", "read_local", "share_link", "write_local",
]  # fmt: skip

PAGE = 25
ENTRIES = 100
LONGEST_SEARCH = 100
STATES = tuple(str(state) for state in OrderState)
MARKS = (OrderMilestone.CONFIRMED, OrderMilestone.PACKED, OrderMilestone.COMPLETED)
"""What staff can mark an order as: in preparation, packed, handed over."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What somebody asked the list for, as typed; unknown words ask for nothing."""

    q: str = ""
    state: str = ""
    milestone: str = ""
    shipment: str = ""
    attention: bool = False

    @property
    def any(self) -> bool:
        """Whether anything was asked for."""
        return self != Filter()


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order in the list, with its shipments."""

    order: Order
    shipments: Sequence[Shipment]


@dataclass(frozen=True, slots=True)
class OrderPage:
    """A page of orders. `newer` and `older` name the pages beside it, empty where there is none."""

    rows: Sequence[OrderRow]
    newer: str
    older: str
    total: int
    attention: int

    @property
    def more(self) -> bool:
        """Whether there are more orders than are counted."""
        return self.total > listings.COUNTED


@dataclass(frozen=True, slots=True)
class LineFile:
    """A line and how many of its pieces are in no shipment yet."""

    line: Line
    open: int


@dataclass(frozen=True, slots=True)
class ShipmentFile:
    """A shipment with what is in it, its carrier's name and page, and where it left from."""

    shipment: Shipment
    carrier: str
    url: str
    contents: Sequence[tuple[str, int]]
    quantities: Mapping[str, int]
    location: Location | None
    printable: bool = False
    label: Label | None = None
    """Whether its carrier can be asked for a label, and the one that was asked for, without its bytes."""
    onward: Sequence[tuple[str, str, str]] = ()
    """The carriers that it was handed over to: name, number there, and their page."""
    asked: bool = True
    """Whether anybody can be asked about it, now that plugins are on or off as they are."""


@dataclass(frozen=True, slots=True)
class OrderFile:
    """Everything the desk shows of one order."""

    order: Order
    lines: Sequence[LineFile]
    shipments: Sequence[ShipmentFile]
    notices: Sequence[Notice]
    links: Sequence[Link]
    entries: Sequence["Deed"]
    store: str
    marks: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Deed:
    """An entry of the audit record as it is read: who did what to which thing."""

    chain: str
    who: str
    entry: Entry
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def action(self) -> str:
        """What was done: only people say a status by hand."""
        by_hand = self.entry.actor.startswith("staff:")
        return "reported" if self.entry.action == "said" and not by_hand else self.entry.action


def list_orders(shop: int, asked: Filter, before: str = "", after: str = "") -> OrderPage:
    """A page of a shop's orders, newest first. `before` and `after` are what `older` and `newer` of a page named."""
    wanted = _wanted(asked)
    upwards, place = bool(after) and not before, _read_place(before or after)
    found = listings.list_orders(
        shop, wanted, PAGE + 1, before=None if upwards else place, after=place if upwards else None
    )
    more = len(found) > PAGE
    rows = (found[1:] if upwards else found[:PAGE]) if more else found
    newer = more if upwards else place is not None
    older = place is not None if upwards else more
    shipments = listings.list_shipments(shop, [row.id for row in rows])
    return OrderPage(
        rows=[OrderRow(row, shipments.get(row.id, [])) for row in rows],
        newer=_write_place(rows[0]) if rows and newer else "",
        older=_write_place(rows[-1]) if rows and older else "",
        total=listings.count_orders(shop, wanted),
        attention=listings.count_orders(shop, Wanted(attention=True)),
    )


def open_order(portal: Portal, shop: int, order: int) -> OrderFile | None:
    """One order in full, or `None` when it is not this shop's."""
    row = find_order(shop, order)
    if row is None:
        return None
    lines, shipments = load_lines(shop, order), load_shipments(shop, order)
    titles, quantities = {line.ref: line.title for line in lines}, load_quantities(shop, order)
    left = {line["ref"]: line["open"] for line in row.view.get("lines", ())}
    chains = [chain_of_order(order), *(chain_of_shipment(shipment.id) for shipment in shipments)]
    locations = {one.id: one for one in listings.list_locations(shop)}
    printed = labels.load(portal, shop, shipments)
    stores = _name_stores(portal)
    return OrderFile(
        order=row,
        lines=[LineFile(line, left.get(line.ref, 0)) for line in lines],
        shipments=[
            ShipmentFile(
                shipment,
                carrier_name(portal, shipment),
                shipment.url or portal.carrier_url(shop, shipment.carrier, shipment.number),
                [(titles[ref], count) for ref, count in quantities.get(shipment.id, {}).items()],
                quantities.get(shipment.id, {}),
                locations.get(shipment.location_id or 0),
                labels.gives_labels(portal, shipment),
                printed.get(shipment.id),
                *_look_onward(portal, shop, shipment),
            )
            for shipment in shipments
        ],
        notices=load_notices(shop, order),
        links=listings.list_links(shop, order),
        entries=read_deeds(listings.list_audit(shop, chains, ENTRIES, without=STATED), stores),
        store=stores.get(row.store, row.store),
        marks=[str(mark) for mark in MARKS if mark != row.milestone or read_key(row.word)],
    )


def find_parcel(shop: int, order: int, shipment: int) -> Shipment | None:
    """A shipment of this order of this shop."""
    row = find_shipment(shop, shipment)
    return row if row and row.order_id == order else None


def mark_order(portal: Portal, shop: int, order: int, mark: str, *, me: Me) -> None:
    """Says what the shop has done with an order. Raises `Refused` for what staff cannot say."""
    row = find_order(shop, order)
    own = wording.find_sayable(shop, ORDER, read_key(mark)) if read_key(mark) else None
    if row is None or (own is None and mark not in list(MARKS)):
        raise Refused(_("Choose one of the list."), "milestone")
    milestone = OrderMilestone(own.milestone if own else mark)
    set_milestone(portal, shop, row, milestone, actor=me.actor, word=mark if own else "")


def share_link(portal: Portal, shop: int, order: Order, *, me: Me) -> str:
    """The address of an order's page as its customer has it: the same one again while it lives."""
    with writing(shop):
        known = {link.digest for link in listings.list_links(shop, order.id)}
        token = links.issue(portal, shop, order, order.email)
        if {link.digest for link in listings.list_links(shop, order.id)} != known:
            append_audit(shop, chain_of_order(order.id), portal.now(), me.actor, "link-issued", {})
    return links.address(portal, token)


def end_links(portal: Portal, shop: int, order: Order, *, me: Me) -> int:
    """Ends every link to an order, those in mails too; tells how many there were."""
    with writing(shop):
        ended = links.revoke(portal, shop, order)
        if ended:
            append_audit(shop, chain_of_order(order.id), portal.now(), me.actor, "link-revoked", {"links": ended})
    return ended


def _look_onward(portal: Portal, shop: int, shipment: Shipment) -> tuple[Sequence[tuple[str, str, str]], bool]:
    """Where a parcel went on, and whether anybody is there to be asked about it under any of its numbers."""
    known = follow(shop, shipment.carrier, shipment.number)
    onward = [
        (choose_name(dict(portal.carrier_names(carrier))), number, portal.carrier_url(shop, carrier, number))
        for carrier, number in known[1:]
    ]
    return onward, any(find_asker(portal, shop, carrier) for carrier, _number in known)


def carrier_name(portal: Portal, shipment: Shipment) -> str:
    """What a shipment's carrier is called, in the language in force."""
    return shipment.carrier_name or choose_name(dict(portal.carrier_names(shipment.carrier)))


def list_locations(shop: int) -> list[Location]:
    """Where a shop sends parcels from."""
    return listings.list_locations(shop)


def doubt_number(portal: Portal, carrier: str, number: str) -> str:
    """Why a number looks mistyped for its carrier, or an empty text. Carriers without formats take any."""
    provider = portal.registry.carriers.get(carrier)
    tidied = numbers.tidy(number)
    if provider is None or not provider.object.formats or not tidied:
        return ""
    verdict = numbers.verify(tidied, provider.object.formats)
    if verdict.state == "ok":
        return ""
    if verdict.state == "bad_check":
        return _("This number has a typing error: %(what)s.") % {"what": _(verdict.text) % verdict.values}
    if other := matching.name_surely(portal.registry, tidied):
        name = choose_name(dict(portal.carrier_names(other)))
        return _("This is what numbers of %(carrier)s look like. Is it the right carrier?") % {"carrier": name}
    return _("Numbers of this carrier look different. Is it the right carrier?")


def guess_carrier(portal: Portal, shop: int, number: str, country: str = "") -> str:
    """The carrier whose numbers look like this one, mistyped ones too; an empty text where none does for sure.

    `country` is where the parcel goes.
    """
    return Ranking(portal, shop).guess(number, [country])


def read_local(text: str, zone: str) -> datetime | None:
    """The instant that a shop's wall clock shows as `YYYY-MM-DDTHH:MM`; `None` for no text. Raises `ValueError`."""
    if not text:
        return None
    local = datetime.fromisoformat(text)
    if local.tzinfo is not None or not 2000 <= local.year < 2100:
        raise ValueError
    return local.replace(tzinfo=ZoneInfo(zone))


def write_local(at: datetime | None, zone: str) -> str:
    """An instant as `read_local` reads it."""
    return at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M") if at else ""


def list_deeds(portal: Portal, shop: int, chain: str, limit: int = 20) -> list[Deed]:
    """The newest of what was done to one thing, newest first."""
    return read_deeds(listings.list_audit(shop, [chain], limit), _name_stores(portal))


def read_deeds(entries: Sequence[tuple[str, Entry]], stores: Mapping[str, str]) -> list[Deed]:
    """Audit entries with the names of the people in them, and of the `stores` by id."""
    ids = {int(entry.actor[6:]) for _chain, entry in entries if entry.actor.removeprefix("staff:").isdecimal()}
    names = people.load_names(ids)
    return [Deed(chain, _who(entry.actor, names, stores), entry, entry.body) for chain, entry in entries]


def _name_stores(portal: Portal) -> dict[str, str]:
    return {id: choose_name(dict(provider.object.names)) for id, provider in portal.registry.stores.items()}


def _who(actor: str, names: Mapping[int, str], stores: Mapping[str, str]) -> str:
    kind, _colon, rest = actor.partition(":")
    if kind == "staff" and rest.isdecimal():
        return names.get(int(rest), actor)
    if kind == "store":
        return stores.get(rest, rest)
    known = {"fold": _("The portal"), "customer": _("The customer")}
    return known.get(actor) or rest or actor


def _wanted(asked: Filter) -> Wanted:
    text = " ".join(asked.q.replace("\0", "").split())[:LONGEST_SEARCH]
    return Wanted(
        text=text,
        number=numbers.tidy(text),
        state=asked.state if asked.state in STATES else "",
        milestone=asked.milestone if asked.milestone in list(OrderMilestone) else "",
        shipment=asked.shipment if asked.shipment in list(Milestone) else "",
        attention=asked.attention,
    )


def _write_place(order: Order) -> str:
    return f"{round(order.placed_at.timestamp() * 1_000_000)}-{order.id}"


def _read_place(text: str) -> Place | None:
    at, _dash, id = text.partition("-")
    if not (at.isdecimal() and id.isdecimal() and at.isascii() and id.isascii() and len(at) < 18 and len(id) < 18):
        return None
    seconds, rest = divmod(int(at), 1_000_000)
    try:
        return Place(datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest), int(id))
    except (ValueError, OverflowError, OSError):
        return None
