"""Own carriers: those that a shop added by itself, with a link made from a template and the shape of their numbers."""

from typing import Annotated
from urllib.parse import quote, urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationInfo, field_validator

from tracker.domain.names import fold_name
from tracker.domain.numbers import tidy
from tracker.i18n import country_names, mark
from tracker.i18n import gettext as _
from tracker.sdk import https_url, plain
from tracker.store import own_carriers as rows
from tracker.store.audit import append_audit
from tracker.store.database import writing
from tracker.store.own_carriers import OwnCarrier
from tracker.store.shops import Shop

from .portal import Portal
from .refusals import Refused
from .staff import Me

__all__ = [
    "Draft", "OwnCarrier", "add", "change", "describe", "doubt", "fill", "find", "find_by_name", "guess", "list_own",
    "remove",
]  # fmt: skip

CHAIN = "shop"
PLACE = "{number}"
MOST = 500


def _template(text: str) -> str:
    if not text:
        return ""
    if PLACE not in text or PLACE in urlsplit(text).netloc:
        raise ValueError(mark("Write {number} where the tracking number belongs, behind the carrier’s own address."))
    try:
        https_url(text.replace(PLACE, "1"))
    except ValueError:
        wrong = mark("Write a complete address that begins with https:// and has no other braces, spaces or quotes.")
        raise ValueError(wrong) from None
    return text


def _country(text: str) -> str:
    if text and text.upper() not in country_names():
        raise ValueError(mark("Choose one of the list."))
    return text.upper()


Count = Annotated[int | None, BeforeValidator(lambda value: value or None)]


class Draft(BaseModel):
    """A carrier as staff fill it in."""

    name: Annotated[str, AfterValidator(lambda text: plain(text, 80))] = Field(
        min_length=1, max_length=80, title=mark("Name, as your customers know it")
    )
    url: Annotated[str, AfterValidator(_template)] = Field(
        default="",
        max_length=200,
        title=mark("Link to its tracking page"),
        description=mark(
            "With {number} where the tracking number belongs: https://post.example/track?no={number}. "
            "Empty: it has no such page."
        ),
    )
    country: Annotated[str, AfterValidator(_country)] = Field(default="", max_length=2, title=mark("Country"))
    prefix: Annotated[str, AfterValidator(tidy)] = Field(
        default="",
        max_length=12,
        title=mark("Its numbers begin with"),
        description=mark("Letters and digits, or nothing. Other numbers are questioned when they are typed."),
    )
    shortest: Count = Field(default=None, ge=1, le=64, title=mark("Fewest characters of a number"))
    longest: Count = Field(default=None, ge=1, le=64, title=mark("Most characters of a number"))

    @field_validator("name")
    @classmethod
    def _has_letters(cls, text: str) -> str:
        if not fold_name(text):
            raise ValueError(mark("Write a name with letters in it."))
        return text

    @field_validator("longest")
    @classmethod
    def _is_not_shorter(cls, longest: int | None, info: ValidationInfo) -> int | None:
        shortest = info.data.get("shortest")
        if longest is not None and shortest is not None and longest < shortest:
            raise ValueError(mark("The most characters cannot be fewer than the fewest."))
        return longest


def list_own(shop: int) -> list[OwnCarrier]:
    """The carriers that a shop added, by name."""
    return rows.load_carriers(shop)


def find(shop: int, carrier: int) -> OwnCarrier | None:
    """One of them."""
    return rows.find_carrier(shop, carrier)


def find_by_name(shop: int, name: str) -> OwnCarrier | None:
    """The one that is called so, whatever the case and punctuation."""
    wanted = fold_name(name)
    return next((row for row in rows.load_carriers(shop) if row.folded == wanted), None) if wanted else None


def describe(shop: int, name: str, number: str) -> tuple[str, str]:
    """Name and link of a parcel whose carrier is called so: a carrier of the shop's own fills in both."""
    row = find_by_name(shop, name)
    return (row.name, fill(row, number)) if row else (name, "")


def fill(row: OwnCarrier, number: str) -> str:
    """The carrier's page for a number, or an empty text."""
    return row.url.replace(PLACE, quote(" ".join(number.split()), safe=""))


def doubt(row: OwnCarrier, number: str) -> str:
    """Why a number looks mistyped for this carrier, or an empty text."""
    tidied = tidy(number)
    if not tidied.startswith(row.prefix):
        return _("Numbers of %(carrier)s begin with %(prefix)s.") % {"carrier": row.name, "prefix": row.prefix}
    if row.shortest is not None and len(tidied) < row.shortest:
        said = _("Numbers of %(carrier)s have at least %(count)s characters; typed were %(typed)s.")
        return said % {"carrier": row.name, "count": row.shortest, "typed": len(tidied)}
    if row.longest is not None and len(tidied) > row.longest:
        said = _("Numbers of %(carrier)s have at most %(count)s characters; typed were %(typed)s.")
        return said % {"carrier": row.name, "count": row.longest, "typed": len(tidied)}
    return ""


def guess(shop: int, number: str) -> OwnCarrier | None:
    """The carrier whose numbers begin like this one; `None` where none does, or several."""
    fitting = [row for row in rows.load_carriers(shop) if row.prefix and not doubt(row, number)]
    return fitting[0] if len(fitting) == 1 else None


def add(portal: Portal, shop: Shop, draft: Draft, *, me: Me) -> OwnCarrier:
    """Keeps a new carrier. Raises `Refused` for a name that is taken."""
    with writing(shop.id):
        if len(rows.load_carriers(shop.id)) >= MOST:
            raise Refused(_("There are %(most)d carriers already. Remove some first.") % {"most": MOST}, "name")
        _check_name(portal, shop.id, draft.name, 0)
        row = rows.add_carrier(shop.id, draft.name, portal.now(), **_fields(draft))
        append_audit(shop.id, CHAIN, portal.now(), me.actor, "carrier-added", draft.model_dump())
        return row


def change(portal: Portal, shop: Shop, carrier: int, draft: Draft, *, me: Me) -> None:
    """Changes a carrier, for parcels from now on. Raises `Refused` for a name that is taken."""
    with writing(shop.id):
        _check_name(portal, shop.id, draft.name, carrier)
        rows.write_carrier(shop.id, carrier, draft.name, **_fields(draft))
        append_audit(shop.id, CHAIN, portal.now(), me.actor, "carrier-changed", {"id": carrier, **draft.model_dump()})


def remove(portal: Portal, shop: int, carrier: int, *, me: Me) -> bool:
    """Forgets a carrier; False when there was none. Shipments keep its name and link."""
    with writing(shop):
        row = rows.find_carrier(shop, carrier)
        if row is None:
            return False
        rows.delete_carrier(shop, carrier)
        append_audit(shop, CHAIN, portal.now(), me.actor, "carrier-removed", {"id": carrier, "name": row.name})
        return True


def _fields(draft: Draft) -> dict[str, object]:
    return {name: value for name, value in draft.model_dump().items() if name != "name"}


def _check_name(portal: Portal, shop: int, name: str, own: int) -> None:
    """Two carriers under one name could not be told apart by staff, files and stores."""
    row = find_by_name(shop, name)
    bundled = {fold_name(one) for each in portal.registry.carriers.values() for one in each.object.names.values()}
    if (row and row.id != own) or fold_name(name) in bundled | {fold_name(id) for id in portal.registry.carriers}:
        raise Refused(_("There is a carrier of this name already."), "name")
