"""Previews: a made-up order, shown as a shop's customers would see theirs."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from markupsafe import Markup

from tracker.i18n import gettext as _
from tracker.sdk import Milestone
from tracker.store.shops import Shop

from . import letters, slots
from .links import Look
from .looks import read_look
from .pages import Page, read_page
from .portal import Portal
from .slots import Drafts

NUMBER = "TR-1024"


def make_look(shop: Shop, theme: Mapping[str, str] | None = None) -> Look:
    """A shop's look, with a theme that is not saved where one is given."""
    look = read_look(shop)
    return replace(look, theme=dict(theme)) if theme is not None else look


def make_page(portal: Portal) -> Page:
    """The page of an order that nobody placed, in the locale in force."""
    return read_page(make_view(portal.now()))


def make_mail(portal: Portal, shop: Shop, theme: Mapping[str, str] | None, drafts: Drafts, locale: str) -> str:
    """The HTML of a mail about an order that nobody placed."""
    shown = Shop(**{**shop.__data__, "theme": dict(theme)}) if theme is not None else shop
    return letters.preview(portal, shown, "shipped", locale, drafts)[1]


def fill_slots(portal: Portal, shop: Shop, surface: str, drafts: Drafts, locale: str) -> Mapping[str, Markup]:
    """What the slots show on a surface: a draft where there is one, else what is saved."""
    return slots.fill_all(portal, shop, surface, make_view(portal.now()), locale, drafts=drafts)


def make_view(now: datetime) -> dict[str, Any]:
    """The projection of a made-up order: one parcel, on its way since yesterday."""
    morning = (now - timedelta(days=1)).replace(hour=8, minute=10, second=0, microsecond=0, tzinfo=None)
    events = [
        _event(morning, Milestone.PICKED_UP, "Seoul"),
        _event(morning + timedelta(hours=9), Milestone.IN_TRANSIT, "Daejeon"),
    ]
    return {
        "number": NUMBER,
        "placed_at": (now - timedelta(days=2)).isoformat(),
        "milestone": "completed",
        "word": "",
        "state": "not_shipped",
        "trouble": False,
        "lines": [_line("one", _("First article"), 1), _line("two", _("Second article"), 2)],
        "parcels": [_parcel(events, morning + timedelta(days=2))],
    }


def _parcel(events: list[dict[str, Any]], day: datetime) -> dict[str, Any]:
    first, last = day.replace(hour=9, minute=0), day.replace(hour=18, minute=0)
    return {
        "id": 1,
        "carrier": "sample",
        "names": {"en": "Sample carrier", "ko": "예시 택배"},
        "number": "1234567890",
        "url": "",
        "cancelled": False,
        "contents": [{"title": _("First article"), "quantity": 1}, {"title": _("Second article"), "quantity": 2}],
        "milestone": "in_transit",
        "reason": "",
        "delayed": False,
        "action_required": False,
        "trouble": False,
        "source": "carrier",
        "since": events[-1],
        "events": events,
        "undated": [],
        "window": {"earliest": first.isoformat(), "latest": last.isoformat()},
    }


def _line(ref: str, title: str, quantity: int) -> dict[str, Any]:
    return {
        "ref": ref, "title": title, "quantity": quantity, "cancelled": 0, "shippable": True, "open": 0, "image": "",
    }  # fmt: skip


def _event(local: datetime, milestone: Milestone, place: str) -> dict[str, Any]:
    return {
        "source": "carrier", "local": local.isoformat(timespec="seconds"), "offset": None, "milestone": str(milestone),
        "reason": "", "delayed": False, "code": "", "text": "", "place": place,
    }  # fmt: skip
