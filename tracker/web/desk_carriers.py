"""The field in which a carrier is chosen: written by name or id, with every carrier to choose from below it."""

from collections.abc import Sequence

from tracker.i18n import gettext as _
from tracker.services import carriers, own_carriers
from tracker.services.carriers import Chosen
from tracker.services.refusals import Refused
from tracker.services.shipping import MANUAL
from tracker.services.staff import Shop

from .current import portal


def describe_choices(shop: Shop, own: bool = True) -> Sequence[tuple[str, str]]:
    """What can be written, each with a remark: what the shop uses, its own unless `own` is false, all others."""
    remarks = {True: _("in use"), False: ""}
    choices = carriers.list_choices(portal(), shop.id, own)
    return [(one.written, _("your own") if one.own else remarks[one.used]) for one in choices]


def read_carrier(shop: Shop, typed: str) -> tuple[str, str]:
    """The id of a bundled carrier as written, or an empty one and what is wrong with it."""
    try:
        found = carriers.find(portal(), shop.id, typed, own=False) if typed else Chosen("")
    except Refused as refused:
        return "", str(refused)
    return ("", _("Choose one of the list.")) if found.carrier == MANUAL else (found.carrier, "")


def write_carrier(shop: Shop, carrier: str, name: str = "") -> str:
    """What stands in the field for a shipment's carrier, which of the shop's own is told by its name alone."""
    own = own_carriers.find_by_name(shop.id, name) if carrier == MANUAL else None
    return own.name if own else carriers.write_choice(portal(), shop.id, carrier)
