"""Parts of letters: one parcel each, with what its customer can do about what is told of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracker.domain.moments import read_moment
from tracker.domain.states import Moment
from tracker.domain.tiers import Grant, Sight, Tier, see
from tracker.i18n import formats
from tracker.store.shops import Shop

from . import wording
from .parcels import Parcel, read_parcel

MOST_ITEMS = 12
MOST_PARCELS = 12
STARS = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a parcel waits to be collected; `until` is a day and time in words, or empty."""

    name: str
    address: str
    hours: Sequence[str]
    until: str


@dataclass(frozen=True, slots=True)
class Piece:
    """One parcel of a letter: the moment that is told, and the parcel as its customer reads it.

    `answer` is where they say what the carrier is to do, `until` how long they can; `report` is where they say what is
    wrong; `stars` are the ways to judge the
    delivery, from one star to five; `proofs` tells that there is a picture of it. `head` is the newest hash of the
    shipment's record.
    """

    moment: str
    parcel: Parcel
    items: Sequence[tuple[int, str]]
    more: int
    answer: str = ""
    until: str = ""
    place: Place | None = None
    stars: Sequence[tuple[int, str]] = ()
    report: str = ""
    proofs: bool = False
    head: str = ""


def read_pieces(
    shop: Shop, view: Mapping[str, Any], address: str, told: Mapping[int, str], heads: Mapping[int, str]
) -> list[Piece]:
    """The parcels of an order's view of which something is told, in the locale in force.

    They show and offer no more than the link in the letter does.
    """
    shown = [one for one in view.get("parcels", ()) if one["id"] in told]
    customs = wording.find_custom(shop.id, view) if shown else wording.NONE
    sight = see(Tier.MAIL, shop.tiers)
    pieces = []
    for one in shown[:MOST_PARCELS]:
        parcel = read_parcel(one, sight, customs)
        items = (parcel.contents or _all_items(view, len(view["parcels"]))) if Grant.PIECES in sight else []
        moment, offered = read_moment(told[parcel.id]), _offer(one, read_moment(told[parcel.id]), address, sight)
        more, head = max(len(items) - MOST_ITEMS, 0), heads.get(parcel.id, "")
        pieces.append(Piece(moment, parcel, items[:MOST_ITEMS], more, head=head, **offered))
    return pieces


def _offer(told: Mapping[str, Any], moment: Moment, address: str, sight: Sight) -> dict[str, Any]:
    """What a moment lets the customer do."""
    way = f"{address}/parcels/{told['id']}"
    place = _read_place(told.get("pickup") or {}, sight)
    if moment is Moment.ATTEMPT_FAILED and Grant.ACT in sight:
        return {"answer": f"{way}/answer", "until": place.until if place else ""}
    if moment is Moment.AVAILABLE_FOR_PICKUP:
        return {"place": place}
    if moment is Moment.DELIVERED:
        kinds = {"photo": Grant.PHOTO, "signature": Grant.SIGNATURE}
        seen = any(kinds.get(one.get("kind")) in sight for one in told.get("proofs") or ())
        stars = [(star, f"{way}/rating?stars={star}") for star in STARS] if Grant.RATE in sight else []
        report = f"{address}/concerns/new?parcel={told['id']}" if Grant.CONCERN in sight else ""
        return {"stars": stars, "proofs": seen, "report": report}
    return {}


def _read_place(told: Mapping[str, Any], sight: Sight) -> Place | None:
    if not told:
        return None
    until = datetime.fromisoformat(told["until"]) if told.get("until") and Grant.HOURS in sight else None
    known = Grant.PLACES in sight
    return Place(
        str(told.get("name", "")) if known else "",
        str(told.get("address", "")) if known else "",
        [str(line) for line in told.get("hours") or ()][:10] if known else [],
        formats.format_window(until, until) if until else "",
    )


def _all_items(view: Mapping[str, Any], parcels: int) -> Sequence[tuple[int, str]]:
    """An only parcel that names no pieces holds the whole order; of several nobody knows which holds what."""
    if parcels != 1:
        return []
    counts = [(line["quantity"] - line["cancelled"], line["title"]) for line in view["lines"] if line["shippable"]]
    return [(count, title) for count, title in counts if count > 0]
