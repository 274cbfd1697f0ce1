"""Ratings: how customers found a delivery and its carrier, and what that says of each carrier."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tracker.domain import evidence
from tracker.domain.audit import CUSTOMER, chain_of_shipment
from tracker.domain.concerns import tidy
from tracker.domain.ratings import LONGEST_COMMENT, STARS, Score, score
from tracker.domain.states import PRESUMED
from tracker.i18n import choose_name
from tracker.i18n import gettext as _
from tracker.sdk import Milestone
from tracker.store import ratings as rows
from tracker.store.audit import append_audit
from tracker.store.database import writing
from tracker.store.ratings import Rating, Tally
from tracker.store.shipments import Shipment, find_shipment
from tracker.store.shops import Shop

from . import news, projections
from .clocks import zone_of
from .portal import Portal
from .refusals import Refused
from .shipping import MANUAL

__all__ = [
    "CarrierScore", "Month", "Rating", "find", "find_parcel", "forget", "is_of_order", "months", "newest", "rate",
    "scores",
]  # fmt: skip

MONTHS = 6


@dataclass(frozen=True, slots=True)
class CarrierScore:
    """What a carrier's parcels were given: for the `delivery`, and for the carrier itself (`service`)."""

    carrier: str
    name: str
    delivery: Score
    service: Score


@dataclass(frozen=True, slots=True)
class Month:
    """One month by the shop's own clock, and what carriers' deliveries were given in it, by their ids."""

    begins: datetime
    scores: Mapping[str, Score]


def is_of_order(shop: int, order: int, shipment: int) -> bool:
    """Whether this is a parcel of this order, whatever became of it."""
    row = find_shipment(shop, shipment) if shipment < 2**31 else None
    return row is not None and row.order_id == order


def find_parcel(shop: int, order: int, shipment: int) -> Shipment | None:
    """A parcel of this order that can be rated: one that was delivered, and is not only counted as delivered."""
    row = find_shipment(shop, shipment) if shipment < 2**31 else None
    here = row is not None and row.order_id == order and row.cancelled_at is None
    return row if row and here and row.milestone == Milestone.DELIVERED and row.reason != PRESUMED else None


def find(shop: int, shipment: int) -> Rating | None:
    """How a parcel was rated, if it was."""
    return rows.find_rating(shop, shipment)


def rate(
    portal: Portal, parcel: Shipment, *, delivery: int | None = None, carrier: int | None = None,
    comment: str | None = None,
) -> None:  # fmt: skip
    """Keeps a customer's judgement of a parcel. What is `None` stays as it was said before.

    Raises `Refused` for stars that are none, a comment that is too long, and a parcel that is not delivered (any more).
    """
    if any(stars is not None and stars not in STARS for stars in (delivery, carrier)):
        raise Refused(_("Choose one of the list."), "delivery")
    if delivery is None and carrier is None and comment is None:
        raise Refused(_("Choose how it was."), "delivery")
    if comment is not None and len(comment.strip()) > LONGEST_COMMENT:
        raise Refused(_("Write at most %(count)s characters.") % {"count": LONGEST_COMMENT}, "comment")
    shop = parcel.shop_id
    with writing(shop):
        row = find_parcel(shop, parcel.order_id, parcel.id)
        if row is None:
            raise Refused(_("This parcel is not delivered, so there is nothing to rate yet."))
        old = rows.find_rating(shop, row.id)
        said = {
            "delivery_stars": delivery or (old.delivery_stars if old else None),
            "carrier_stars": carrier or (old.carrier_stars if old else None),
            "comment": (old.comment if old else "") if comment is None else tidy(comment)[:LONGEST_COMMENT],
        }
        if old and all(getattr(old, name) == value for name, value in said.items()):
            return
        _keep(portal, row, said)
        projections.refresh_order(portal, shop, row.order_id)


def scores(portal: Portal, shop: int) -> dict[str, CarrierScore]:
    """For each rated carrier what it was given, by its id. Each score tells of how many ratings it is made."""
    return _gather(portal, rows.tally_ratings(shop))


def months(portal: Portal, shop: Shop) -> list[Month]:
    """The last `MONTHS` months, newest first, with what deliveries were given."""
    ends, found = None, []
    begins = portal.now().astimezone(zone_of(shop.zone)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    for _month in range(MONTHS):
        told = _gather(portal, rows.tally_ratings(shop.id, begins, ends))
        found.append(Month(begins, {carrier: one.delivery for carrier, one in told.items()}))
        ends, begins = begins, _month_before(begins)
    return found


def newest(shop: int, carrier: str = "") -> Sequence[Rating]:
    """The newest ratings with words, each with its order; of one carrier or of all."""
    return rows.load_comments(shop, carrier)


def forget(shop: int, order: int) -> None:
    """Erases what was written about an order's parcels, in the transaction that erases its customer. Stars stay."""
    rows.forget_comments(shop, order)


def _keep(portal: Portal, row: Shipment, said: Mapping[str, int | str | None]) -> None:
    shop, comment = row.shop_id, str(said["comment"])
    salt = secrets.token_hex(16) if comment else ""
    fields = {**said, "order": row.order_id, "carrier": row.carrier, "salt": salt}
    rows.write_rating(shop, row.id, fields, portal.now())
    facts = {
        "delivery": said["delivery_stars"], "carrier": said["carrier_stars"], "digest": evidence.seal(salt, comment),
    }  # fmt: skip
    append_audit(shop, chain_of_shipment(row.id), portal.now(), CUSTOMER, "rated", facts)
    news.owe_feedback(portal, shop, row.id)


def _gather(portal: Portal, told: Sequence[Tally]) -> dict[str, CarrierScore]:
    found: dict[str, dict[str, list[tuple[int, int]]]] = {}
    for one in told:
        found.setdefault(one.carrier, {}).setdefault(one.kind, []).append((one.stars, one.times))
    return {
        carrier: CarrierScore(
            carrier, _name(portal, carrier), score(given.get("delivery", ())), score(given.get("carrier", ()))
        )
        for carrier, given in sorted(found.items())
    }


def _name(portal: Portal, carrier: str) -> str:
    return _("Other carriers") if carrier == MANUAL else choose_name(dict(portal.carrier_names(carrier)))


def _month_before(begins: datetime) -> datetime:
    year, month = (begins.year, begins.month - 1) if begins.month > 1 else (begins.year - 1, 12)
    return begins.replace(year=year, month=month)
