"""Slots: what a marketer put around the journey. Silent in trouble, and never in the way of the page."""

import logging
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Protocol

from jinja2 import Environment, TemplateNotFound
from markupsafe import Markup
from pydantic import ValidationError

from tracker.host.errors import SettingsMissing
from tracker.host.registry import Provider, Registry
from tracker.sdk import Block, Milestone, View
from tracker.store.shops import Slot, load_slots

from . import plugins, texts
from .pages import is_in_trouble, main_milestone
from .portal import Portal

log = logging.getLogger(__name__)

SURFACES = ("page", "widget", "mail")
SLOT = "offer"
"""The one slot there is so far."""


class HasId(Protocol):
    """A shop, as a row or as a look."""

    @property
    def id(self) -> int: ...


def fill(
    portal: Portal, shop: HasId, surface: str, order_view: Mapping[str, Any], locale: str, *, plain: bool = False
) -> Markup | None:
    """What a shop's slots show on a surface (`page`, `widget`, `mail`), `None` for nothing.

    Nothing while anything is wrong with the order, whatever a block would say. A block that breaks shows nothing and
    leaves the rest whole. `plain` asks for text instead of HTML.
    """
    if is_in_trouble(order_view):
        return None
    milestone = Milestone(main_milestone(order_view))
    shown = [slot for slot in load_slots(shop.id) if surface in (slot.surfaces or ())]
    parts = [_fill(portal, slot, surface, milestone, locale, plain) for slot in shown]
    whole = Markup("\n").join(part for part in parts if part)
    return whole or None


def render(
    portal: Portal, shop: int, block: str, content: Mapping[str, Any], view: View | None = None,
    *, surface: str = "page", locale: str = "en", plain: bool = False,
) -> Markup | None:  # fmt: skip
    """One block with some content, for a slot or for the preview of one that is not saved; `None` hides it."""
    if block not in portal.registry.blocks:
        return None
    provider = portal.registry.blocks[block]
    if not plugins.is_enabled(portal, shop, provider.plugin):
        return None
    try:
        filled = provider.object.content.model_validate(dict(content))
        ctx = portal.contexts.make(shop, provider.plugin, locale=locale)
    except (ValidationError, SettingsMissing) as error:
        log.warning("a block is hidden", extra={"block": block, "shop": shop, "why": type(error).__name__})
        return None
    view = view or View(surface, SLOT, locale, Milestone.PENDING, False, filled)
    values = portal.calls.context(provider, shop, view, ctx)
    if values is None:
        return None
    return _draw(portal.registry, provider, {"gettext": ctx.gettext, "_": ctx.gettext, **values}, plain)


def _fill(portal: Portal, slot: Slot, surface: str, milestone: Milestone, locale: str, plain: bool) -> Markup | None:
    if slot.block not in portal.registry.blocks:
        return None
    try:
        content = portal.registry.blocks[slot.block].object.content.model_validate(slot.content)
    except ValidationError:
        log.warning("a slot's content does not fit its block", extra={"slot": slot.name, "shop": slot.shop_id})
        return None
    view = View(surface, slot.name, locale, milestone, False, content)
    return render(portal, slot.shop_id, slot.block, slot.content, view, surface=surface, locale=locale, plain=plain)


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
