"""Slots: what a marketer put around the journey. Silent in trouble, and never in the way of the page."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Protocol

from jinja2 import Environment, TemplateNotFound
from markupsafe import Markup
from pydantic import ValidationError

from tracker.host.errors import SettingsMissing
from tracker.host.registry import Provider, Registry
from tracker.i18n import speak
from tracker.sdk import Block, Milestone, View
from tracker.store.shops import load_slots

from . import plugins, recommending, texts
from .pages import is_in_trouble, main_milestone
from .portal import Portal

log = logging.getLogger(__name__)

SLOTS: Mapping[str, str] = {"above": "page", "below": "page", "widget": "widget", "mail": "mail"}
"""The slots there are, and the surface that each is on: above and below the news of the order on its page, ..."""
SURFACES = ("page", "widget", "mail")
NO_ORDER: Mapping[str, Any] = {"trouble": False, "parcels": (), "lines": ()}


class HasId(Protocol):
    """A shop, as a row or as a look."""

    @property
    def id(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Filling:
    """What fills a slot: a block with its content, and the recommender whose offers it shows, if it is no hand."""

    block: str
    content: Mapping[str, Any]
    recommender: str = ""


Drafts = Mapping[str, Filling | None] | None
"""Fillings that are not saved, by slot; `None` for a slot that is to be empty."""


def fill_all(
    portal: Portal,
    shop: HasId,
    surface: str,
    order_view: Mapping[str, Any],
    locale: str,
    *,
    plain: bool = False,
    drafts: Drafts = None,
) -> Mapping[str, Markup]:
    """What a shop's slots show on a surface (`page`, `widget`, `mail`), by slot; a slot that shows nothing is left out.

    Nothing while anything is wrong with the order, whatever a block would say. A block that breaks shows nothing and
    leaves the rest whole. `plain` asks for text instead of HTML; `drafts` take the place of what is saved.
    """
    if is_in_trouble(order_view):
        return {}
    kept = load_slots(shop.id)
    fillings = {one.name: Filling(one.block, one.content, one.recommender) for one in kept if one.shown}
    shown = {}
    for name, filling in {**fillings, **(drafts or {})}.items():
        if SLOTS.get(name) == surface and filling is not None:
            part = render(portal, shop.id, filling, order_view, slot=name, locale=locale, plain=plain)
            if part:
                shown[name] = part
    return shown


def fill(
    portal: Portal, shop: HasId, surface: str, order_view: Mapping[str, Any], locale: str, *, plain: bool = False
) -> Markup | None:
    """What stands in the one slot of a widget or a mail, `None` for nothing."""
    return fill_all(portal, shop, surface, order_view, locale, plain=plain).get(surface)


def render(
    portal: Portal,
    shop: int,
    filling: Filling,
    order_view: Mapping[str, Any] = NO_ORDER,
    *,
    slot: str = "below",
    locale: str = "en",
    plain: bool = False,
) -> Markup | None:
    """One filling beside an order, saved or not; `None` hides it."""
    if filling.block not in portal.registry.blocks:
        return None
    provider = portal.registry.blocks[filling.block]
    if not plugins.is_enabled(portal, shop, provider.plugin):
        return None
    try:
        content = provider.object.content.model_validate(dict(filling.content))
        ctx = portal.contexts.make(shop, provider.plugin, locale=locale)
    except (ValidationError, SettingsMissing) as error:
        log.warning("a block is hidden", extra={"block": filling.block, "shop": shop, "why": type(error).__name__})
        return None
    view = View(SLOTS[slot], slot, locale, Milestone(main_milestone(order_view)), is_in_trouble(order_view), content)
    if provider.object.takes_offers:
        offers = recommending.find_offers(portal, shop, filling.recommender, order_view, view.milestone, locale)
        if not offers:
            return None
        view = replace(view, offers=offers)
    values = portal.calls.context(provider, shop, view, ctx)
    if values is None:
        return None
    with speak(locale):
        return _draw(portal.registry, provider, {"gettext": ctx.gettext, "_": ctx.gettext, **values}, plain)


def _draw(registry: Registry, provider: Provider[Block], values: Mapping[str, Any], plain: bool) -> Markup | None:
    name = provider.object.template
    if plain:
        name = f"{name.rpartition('.')[0]}.txt"
    try:
        drawn = _environment(_Same(registry)).get_template(f"{provider.plugin}:{name}").render(values)
    except TemplateNotFound:
        if not plain:
            log.error("a block's template is missing", extra={"plugin": provider.plugin, "template": name})
        return None
    except Exception:
        # A template is the plugin's code like any other: it may raise anything.
        log.exception("a block's template failed", extra={"plugin": provider.plugin})
        return None
    # Escaped by the template's own environment. A plugin is trusted code; what it is given is not.
    return Markup(drawn) if drawn.strip() else None  # noqa: S704


class _Same:
    """A registry as a key: equal to itself alone."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry

    def __hash__(self) -> int:
        return id(self.registry)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.registry is self.registry


@lru_cache(maxsize=8)
def _environment(key: _Same) -> Environment:
    return texts.environment(texts.PluginLoader(key.registry))
