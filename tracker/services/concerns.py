"""Concerns: a customer reports that something is wrong, follows what is answered, and says when it is solved."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.domain import evidence
from tracker.domain.audit import CUSTOMER, chain_of_order, chain_of_shipment
from tracker.domain.concerns import LONGEST_TEXT, MOST_CONCERNS, MOST_REMARKS, Check, State, find_due, tidy
from tracker.domain.form_keys import is_key
from tracker.i18n import gettext as _
from tracker.sdk import ConcernKind
from tracker.store import concerns as rows
from tracker.store.audit import append_audit
from tracker.store.concerns import Concern
from tracker.store.database import writing
from tracker.store.orders import Order, find_order
from tracker.store.shipments import find_shipment
from tracker.store.shops import find_shop

from . import concern_mails, news, photos, projections
from .clocks import zone_of
from .photos import Drawn
from .portal import Portal
from .refusals import Refused


@dataclass(frozen=True, slots=True)
class Draft:
    """What a customer filled in. `shipment` is `None` for the whole order, `key` names the form that it came by.

    `pieces` counts what is missing, by the reference of the order's line. `photos` are files as they were uploaded.
    """

    kind: ConcernKind
    shipment: int | None = None
    text: str = ""
    checks: Sequence[str] = ()
    pieces: Mapping[str, int] | None = None
    photos: Sequence[bytes] = ()
    key: str = ""


@dataclass(frozen=True, slots=True)
class Raised:
    """What became of a draft: the concern's number, and whether it was added to one that had not been closed."""

    number: int
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was said, with the ids of the photos that came with it. `who` is the name of the staff."""

    by_customer: bool
    who: str
    text: str
    at: datetime
    photos: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class File:
    """A concern with all that was said of it, oldest first."""

    concern: Concern
    order: Order
    said: Sequence[Said]


def raise_concern(portal: Portal, shop: int, order_id: int, draft: Draft) -> Raised:
    """Keeps what a customer filled in as a concern, or as a remark where one like it is not closed yet.

    The same form twice is one concern. Raises `Refused` about `text`, `photos`, `pieces`, `parcel` or nothing.
    """
    text, drawn = tidy_text(draft.text), photos.redraw_all(draft.photos)
    with writing(shop):
        known = rows.find_by_key(shop, order_id, draft.key) if is_key(draft.key) else None
        if known:
            return Raised(known.number)
        order = find_order(shop, order_id)
        if order is None:
            raise Refused(_("This order is not there any more."))
        pieces = _read_pieces(order, draft)
        _check(shop, order, draft, text, pieces, bool(drawn))
        living = rows.find_living(shop, order_id, draft.shipment, draft.kind)
        checks = [str(one) for one in Check if one in draft.checks]
        concern = living or _begin(portal, shop, order, draft, {"checks": checks, "pieces": pieces})
        if living:
            wider = {"checks": [one for one in Check if one in {*living.checks, *checks}]}
            rows.write_concern(shop, living.id, {**wider, "pieces": pieces or living.pieces})
        _take_remark(portal, shop, concern, text, drawn, draft.key, "concern-remark" if living else "concern-raised")
        if not living:
            news.owe_concern(portal, shop, concern.id)
            concern_mails.owe(portal, shop, concern)
        projections.refresh_order(portal, shop, order_id)
        return Raised(concern.number, joined=living is not None)


def add_remark(portal: Portal, file: File, text: str, uploads: Sequence[bytes], key: str) -> None:
    """Adds what a customer says later; a concern that was answered or closed is open again. Raises `Refused`."""
    tidied, drawn, shop = tidy_text(text), photos.redraw_all(uploads), file.concern.shop_id
    if not tidied and not drawn:
        raise Refused(_("Write what you want to add, or choose a photo."), "text")
    with writing(shop):
        concern = rows.find_by_id(shop, file.concern.id)
        if concern is None or (is_key(key) and rows.find_by_key(shop, concern.order_id, key)):
            return
        was_open = concern.state == State.OPEN
        _take_remark(portal, shop, concern, tidied, drawn, key, "concern-remark" if was_open else "concern-reopened")
        projections.refresh_order(portal, shop, concern.order_id)


def close(portal: Portal, file: File, actor: str = CUSTOMER) -> None:
    """Ends a concern: it is solved. One that is closed already stays as it is."""
    shop = file.concern.shop_id
    with writing(shop):
        concern = rows.find_by_id(shop, file.concern.id)
        if concern is None or concern.state == State.CLOSED:
            return
        news_of = {"state": str(State.CLOSED), "closed_at": portal.now(), "due_at": None}
        rows.write_concern(shop, concern.id, news_of)
        note(portal, concern, actor, "concern-closed", {})
        projections.refresh_order(portal, shop, concern.order_id)


def find(shop: int, number: int, order: int | None = None) -> File | None:
    """A shop's concern by its number, with all that was said; only if it is of this `order`, where one is given."""
    concern = rows.find_by_number(shop, number)
    if concern is None or (order is not None and concern.order_id != order):
        return None
    found = find_order(shop, concern.order_id)
    return read_file(concern, found) if found else None


def read_file(concern: Concern, order: Order) -> File:
    """A concern with all that was said of it."""
    shown: dict[int | None, list[int]] = {}
    for photo, remark in rows.load_photos(concern.shop_id, concern.id):
        shown.setdefault(remark, []).append(photo)
    said = [
        Said(one.by_customer, one.staff.name if one.staff else "", one.text, one.created_at, shown.get(one.id, ()))
        for one in rows.load_remarks(concern.shop_id, concern.id)
    ]
    return File(concern, order, said)


def say(
    portal: Portal, concern: Concern, text: str, *, staff: int | None = None, key: str = "", drawn: Sequence[Drawn] = ()
) -> Mapping[str, object]:
    """Keeps a remark, by the customer or by `staff`. Answers what the audit record holds of it. Raises `Refused`."""
    shop = concern.shop_id
    if rows.count_remarks(shop, concern.id) >= MOST_REMARKS:
        raise Refused(_("So much was said here that nothing more fits in. Please write to the shop directly."))
    salt = secrets.token_hex(16) if text or drawn else ""
    remark = rows.add_remark(
        shop, concern.id, portal.now(), by_customer=staff is None, staff=staff, text=text, salt=salt,
        key=key if is_key(key) else "",
    )  # fmt: skip
    photos.keep(portal, shop, concern.id, remark.id, drawn)
    return {"digest": evidence.seal(salt, text), "photos": [evidence.seal(salt, one.body) for one in drawn]}


def note(portal: Portal, concern: Concern, actor: str, action: str, facts: Mapping[str, object]) -> None:
    """Puts what was done about a concern into the chain of its shipment, or of its order. No text is in it."""
    chain = chain_of_shipment(concern.shipment_id) if concern.shipment_id else chain_of_order(concern.order_id)
    body = {"number": concern.number, "kind": str(concern.kind), **facts}
    append_audit(concern.shop_id, chain, portal.now(), actor, action, body)


def promise(portal: Portal, shop: int) -> datetime:
    """The instant until which the shop promises an answer to what is said now."""
    row = find_shop(shop)
    if row is None:
        return portal.now() + timedelta(days=1)
    return find_due(portal.now(), row.answer_hours, zone_of(row.zone))


def forget(shop: int, order: int) -> None:
    """Erases what was said and shown of an order's concerns, in the transaction that erases its customer.

    Numbers, kinds and states stay, and the audit record with digests that nobody can try any more.
    """
    rows.forget_texts(shop, order)


def _begin(portal: Portal, shop: int, order: Order, draft: Draft, fields: Mapping[str, object]) -> Concern:
    if rows.count_concerns(shop, order.id) >= MOST_CONCERNS:
        told = _("There are %(count)s concerns about this order already. Add to one of them, or write to the shop.")
        raise Refused(told % {"count": MOST_CONCERNS})
    due = promise(portal, shop)
    return rows.add_concern(
        shop, order.id, str(draft.kind), portal.now(), shipment=draft.shipment, due_at=due, **fields
    )


def _take_remark(
    portal: Portal, shop: int, concern: Concern, text: str, drawn: Sequence[Drawn], key: str, action: str
) -> None:
    """Keeps what the customer said, and gives the word to the shop."""
    facts = say(portal, concern, text, key=key, drawn=drawn)
    if concern.state != State.OPEN:
        concern_mails.owe(portal, shop, concern)
        again = {"state": str(State.OPEN), "due_at": promise(portal, shop), "closed_at": None}
        rows.write_concern(shop, concern.id, again)
    note(portal, concern, CUSTOMER, action, facts)


def tidy_text(text: str) -> str:
    """What somebody wrote, as it is kept. Raises `Refused` about `text` for too much of it."""
    if len(text.strip()) > LONGEST_TEXT:
        told = _("Write at most %(count)s characters.")
        raise Refused(told % {"count": LONGEST_TEXT}, "text")
    return tidy(text)


def _check(shop: int, order: Order, draft: Draft, text: str, pieces: Sequence[object], shown: bool) -> None:
    """Refuses what says too little to be answered."""
    if draft.shipment is not None:
        parcel = find_shipment(shop, draft.shipment)
        if parcel is None or parcel.order_id != order.id or parcel.cancelled_at is not None:
            raise Refused(_("Choose one of the list."), "parcel")
    if draft.kind is ConcernKind.MISSING and not pieces and not text:
        raise Refused(_("Say what is missing: how many of which item, or in your own words."), "pieces")
    if draft.kind is ConcernKind.DAMAGED and not text and not shown:
        raise Refused(_("Describe what is damaged, or send a photo of it."), "text")
    if draft.kind is ConcernKind.OTHER and not text:
        raise Refused(_("Write what is wrong."), "text")


def _read_pieces(order: Order, draft: Draft) -> list[dict[str, object]]:
    """What is missing, by what the order holds: no line that it does not have, no more than were ordered."""
    wanted = draft.pieces or {}
    lines = order.view.get("lines", ()) if draft.kind is ConcernKind.MISSING else ()
    counts = [(line, min(wanted.get(line["ref"], 0), line["quantity"] - line["cancelled"])) for line in lines]
    return [{"ref": one["ref"], "title": one["title"], "quantity": count} for one, count in counts if count > 0]
