"""Tiers as a shop sets them: which grants its links and passes have, within bounds."""

from collections.abc import Collection, Mapping

from tracker.domain.tiers import LEAST, MOST, Grant, Tier, bound, see
from tracker.store import shops as rows
from tracker.store.audit import append_audit
from tracker.store.database import writing
from tracker.store.shops import Shop

from . import previews
from .branding import CHAIN
from .pages import Page, read_page
from .portal import Portal
from .staff import Me

Cell = tuple[bool, str]
"""Whether a tier has a grant, and `always` or `never` where no shop can choose that."""


def read_cells(shop: Shop) -> Mapping[Grant, Mapping[Tier, Cell]]:
    """The whole table of a shop."""
    return {grant: {tier: (grant in see(tier, shop.tiers), _fixed(tier, grant)) for tier in Tier} for grant in Grant}


def save(portal: Portal, shop: Shop, chosen: Mapping[str, Collection[str]] | None, *, me: Me) -> None:
    """Keeps a shop's choice, with what is out of bounds left out; `None` goes back to what is usual."""
    kept = None if chosen is None else bound(chosen)
    if kept == shop.tiers:
        return
    with writing(shop.id):
        rows.write_shop(shop.id, {"tiers": kept})
        append_audit(shop.id, CHAIN, portal.now(), me.actor, "tiers", {"tiers": kept})


def make_page(portal: Portal, shop: Shop, tier: Tier) -> Page:
    """The page of an order that nobody placed, as somebody of a tier sees it, in the locale in force."""
    return read_page(previews.make_view(portal.now()), shop.zone, see(tier, shop.tiers))


def _fixed(tier: Tier, grant: Grant) -> str:
    if grant in LEAST[tier]:
        return "always"
    return "" if grant in MOST[tier] else "never"
