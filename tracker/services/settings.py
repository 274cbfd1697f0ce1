"""Plugins' settings in a shop: shown without their secrets, changed as a whole, kept encrypted."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, SecretStr, ValidationError

from tracker.store.audit import append_audit
from tracker.store.database import writing
from tracker.store.ports import SettingRows
from tracker.store.shops import Shop

from .portal import Portal
from .shipping import Refused

HIDDEN = "(kept, not shown)"


def describe(portal: Portal, shop: Shop, plugin: str) -> dict[str, tuple[str, str]]:
    """Each field of a plugin's settings: its value, a secret's place-holder or nothing, and what it is called."""
    kept = portal.ports.settings.load(shop.id, plugin)
    told = {}
    for name, field in model_of(portal, plugin).model_fields.items():
        default = "" if field.is_required() else str(_plain(field.get_default(call_default_factory=True)))
        value = HIDDEN if name in kept and is_secret(portal, plugin, name) else str(kept.get(name, default))
        told[name] = (value, field.title or name)
    return told


def change(portal: Portal, shop: Shop, plugin: str, changes: Mapping[str, str], actor: str) -> None:
    """Sets these fields and keeps the others; an empty text takes a field's value away. Raises `Refused`."""
    model = model_of(portal, plugin)
    for name in changes:
        if name not in model.model_fields:
            known = ", ".join(model.model_fields) or "none"
            raise Refused(f"The plugin {plugin} has no setting {name!r}. It has: {known}.", name)
    with writing(shop.id):
        kept = dict(portal.ports.settings.load(shop.id, plugin))
        merged = {name: value for name, value in {**kept, **changes}.items() if value != ""}
        _validate(model, merged)
        now = portal.now()
        SettingRows(portal.box.seal, portal.box.open).save(shop.id, plugin, merged, now)
        append_audit(shop.id, f"plugin:{plugin}", now, actor, "settings", {"fields": sorted(changes)})


def is_secret(portal: Portal, plugin: str, name: str) -> bool:
    """Whether a field holds something that is never shown again."""
    return SecretStr in _types(model_of(portal, plugin).model_fields[name].annotation)


def model_of(portal: Portal, plugin: str) -> type[BaseModel]:
    """The model of a plugin's settings. Raises `Refused` for a plugin that is not loaded."""
    loaded = portal.registry.plugins.get(plugin)
    if loaded is None:
        known = ", ".join(portal.registry.plugins)
        raise Refused(f"There is no plugin {plugin!r}. Loaded are: {known}.", "plugin")
    return loaded.plugin.settings


def _validate(model: type[BaseModel], values: Mapping[str, Any]) -> None:
    try:
        model.model_validate(values)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False, include_input=False)
        told = [f"{'.'.join(map(str, each['loc'])) or 'settings'}: {each['msg']}" for each in problems]
        raise Refused("Nothing was changed. " + "; ".join(told), str(problems[0]["loc"][:1])) from None


def _types(annotation: Any) -> tuple[Any, ...]:
    return (annotation, *(found for part in getattr(annotation, "__args__", ()) for found in _types(part)))


def _plain(value: object) -> object:
    return "" if isinstance(value, SecretStr) or value is None else value
