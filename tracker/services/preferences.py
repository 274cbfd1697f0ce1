"""Preferences: what a customer wishes of notices, kept by the address that their orders in a shop name."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from tracker.domain.preferences import FOREVER, KINDS, Wishes
from tracker.domain.states import Moment
from tracker.i18n import choose, choose_name, locales
from tracker.i18n import gettext as _
from tracker.store import preferences as rows
from tracker.store.database import writing
from tracker.store.orders import Order, find_order
from tracker.store.preferences import Preference
from tracker.store.shops import Shop

from . import channels
from .links import Opened
from .portal import Portal

NONE = Wishes()
NOT_AT_ALL = "none"
PAUSES: Mapping[str, int] = {"3": 3, "7": 7, "14": 14, "30": 30, "90": 90}
"""How many days a pause may have; `always` lasts until the customer ends it, and `keep` changes nothing."""
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True, slots=True)
class Mine:
    """What a customer sees of their preferences: `channels` are those that reach them, by id and name.

    `address` is their e-mail address with most of it hidden.
    """

    order: Order
    address: str
    wishes: Wishes
    channels: Sequence[tuple[str, str]]
    erasing_at: datetime | None = None
    at_once: bool = False


@dataclass(slots=True)
class Change:
    """What a form asks for: columns to write, and for each field that is wrong a sentence."""

    fields: dict[str, Any] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)


def find(shop: int, email: str) -> Wishes:
    """What the customer with this address wishes of a shop's notices; what is usual where they have said nothing."""
    row = rows.find_preference(shop, email) if email else None
    return _read(row) if row else NONE


def language_of(shop: Shop, order: Order, wishes: Wishes) -> str:
    """The language that a customer is written to in: the one they chose, else their order's, else the shop's."""
    return choose(wishes.locale, order.locale, otherwise=shop.locale)


def load(portal: Portal, opened: Opened) -> Mine | None:
    """The preferences of the customer of an opened order; `None` where no address of theirs is kept."""
    order = find_order(opened.shop.id, opened.order)
    if order is None or not order.email:
        return None
    row = rows.find_preference(order.shop_id, order.email)
    reach = channels.find_addresses(portal, order.shop_id, order)
    named = [(name, choose_name(portal.registry.channels[name].object.names)) for name in reach]
    wishes = _read(row) if row else NONE
    return Mine(order, hide(order.email), wishes, named, row.erasing_at if row else None, bool(row and row.at_once))


def read_form(values: Mapping[str, str], mine: Mine, now: datetime) -> Change:
    """What the form of the page says. Fields it does not name keep what is usual."""
    change = Change()
    offered = {NOT_AT_ALL: "", **{name: name for name, _label in mine.channels}}
    wanted = {kind: values.get(f"channel-{kind}", "") for kind in KINDS}
    change.fields["channels"] = {kind: offered[name] for kind, name in wanted.items() if name in offered}
    for kind, name in wanted.items():
        if name and name not in offered:
            change.wrong[f"channel-{kind}"] = _("Choose one of the ways that are offered.")
    locale = values.get("locale", "")
    change.fields["locale"] = locale if locale in locales() else ""
    change.fields["only_trouble"] = values.get("only_trouble") == "1"
    _read_quiet(values, change)
    _read_pause(values.get("pause", "keep"), change, now)
    return change


def save(portal: Portal, mine: Mine, change: Change) -> None:
    """Keeps a change. Notices that wait obey it, too: wishes are asked when a notice leaves."""
    with writing(mine.order.shop_id):
        if is_there(mine):
            rows.write_preference(mine.order.shop_id, mine.order.email, change.fields, portal.now())


def is_there(mine: Mine) -> bool:
    """Whether the order still names its customer, as it did when their page was opened. Ask it inside the `writing`:
    whoever was erased meanwhile must not be brought back."""
    order = find_order(mine.order.shop_id, mine.order.id)
    return order is not None and order.email == mine.order.email


def unsubscribe(portal: Portal, opened: Opened) -> None:
    """Ends all news of parcels for one customer of one shop; what they ask or report is answered still."""
    with writing(opened.shop.id):
        order = find_order(opened.shop.id, opened.order)
        if order is None or not order.email:
            return
        told = {**find(order.shop_id, order.email).channels, **{str(moment): "" for moment in Moment}}
        rows.write_preference(order.shop_id, order.email, {"channels": told}, portal.now())


def is_unsubscribed(wishes: Wishes) -> bool:
    """Whether a customer hears of no parcel any more."""
    return all(wishes.channels.get(moment) == "" for moment in Moment)


def hide(email: str) -> str:
    """An e-mail address by which its owner knows it and nobody else.

    >>> hide("ada@example.com")
    'a•••@e•••.com'
    """
    name, _at, domain = email.partition("@")
    host, dot, top = domain.rpartition(".")
    return f"{name[:1]}•••@{(host or top)[:1]}•••{dot}{top if dot else ''}"


@lru_cache(maxsize=1)
def list_zones() -> Sequence[str]:
    """The time zones that a customer may choose: those named after a place."""
    regions = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
    return sorted(name for name in available_timezones() if name.partition("/")[0] in regions)


def _read_quiet(values: Mapping[str, str], change: Change) -> None:
    begin, end, zone = (values.get(name, "").strip() for name in ("quiet_from", "quiet_until", "zone"))
    if values.get("quiet") != "1":
        change.fields |= {"quiet_from": "", "quiet_until": ""}
        return
    for name, clock in (("quiet_from", begin), ("quiet_until", end)):
        if not _CLOCK.fullmatch(clock):
            change.wrong[name] = _("Write a time like 22:00.")
    if begin == end and not change.wrong:
        change.wrong["quiet_until"] = _("The end has to be another time than the beginning.")
    if zone not in available_timezones():
        change.wrong["zone"] = _("Choose a time zone from the list.")
    change.fields |= {"quiet_from": begin[:5], "quiet_until": end[:5], "zone": zone[:40]}


def _read_pause(pause: str, change: Change, now: datetime) -> None:
    if pause in PAUSES:
        change.fields["paused_until"] = now + timedelta(days=PAUSES[pause])
    elif pause in ("always", "off"):
        change.fields["paused_until"] = FOREVER if pause == "always" else None
    elif pause != "keep":
        change.wrong["pause"] = _("Choose one of the ways that are offered.")


def _read(row: Preference) -> Wishes:
    return Wishes(
        row.locale, row.channels, _clock(row.quiet_from), _clock(row.quiet_until), row.zone, row.only_trouble,
        row.paused_until,
    )  # fmt: skip


def _clock(text: str) -> time | None:
    with suppress(ValueError):
        return time.fromisoformat(text) if text else None
    return None
