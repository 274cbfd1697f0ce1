"""Plugins in a shop: which are at work there, and how they fare."""

from pydantic import BaseModel

from tracker.store import plugins as rows

from .portal import Portal


def is_enabled(portal: Portal, shop: int, plugin: str) -> bool:
    """Whether a plugin is at work in a shop: asked, shown, and its doors open.

    Without a word of the shop's it is, unless its settings have to be filled in first. A plugin that is not loaded is
    at work nowhere.
    """
    loaded = portal.registry.plugins.get(plugin)
    if loaded is None:
        return False
    wanted = rows.find_switch(shop, plugin)
    return not needs_settings(loaded.plugin.settings) if wanted is None else wanted


def is_refused(portal: Portal, shop: int, plugin: str) -> bool:  # noqa: ARG001 - every service takes the portal
    """Whether a shop has switched a plugin off."""
    return rows.find_switch(shop, plugin) is False


def list_refused(portal: Portal, shop: int) -> set[str]:  # noqa: ARG001
    """The plugins that a shop has switched off; one that merely waits for its settings is not among them.

    What is refused is not even offered: a carrier without credentials can still be named, one that is off cannot.
    """
    return {plugin for plugin, wanted in rows.load_switches(shop).items() if not wanted}


def needs_settings(model: type[BaseModel]) -> bool:
    """Whether a plugin can do nothing before its settings are filled in."""
    return any(field.is_required() for field in model.model_fields.values())
