"""Fillings: what a marketer may put into a slot, what is in each, and keeping it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from tracker.host.errors import SettingsMissing
from tracker.host.registry import Provider
from tracker.i18n import choose_name
from tracker.sdk import Block, Recommender
from tracker.store import shops as rows
from tracker.store.audit import append_audit
from tracker.store.database import writing
from tracker.store.shops import Slot

from . import plugins, recommending
from .branding import CHAIN
from .portal import Portal
from .slots import SLOTS
from .staff import Me

BY_HAND = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to fill a slot: a block, by hand or with what a recommender brings. `value` names it in forms."""

    value: str
    label: str
    block: Provider[Block]
    recommender: str = BY_HAND


def list_kinds(portal: Portal, shop: int) -> list[Kind]:
    """What a shop can put into its slots: each block that is filled by hand, and each that takes offers by whom."""
    refused = plugins.list_refused(portal, shop)
    blocks = [one for one in portal.registry.blocks.values() if one.plugin not in refused]
    sources = [one for one in portal.registry.recommenders.values() if plugins.is_enabled(portal, shop, one.plugin)]
    by_hand = [Kind(one.id, choose_name(one.object.names), one) for one in blocks if not one.object.takes_offers]
    return by_hand + [
        Kind(f"{one.id}:{source.id}", _join(one, source), one, source.id)
        for one in blocks
        if one.object.takes_offers
        for source in sources
    ]


def _join(block: Provider[Block], source: Provider[Recommender]) -> str:
    return f"{choose_name(block.object.names)}: {choose_name(source.object.names)}"


def find_kind(portal: Portal, shop: int, value: str) -> Kind | None:
    """The kind of this name."""
    return next((kind for kind in list_kinds(portal, shop) if kind.value == value), None)


def translator(portal: Portal, shop: int, block: Provider[Block], locale: str) -> Callable[[str], str]:
    """How a block's plugin says its own texts in a language."""
    try:
        return portal.contexts.make(shop, block.plugin, locale=locale).gettext
    except SettingsMissing:
        return lambda text: text


def read_slots(shop: int) -> dict[str, Slot]:
    """What is in a shop's slots now, by slot."""
    return {slot.name: slot for slot in rows.load_slots(shop) if slot.name in SLOTS}


def save_slot(
    portal: Portal, shop: int, name: str, kind: Kind, content: BaseModel, *, shown: bool = True, me: Me
) -> None:
    """Fills a slot, to be shown or to be kept for later. Raises `KeyError` for a slot that there is not."""
    SLOTS[name]
    values = content.model_dump(mode="json")
    with writing(shop):
        now = portal.now()
        rows.write_slot(shop, name, kind.block.id, values, now, recommender=kind.recommender, shown=shown)
        body: dict[str, Any] = {"slot": name, "block": kind.block.id, "recommender": kind.recommender}
        body |= {"content": values, "shown": shown}
        append_audit(shop, CHAIN, now, me.actor, "slot", body)
        if kind.recommender and shown:
            recommending.ask(portal, shop, kind.recommender, now=True)
