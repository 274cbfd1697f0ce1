"""Shipments as staff, files and stores make them: added, corrected, cancelled, and what the shop says of them."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from tracker.domain.audit import chain_of_order, chain_of_shipment
from tracker.domain.numbers import tidy
from tracker.domain.statements import Source, Statement
from tracker.domain.wording import read_key, write_code
from tracker.i18n import gettext as _
from tracker.sdk import Event, Milestone, OrderMilestone, Status, ZoneSource
from tracker.store.audit import append_audit, load_audit
from tracker.store.database import writing
from tracker.store.events import add_statements, load_statements
from tracker.store.orders import Order
from tracker.store.shipments import Shipment, find_in_order, find_shipment, set_quantities
from tracker.store.shops import Shop

from . import projections, recording, subscriptions
from .askers import find_asker
from .portal import Portal
from .refusals import Refused

MANUAL = "manual"
HANDED_OVER = Status(Milestone.PICKED_UP)


def add_shipment(
    portal: Portal,
    shop: int,
    order: Order,
    carrier: str,
    number: str,
    *,
    actor: str,
    quantities: Mapping[str, int] | None = None,
    shipped_at: datetime | None = None,
    carrier_name: str = "",
    url: str = "",
    location: int | None = None,
    handed_over: bool = True,
    silent: bool = False,
) -> tuple[Shipment, bool]:
    """The shipment of an order under a carrier's number, and whether it is new.

    Adding it again changes at most which pieces it carries. With `handed_over` the shop's word is that the carrier
    has it. Raises `Refused`.
    """
    number = check_number(portal, carrier, number)
    check_link(url)
    with writing(shop):
        known = find_in_order(shop, order.id, carrier, number)
        row = known or _insert(
            portal, shop=shop, order=order, location=location, carrier=carrier, number=number, url=url,
            carrier_name=carrier_name.strip()[:120], shipped_at=shipped_at, silent=silent,
        )  # fmt: skip
        repacked = bool(quantities) and set_quantities(shop, row, quantities or {})
        if not known:
            _audit(portal, row, actor, "added", {"carrier": carrier, "number": number})
            owe_fulfilment(portal, row)
            if not (handed_over and say(portal, shop, row, HANDED_OVER, shipped_at, actor=actor, silent=silent)):
                recording.refresh_number(portal, shop, carrier, number, silent=silent)
        elif repacked:
            projections.refresh_order(portal, shop, order.id)
        return find_shipment(shop, row.id) or row, not known


def _insert(portal: Portal, **fields: object) -> Shipment:
    ask_at = _ask_soon(portal, int(str(fields["shop"])), str(fields["carrier"]))
    row = Shipment.create(created_at=portal.now(), ask_at=ask_at, **fields)
    subscriptions.owe_subscription(portal, row)
    return row


def _ask_soon(portal: Portal, shop: int, carrier: str) -> datetime | None:
    """Has a new number asked for at once, where somebody can be asked."""
    if find_asker(portal, shop, carrier) is None:
        return None
    portal.queue.wake("polls")
    return portal.now()


def edit_shipment(
    portal: Portal,
    shop: int,
    shipment: int,
    *,
    actor: str,
    carrier: str | None = None,
    number: str | None = None,
    carrier_name: str | None = None,
    url: str | None = None,
    shipped_at: datetime | None = None,
    quantities: Mapping[str, int] | None = None,
) -> Shipment:
    """The corrected shipment; what is `None` stays. Another carrier or number begins a new epoch. Raises `Refused`."""
    with writing(shop):
        row = _living(shop, shipment)
        before = (row.carrier, row.number)
        check_link(url or "")
        row.carrier_name = row.carrier_name if carrier_name is None else carrier_name.strip()[:120]
        row.url = row.url if url is None else url
        row.shipped_at = shipped_at or row.shipped_at
        _renumber(portal, row, carrier or row.carrier, row.number if number is None else number)
        row.save()
        if quantities is not None:
            set_quantities(shop, row, quantities)
        _audit(portal, row, actor, "edited", {"from": list(before), "to": [row.carrier, row.number]})
        for known in dict.fromkeys([(row.carrier, row.number), before]):
            recording.refresh_number(portal, shop, *known)
        projections.refresh_order(portal, shop, row.order_id)
        owe_fulfilment(portal, row)
        return find_shipment(shop, shipment) or row


def _renumber(portal: Portal, row: Shipment, carrier: str, number: str) -> None:
    """Gives a shipment another number. What the shop said of it goes along; what the carrier said was of another."""
    number = check_number(portal, carrier, number)
    if (carrier, number) == (row.carrier, row.number):
        return
    if find_in_order(row.shop_id, row.order_id, carrier, number) is not None:
        raise Refused(_("This order already has a shipment with that number; edit or cancel that one."), "number")
    subscriptions.owe_end(portal, row, portal.now())
    said = [one for one in load_statements(row.shop_id, row.carrier, row.number) if one.source is Source.SHOP]
    add_statements(row.shop_id, carrier, number, said, portal.now())
    row.carrier, row.number, row.revision = carrier, number, row.revision + 1
    row.ask_at = _ask_soon(portal, row.shop_id, carrier)
    row.ask_failures, row.ask_error = 0, ""
    subscriptions.owe_subscription(portal, row)


def load_former(shipment: Shipment) -> list[tuple[str, str]]:
    """Carrier and number of a shipment before each correction of them, oldest first."""
    if not shipment.revision:
        return []
    entries = load_audit(shipment.shop_id, chain_of_shipment(shipment.id), "edited")
    edits = [entry.body for entry in entries if entry.body["from"] != entry.body["to"]]
    return [(body["from"][0], body["from"][1]) for body in edits]


def cancel_shipment(portal: Portal, shop: int, shipment: int, *, actor: str) -> Shipment:
    """The cancelled shipment; cancelling it again changes nothing. Raises `Refused` when there is none."""
    with writing(shop):
        row = _find(shop, shipment)
        if row.cancelled_at is None:
            row.cancelled_at = portal.now()
            row.ask_at = None
            row.save()
            subscriptions.owe_end(portal, row, portal.now())
            _audit(portal, row, actor, "cancelled", {})
            recording.refresh_number(portal, shop, row.carrier, row.number)
            projections.refresh_order(portal, shop, row.order_id)
            owe_fulfilment(portal, row)
        return find_shipment(shop, shipment) or row


def say(
    portal: Portal,
    shop: int,
    shipment: Shipment,
    status: Status,
    at: datetime | None,
    *,
    actor: str,
    silent: bool = False,
    text: str = "",
    place: str = "",
    custom: str = "",
) -> bool:
    """Records the shop's own word about a shipment: its status until the carrier has scanned it, a note afterwards.

    `custom` is the key of the shop's own status that says it, where it is one. `at` is the instant it is about, now
    when `None`; it is kept as the shop's own wall clock. False when the shop has said just that before.
    """
    with writing(shop):
        zone = ZoneInfo(Shop.get_by_id(shop).zone)
        local = (at or portal.now()).astimezone(zone)
        event = Event(
            local=local.replace(tzinfo=None, microsecond=0), status=status, offset=local.utcoffset(),
            zone_source=ZoneSource.PLACE, text=text[:300], place=place[:120],
            code=code_of(status, custom),
        )  # fmt: skip
        statement = Statement(Source.SHOP, event)
        news = recording.record(portal, shop, shipment.carrier, shipment.number, [statement], silent=silent) > 0
        if news:
            body = {"milestone": str(status.milestone), "reason": status.reason}
            _audit(portal, shipment, actor, "said", body | ({"custom": custom} if custom else {}))
        return news


def code_of(status: Status, custom: str = "") -> str:
    """The code under which the shop's word is kept: of a status of its own by its key, else by the milestone."""
    return write_code(custom) if custom else f"shop-{status.milestone}"


def complete_order(portal: Portal, shop: int, order: Order, *, actor: str) -> None:
    """Marks an order as handed over in full. That is kept apart from its delivery."""
    with writing(shop):
        set_milestone(portal, shop, order, OrderMilestone.COMPLETED, actor=actor)


def set_milestone(
    portal: Portal, shop: int, order: Order, milestone: OrderMilestone, *, actor: str, word: str = ""
) -> None:
    """Sets what the shop has done with an order, and tells its store where there is something to tell.

    `word` is the store's for it, or a status of the shop's own as `tracker.domain.wording` writes it.
    """
    with writing(shop):
        same = order.word == word or not (word or read_key(order.word))
        if order.milestone == milestone and same:
            return
        now = portal.now()
        body = {"from": order.milestone, "to": str(milestone)}
        completed_at = order.completed_at or now if milestone is OrderMilestone.COMPLETED else None
        fields = {"milestone": str(milestone), "word": word, "completed_at": completed_at}
        Order.update(fields).where((Order.shop == shop) & (Order.id == order.id)).execute()
        append_audit(shop, chain_of_order(order.id), now, actor, "milestone", body)
        projections.refresh_order(portal, shop, order.id)
        for shipment in Shipment.select().where((Shipment.shop == shop) & (Shipment.order == order.id)):
            owe_fulfilment(portal, shipment)


def owe_fulfilment(portal: Portal, shipment: Shipment) -> None:
    """Queues the news of a shipment for its order's store. What is pushed is what is true when it is pushed."""
    key = f"fulfilment:{shipment.id}:{secrets.token_hex(8)}"
    portal.owe("fulfilment", key, {"shop": shipment.shop_id, "shipment": shipment.id})


def check_number(portal: Portal, carrier: str, number: str) -> str:
    """The number as it is kept: tidied, or for carriers without formats as typed. Raises `Refused`."""
    if carrier not in portal.registry.carriers:
        raise Refused(_("There is no such carrier. Choose one of the list, or “other” with a name."), "carrier")
    kept = " ".join(number.split()) if carrier == MANUAL else tidy(number)
    if not kept or len(kept) > 64 or not kept.isprintable():
        raise Refused(
            _("This is not a tracking number. Copy it from the label or the carrier's confirmation."), "number"
        )
    return kept


def check_link(url: str) -> None:
    """Raises `Refused` for a tracking link that is no plain https address."""
    rest = url.removeprefix("https://")
    if url and (rest == url or not url.isprintable() or any(c in url for c in " \"'<>\\") or len(url) > 500):
        raise Refused(_("A tracking link begins with https:// and has no spaces or quotes in it."), "url")


def _find(shop: int, shipment: int) -> Shipment:
    row = find_shipment(shop, shipment)
    if row is None:
        raise Refused(_("This shipment is not there any more. Load the order again."))
    return row


def _living(shop: int, shipment: int) -> Shipment:
    row = _find(shop, shipment)
    if row.cancelled_at is not None:
        raise Refused(_("This shipment was cancelled. Add a new one instead."))
    return row


def _audit(portal: Portal, shipment: Shipment, actor: str, action: str, body: Mapping[str, object]) -> None:
    append_audit(shipment.shop_id, chain_of_shipment(shipment.id), portal.now(), actor, action, body)
