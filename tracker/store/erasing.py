"""What is kept of a customer, let go of."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from urllib.parse import quote

from peewee import fn

from tracker.domain.privacy import mask

from .database import transaction
from .events import Event
from .inbox import Inbox
from .labels import Label
from .links import Link, Lookup
from .notices import Notice
from .orders import Order
from .outbox import Outbox
from .shipments import Shipment

PIECE = 100
_SETTLED = ("done", "dead")


def forget_buyer(shop: int, order: int, now: datetime) -> None:
    """Empties what an order says of its customer, and marks it: no store brings that back."""
    empty = {"name": "", "email": "", "phone": "", "city": "", "postcode": "", "locale": "", "erased_at": now}
    Order.update(empty).where((Order.shop == shop) & (Order.id == order)).execute()


def forget_notices(shop: int, order: int) -> None:
    """Takes the address out of an order's notices, with what mail servers said of it."""
    where = (Notice.shop == shop) & (Notice.order == order)
    keys = [row.mail for row in Notice.select(Notice.mail).where(where & (Notice.mail != ""))]
    Outbox.update(error="").where(Outbox.key.in_(keys) & Outbox.state.in_(_SETTLED)).execute()
    for row in Notice.select(Notice.id, Notice.state).where(where):
        # A name of its own: two addresses of one order's customer may have been told of the same moment.
        fields = {"recipient": f"erased-{row.id}", "reply": ""}
        if row.state in ("held", "sending"):
            fields |= {"state": "superseded", "why": "erased"}
        Notice.update(fields).where((Notice.shop == shop) & (Notice.id == row.id)).execute()


def forget_lookups(shop: int, email: str, numbers: Sequence[str]) -> None:
    """Deletes the requests for a link that name a customer or their orders."""
    named = (Lookup.proof == email) | Lookup.number.in_(list(numbers)) | (fn.LOWER(Lookup.number) == email)
    Lookup.delete().where((Lookup.shop == shop) & named).execute()


def forget_label(shop: int, shipment: int) -> None:
    """Deletes a parcel's label: an address stands on it."""
    Label.delete().where((Label.shop == shop) & (Label.shipment == shipment)).execute()


def find_parcels(shop: int, numbers: Sequence[str]) -> list[tuple[str, int, bool]]:
    """The parcels of some numbers: each number, its order, and whether that one's customer had their data erased."""
    query = Shipment.select(Shipment.number, Shipment.order, Order.id, Order.erased_at).join(Order)
    query = query.where((Shipment.shop == shop) & Shipment.number.in_(list(numbers)))
    return [(row.number, row.order_id, row.order.erased_at is not None) for row in query] if numbers else []


def sift_erased(shop: int, orders: Sequence[int]) -> list[int]:
    """Those of some orders whose customer had their data erased."""
    where = (Order.shop == shop) & Order.id.in_(list(orders)) & Order.erased_at.is_null(False)
    return [row.id for row in Order.select(Order.id).where(where)] if orders else []


def forget_links(shop: int, order: int) -> None:
    """Takes the address out of an order's links; what they are ended by stays."""
    Link.update(recipient="").where((Link.shop == shop) & (Link.order == order)).execute()


def mask_scans(shop: int, carrier: str, number: str, private: Sequence[str]) -> None:
    """Hides what is private in all that a carrier said of a parcel, and forgets on which door it was said."""
    where = (Event.shop == shop) & (Event.carrier == carrier) & (Event.number == number)
    Event.update(latitude=None, longitude=None).where(where & Event.latitude.is_null(False)).execute()
    for row in Event.select(Event.id, Event.text, Event.place).where(where):
        hidden = {"text": mask(row.text, private), "place": mask(row.place, private)}
        if hidden != {"text": row.text, "place": row.place}:
            Event.update(hidden).where((Event.shop == shop) & (Event.id == row.id)).execute()


def forget_errors(shop: int, needles: Sequence[str]) -> None:
    """Empties what was said when something failed, wherever a needle stands in it: servers repeat what they refuse."""
    small = [needle.lower() for needle in needles]

    def tells(error: str) -> bool:
        return any(needle in error.lower() for needle in small)

    for row in Outbox.select(Outbox.id, Outbox.payload, Outbox.error).where(Outbox.error != ""):
        if row.payload.get("shop") == shop and tells(row.error):
            Outbox.update(error="").where(Outbox.id == row.id).execute()
    for one in Inbox.select(Inbox.id, Inbox.error).where((Inbox.shop == shop) & (Inbox.error != "")):
        if tells(one.error):
            Inbox.update(error="").where((Inbox.shop == shop) & (Inbox.id == one.id)).execute()


def forget_body(shop: int, delivery: int) -> None:
    """Empties one raw delivery; that it came stays known, so that it is not taken again."""
    Inbox.update(body=b"").where((Inbox.shop == shop) & (Inbox.id == delivery)).execute()


def forget_bodies(shop: int, needles: Sequence[str], after: int) -> int:
    """Empties those of the next settled raw deliveries (by id, after one) in which a needle stands.

    Answers the last id that was looked at, -1 at the end.
    """
    where = (Inbox.shop == shop) & (Inbox.id > after) & Inbox.state.in_(_SETTLED)
    found = list(Inbox.select(Inbox.id, Inbox.body).where(where).order_by(Inbox.id).limit(PIECE))
    _empty_told(shop, found, needles)
    return found[-1].id if len(found) == PIECE else -1


def forget_newest_bodies(shop: int, needles: Sequence[str], since: datetime) -> None:
    """Empties those of the raw deliveries that settled since an instant in which a needle stands."""
    where = (Inbox.shop == shop) & (Inbox.done_at >= since) & Inbox.state.in_(_SETTLED) & (Inbox.body != b"")
    _empty_told(shop, Inbox.select(Inbox.id, Inbox.body).where(where).iterator(), needles)


def _empty_told(shop: int, found: Iterable[Inbox], needles: Sequence[str]) -> None:
    spelled = {form for needle in needles for form in _spell(needle)}
    told = [row.id for row in found if any(form in bytes(row.body).lower() for form in spelled)]
    if told:
        with transaction():
            Inbox.update(body=b"").where((Inbox.shop == shop) & Inbox.id.in_(told)).execute()


def _spell(text: str) -> set[bytes]:
    """The ways in which a text may stand in JSON, XML or a form, in small letters."""
    small = text.lower()
    forms = (small, json.dumps(small)[1:-1], quote(small, safe=""), quote(small, safe="").replace("%20", "+"))
    return {form.lower().encode() for form in forms}
