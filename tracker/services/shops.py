"""Shops as the operator sees them: which there are, and a new one."""

import re
from urllib.parse import urlsplit

import babel
from babel import UnknownLocaleError

from tracker.store import shipments
from tracker.store import shops as rows
from tracker.store.database import transaction
from tracker.store.orders import Order, find_by_number
from tracker.store.shops import Shop

from .portal import Portal
from .refusals import Refused

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


def find(portal: Portal, slug: str) -> Shop | None:  # noqa: ARG001 - every service takes the portal
    """The shop with this short name."""
    return rows.find_by_slug(slug)


def all_shops(portal: Portal) -> list[Shop]:  # noqa: ARG001
    """Every shop, by its short name."""
    return rows.load_shops()


def create(
    portal: Portal, slug: str, name: str, *, locale: str = "en", zone: str = "UTC", home_url: str = "", sender: str = ""
) -> Shop:
    """A new shop whose pages may frame the widget where `home_url` names its site. Raises `Refused`."""
    if not _SLUG.fullmatch(slug):
        raise Refused("A short name has up to 40 small letters, digits and hyphens, like tea-house.", "slug")
    if find(portal, slug):
        raise Refused(f"There is a shop {slug!r} already. Choose another short name.", "slug")
    _check_locale(locale)
    origins = [_origin(home_url)] if home_url else []
    with transaction():
        return rows.create_shop(
            slug, name.strip()[:120] or slug, portal.now(),
            locale=locale, zone=zone, home_url=home_url, sender=sender, origins=origins,
        )  # fmt: skip


def find_orders(portal: Portal, shop: Shop, number: str) -> list[Order]:  # noqa: ARG001
    """A shop's orders with the number that customers know, newest first."""
    return find_by_number(shop.id, number)


def carriers_in_use(portal: Portal, shop: Shop) -> list[str]:  # noqa: ARG001
    """Ids of the carriers that a shop has sent parcels with."""
    return shipments.list_used(shop.id)


def _check_locale(locale: str) -> None:
    try:
        babel.Locale.parse(locale.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        raise Refused(f"{locale!r} is no language. Write en, ko, de, ...", "locale") from None


def _origin(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Refused("The shop's address begins with https://.", "home_url")
    return f"{parts.scheme}://{parts.netloc}"
