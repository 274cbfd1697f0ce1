"""Reading the desk's forms about shipments: what was typed, and what is wrong with it, field by field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from werkzeug.datastructures import MultiDict

from tracker.i18n import gettext as _
from tracker.sdk import Milestone, Status
from tracker.services import desk as service
from tracker.services.desk import OrderFile, Shipment, Shop

from .current import portal

SAYABLE = (
    "info_received", "picked_up", "in_transit", "out_for_delivery", "available_for_pickup", "attempt_failed",
    "delivered", "exception", "returning", "returned",
)  # fmt: skip
"""What staff can say of a shipment by hand."""
AHEAD = timedelta(minutes=10)
Typed = Mapping[str, str]


@dataclass(slots=True)
class ShipmentForm:
    """A shipment as typed. The plain fields keep the typing; `quantities` and `shipped_at` are what it means."""

    typed: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    quantities: dict[str, int] = field(default_factory=dict)
    shipped_at: datetime | None = None
    location: int | None = None

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


def filled_shipment(file: OrderFile, shipment: Shipment, zone: str) -> ShipmentForm:
    """The form with what a shipment is now."""
    row = next(one for one in file.shipments if one.shipment.id == shipment.id)
    counts = dict(row.quantities)
    typed = {f"line-{one.line.id}": str(counts.get(one.line.ref, 0)) for one in file.lines} if counts else {}
    return ShipmentForm(
        {
            **typed,
            "carrier": shipment.carrier,
            "carrier_name": shipment.carrier_name,
            "number": shipment.number,
            "url": shipment.url,
            "shipped_at": service.write_local(shipment.shipped_at, zone),
        }
    )


def read_shipment(form: MultiDict[str, str], file: OrderFile, shop: Shop, kept: Shipment | None = None) -> ShipmentForm:
    """A submitted form. `kept` is the shipment that it changes."""
    read = ShipmentForm({name: value.strip()[:600] for name, value in form.items()})
    _check_carrier(read, shop, kept)
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


def read_status(typed: Typed, errors: dict[str, str]) -> Status | None:
    """The status that staff say by hand."""
    milestone = typed.get("milestone", "")
    if milestone not in SAYABLE:
        errors["milestone"] = _("Choose one of the list.")
        return None
    return Status(Milestone(milestone), delayed="delayed" in typed)


def _check_carrier(read: ShipmentForm, shop: Shop, kept: Shipment | None) -> None:
    if not read.get("carrier"):
        read.typed["carrier"] = service.guess_carrier(portal(), shop.id, read.get("number"))
    carrier = read.get("carrier")
    if carrier not in dict(service.list_carriers(portal(), shop.id, kept.carrier if kept else "")):
        read.errors["carrier"] = _("Choose a carrier, or “other carrier” with its name.")
    if carrier == service.MANUAL and not read.get("carrier_name"):
        read.errors["carrier_name"] = _("Write the carrier's name as your customer knows it.")


def _check_number(read: ShipmentForm, kept: Shipment | None) -> None:
    number, carrier = read.get("number"), read.get("carrier")
    if not number:
        read.errors["number"] = _("Write the tracking number from the label.")
    elif not read.ticked("keep") and "carrier" not in read.errors:
        same = kept and kept.carrier == carrier and kept.number == number
        doubt = "" if same else service.doubt_number(portal(), carrier, number)
        if doubt:
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
