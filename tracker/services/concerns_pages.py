"""What a customer's form about a concern has to know of the order: its parcels, its lines, and what is open already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracker.domain.states import PRESUMED
from tracker.domain.tiers import Grant
from tracker.i18n import choose_name, gettext
from tracker.sdk import Milestone
from tracker.store.links import load_view

from . import words
from .links import Opened

MOST_LINES = 50


@dataclass(frozen=True, slots=True)
class Choice:
    """A parcel to choose. `proofs` are the ids of the carrier's photos of it that may be seen.

    `stands` is its milestone, or `presumed` where nobody has said that it was delivered.
    """

    id: int
    position: int
    stands: str
    label: str
    carrier: str
    number: str
    proofs: Sequence[int]


@dataclass(frozen=True, slots=True)
class Living:
    """A concern that is not closed: its number and when it was raised."""

    number: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Sheet:
    """An order as the form shows it. `lines` are reference, title and how many were ordered."""

    number: str
    parcels: Sequence[Choice]
    lines: Sequence[tuple[str, str, int]]
    concerns: Sequence[Mapping[str, Any]]

    def list_parcels(self) -> list[tuple[str, str]]:
        """What a report can be about, by value and words: the whole order, and each of its parcels."""
        return [("", gettext("The whole order")), *((str(one.id), self._describe(one)) for one in self.parcels)]

    def _describe(self, one: Choice) -> str:
        place = gettext("Parcel %(position)s of %(count)s") % {"position": one.position, "count": len(self.parcels)}
        number = f" ({one.carrier} {one.number})" if one.number else ""
        return f"{place}: {one.label}{number}"

    def find_living(self, kind: str, parcel: str) -> Living | None:
        """The concern that a report of this kind about this parcel would be added to."""
        for one in self.concerns:
            if one["kind"] == kind and str(one["shipment"] or "") == parcel and one["state"] != "closed":
                return Living(one["number"], datetime.fromisoformat(one["created_at"]))
        return None


def open_sheet(opened: Opened) -> Sheet:
    """What the holder of a link may see of their order, for a form. An order that has just gone is empty."""
    view = load_view(opened.shop.id, opened.order) or {}
    told = [one for one in view.get("parcels", ()) if not one["cancelled"]]
    lines = [(one["ref"], one["title"], one["quantity"] - one["cancelled"]) for one in view.get("lines", ())]
    return Sheet(
        number=str(view.get("number", "")) if Grant.NUMBERS in opened.sight else "",
        parcels=[_choice(one, place, opened) for place, one in enumerate(told, start=1)],
        lines=[one for one in lines if one[2] > 0][:MOST_LINES] if Grant.PIECES in opened.sight else [],
        concerns=view.get("concerns", ()),
    )


def not_listed() -> str:
    """What is said to a choice that is none of those offered."""
    return gettext("Choose one of the list.")


def _choice(told: Mapping[str, Any], place: int, opened: Opened) -> Choice:
    milestone = str(told.get("milestone", "pending"))
    seen = Grant.PHOTO in opened.sight
    presumed = milestone == Milestone.DELIVERED and told.get("reason") == PRESUMED
    return Choice(
        id=int(told["id"]),
        position=place,
        stands=PRESUMED if presumed else milestone,
        label=words.label(milestone),
        carrier=choose_name(told.get("names") or {}),
        number=str(told.get("number", "")) if Grant.NUMBERS in opened.sight else "",
        proofs=[int(one["id"]) for one in told.get("proofs") or () if seen and one["kind"] == "photo"],
    )
