"""Reading the desk's forms about shipments: what was typed, and what is wrong with it, field by field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from werkzeug.datastructures import MultiDict

from tracker.domain.wording import SHIPMENT, read_key
from tracker.i18n import gettext as _
from tracker.sdk import Milestone, Status
from tracker.services import carriers, own_carriers, wording
from tracker.services import desk as service
from tracker.services.carriers import Chosen
from tracker.services.desk import OrderFile, Shipment, Shop
from tracker.services.own_carriers import OwnCarrier

from .current import portal
from .desk_carriers import write_carrier

SAYABLE = (
    "info_received", "picked_up", "in_transit", "out_for_delivery", "available_for_pickup", "attempt_failed",
    "delivered", "exception", "returning", "returned",
)  # fmt: skip
"""What staff can say of a shipment by hand."""
AHEAD = timedelta(minutes=10)
Typed = Mapping[str, str]


@dataclass(slots=True)
class ShipmentForm:
    """A shipment as typed. The plain fields keep the typing; the others are what it means.

    `carrier` is an id; `carrier_name` and `url` are those of the shipment, which a carrier of the shop's own fills in.
    """

    typed: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    quantities: dict[str, int] = field(default_factory=dict)
    shipped_at: datetime | None = None
    location: int | None = None
    carrier: str = ""
    carrier_name: str = ""
    url: str = ""
    own: OwnCarrier | None = None
    country: str = ""
    """Where the order goes."""

    def get(self, name: str) -> str:
        """What was typed into a field."""
        return self.typed.get(name, "")

    def ticked(self, name: str) -> bool:
        """Whether a box is ticked."""
        return name in self.typed


def blank_shipment(file: OrderFile) -> ShipmentForm:
    """The form for a new shipment: all that is open, handed over, and the customer told."""
    typed = {f"line-{one.line.id}": str(one.open) for one in file.lines if one.line.shippable}
    return ShipmentForm({**typed, "handed_over": "1", "tell": "1"})


def filled_shipment(file: OrderFile, shipment: Shipment, shop: Shop) -> ShipmentForm:
    """The form with what a shipment is now. What a carrier of the shop's own fills in is left to it again."""
    row = next(one for one in file.shipments if one.shipment.id == shipment.id)
    counts = dict(row.quantities)
    typed = {f"line-{one.line.id}": str(counts.get(one.line.ref, 0)) for one in file.lines} if counts else {}
    own = own_carriers.find_by_name(shop.id, shipment.carrier_name) if shipment.carrier == service.MANUAL else None
    filled = own is not None and shipment.url == own_carriers.fill(own, shipment.number)
    return ShipmentForm(
        {
            **typed,
            "carrier": write_carrier(shop, shipment.carrier, shipment.carrier_name),
            "carrier_name": "" if own else shipment.carrier_name,
            "number": shipment.number,
            "url": "" if filled else shipment.url,
            "shipped_at": service.write_local(shipment.shipped_at, shop.zone),
        }
    )


def read_shipment(form: MultiDict[str, str], file: OrderFile, shop: Shop, kept: Shipment | None = None) -> ShipmentForm:
    """A submitted form. `kept` is the shipment that it changes."""
    read = ShipmentForm({name: value.strip()[:600] for name, value in form.items()}, country=file.order.country)
    _read_carrier(read, shop, kept)
    _check_number(read, kept)
    _read_quantities(read, file, kept)
    read.shipped_at = read_time(read.typed, "shipped_at", shop.zone, read.errors)
    locations = {str(one.id): one.id for one in service.list_locations(shop.id)}
    if read.get("location") and read.get("location") not in locations:
        read.errors["location"] = _("Choose one of the list.")
    read.location = locations.get(read.get("location"))
    return read


def read_time(typed: Typed, name: str, zone: str, errors: dict[str, str]) -> datetime | None:
    """The instant in a date-and-time field; `None` where it is empty or wrong."""
    try:
        at = service.read_local(typed.get(name, ""), zone)
    except ValueError:
        errors[name] = _("Write date and time like 2026-03-02T09:30.")
        return None
    if at and at > portal().now() + AHEAD:
        errors[name] = _("This lies in the future.")
    return at


def read_status(shop: Shop, typed: Typed, errors: dict[str, str]) -> tuple[Status | None, str]:
    """The status that staff say by hand, and the key of the shop's own where it is one."""
    said = typed.get("milestone", "")
    own = wording.find_sayable(shop.id, SHIPMENT, read_key(said)) if read_key(said) else None
    if own is None and said not in SAYABLE:
        errors["milestone"] = _("Choose one of the list.")
        return None, ""
    return Status(Milestone(own.milestone if own else said), delayed="delayed" in typed), own.key if own else ""


def _read_carrier(read: ShipmentForm, shop: Shop, kept: Shipment | None) -> None:
    try:
        chosen = _choose_carrier(read, shop, kept)
    except service.Refused as refused:
        read.errors["carrier"] = str(refused)
        return
    read.carrier, read.own = chosen.carrier, chosen.own
    if chosen.own:
        read.carrier_name = chosen.own.name
        read.url = read.get("url") or own_carriers.fill(chosen.own, read.get("number"))
    elif chosen.carrier == service.MANUAL:
        read.carrier_name, read.url = read.get("carrier_name"), read.get("url")
        if not read.carrier_name:
            read.errors["carrier_name"] = _("Write the carrier's name as your customer knows it.")


def _choose_carrier(read: ShipmentForm, shop: Shop, kept: Shipment | None) -> Chosen:
    """The carrier that is written, else the one that is named beside it, else what the number tells."""
    if typed := read.get("carrier"):
        chosen = carriers.find(portal(), shop.id, typed, kept.carrier if kept else "")
    elif read.get("carrier_name"):
        chosen = Chosen(service.MANUAL)
    else:
        chosen = _guess_carrier(read, shop)
    if chosen.carrier == service.MANUAL and chosen.own is None:
        chosen = Chosen(service.MANUAL, own_carriers.find_by_name(shop.id, read.get("carrier_name")))
    return chosen


def _guess_carrier(read: ShipmentForm, shop: Shop) -> Chosen:
    own = own_carriers.guess(shop.id, read.get("number"))
    guessed = "" if own else service.guess_carrier(portal(), shop.id, read.get("number"), read.country)
    if not own and not guessed:
        raise service.Refused(_("Choose a carrier, or “other carrier” with its name."), "carrier")
    read.typed["carrier"] = own.name if own else write_carrier(shop, guessed)
    return Chosen(service.MANUAL, own) if own else Chosen(guessed)


def _check_number(read: ShipmentForm, kept: Shipment | None) -> None:
    number, carrier = read.get("number"), read.carrier
    if not number:
        read.errors["number"] = _("Write the tracking number from the label.")
    elif not read.ticked("keep") and "carrier" not in read.errors:
        same = kept and kept.carrier == carrier and kept.number == number
        doubt = own_carriers.doubt(read.own, number) if read.own else service.doubt_number(portal(), carrier, number)
        if doubt and not same:
            read.errors["number"], read.errors["keep"] = doubt, doubt


def _read_quantities(read: ShipmentForm, file: OrderFile, kept: Shipment | None) -> None:
    own = next((dict(one.quantities) for one in file.shipments if kept and one.shipment.id == kept.id), {})
    for one in file.lines:
        name = f"line-{one.line.id}"
        text = read.get(name) or "0"
        most = max(one.line.quantity - one.line.cancelled, own.get(one.line.ref, 0))
        if not (text.isascii() and text.isdecimal()) or int(text) > most:
            read.errors[name] = _("Write a number from 0 to %(most)d.") % {"most": most}
        elif int(text):
            read.quantities[one.line.ref] = int(text)
    if not kept and not read.quantities and _has_open(file.lines):
        read.errors.setdefault("quantities", _("Say how many pieces travel in this shipment."))


def _has_open(lines: Sequence[service.LineFile]) -> bool:
    return any(one.open and one.line.shippable for one in lines)
