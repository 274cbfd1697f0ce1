"""Plugins' settings in a shop: shown without their secrets, changed as a whole, kept encrypted."""

import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, SecretStr, ValidationError

from tracker.host.catalogues import translator
from tracker.host.secrets import Unreadable
from tracker.store.audit import append_audit
from tracker.store.database import writing
from tracker.store.ports import SettingRows
from tracker.store.shops import Shop
from tracker.store.trials import forget_trial

from . import switches
from .doors import SECRET
from .portal import Portal
from .refusals import Refused

__all__ = ["MADE", "Filled", "Refused", "change", "describe", "is_secret", "make_secret", "model_of", "read", "save",
           "translate"]  # fmt: skip

HIDDEN = "(kept, not shown)"
MADE = ("push_secret", SECRET)
"""Secrets that we may make up ourselves: whoever sends to us is told them, and nobody tells them to us."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What was filled in: `values` of fields that may be shown, and the names of the `secrets` that are kept.

    `lost` is true where something was kept that the portal's keys cannot open any more.
    """

    values: Mapping[str, Any]
    secrets: frozenset[str] = frozenset()
    lost: bool = False


def describe(portal: Portal, shop: Shop, plugin: str) -> dict[str, tuple[str, str]]:
    """Each field of a plugin's settings: its value, a secret's place-holder or nothing, and what it is called."""
    kept = portal.ports.settings.load(shop.id, plugin)
    told = {}
    for name, field in model_of(portal, plugin).model_fields.items():
        default = "" if field.is_required() else str(_plain(field.get_default(call_default_factory=True)))
        value = HIDDEN if name in kept and is_secret(portal, plugin, name) else str(kept.get(name, default))
        told[name] = (value, field.title or name)
    return told


def read(portal: Portal, shop: Shop, plugin: str) -> Filled:
    """What a form of a plugin's settings begins with."""
    model = model_of(portal, plugin)
    try:
        kept = {name: each for name, each in _load(portal, shop, plugin).items() if name in model.model_fields}
    except Unreadable:
        return Filled({}, lost=True)
    hidden = {name for name in kept if is_secret(portal, plugin, name)}
    return Filled({**_read_shown(model, kept, hidden)}, frozenset(hidden))


def save(
    portal: Portal, shop: Shop, plugin: str, typed: Mapping[str, Any], actor: str, forget: Collection[str] = ()
) -> None:
    """Keeps what a form held, in place of what was there; an empty field goes back to its default.

    A secret that was left empty stays as it is, unless `forget` names it. Raises pydantic's `ValidationError`, and
    then nothing is changed.
    """
    model = model_of(portal, plugin)
    with writing(shop.id):
        try:
            kept = _load(portal, shop, plugin)
        except Unreadable:
            kept = {}
        wanted = {name: value for name, value in typed.items() if name in model.model_fields and not _is_empty(value)}
        for name in model.model_fields.keys() & kept.keys():
            if name not in wanted and name not in forget and is_secret(portal, plugin, name):
                wanted[name] = kept[name]
        model.model_validate(wanted)
        changed = [name for name in model.model_fields if wanted.get(name) != kept.get(name)]
        _keep(portal, shop, plugin, wanted, changed, actor)


def change(portal: Portal, shop: Shop, plugin: str, changes: Mapping[str, str], actor: str) -> None:
    """Sets these fields and keeps the others; an empty text takes a field's value away. Raises `Refused`."""
    model = model_of(portal, plugin)
    for name in changes:
        if name not in model.model_fields:
            known = ", ".join(model.model_fields) or "none"
            raise Refused(f"The plugin {plugin} has no setting {name!r}. It has: {known}.", name)
    with writing(shop.id):
        kept = _load(portal, shop, plugin)
        merged = {name: value for name, value in {**kept, **changes}.items() if value != ""}
        _validate(model, merged)
        _keep(portal, shop, plugin, merged, sorted(changes), actor)


def make_secret() -> str:
    """A secret that nobody had before."""
    return secrets.token_urlsafe(24)


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


def translate(portal: Portal, plugin: str, locale: str) -> Callable[[str], str]:
    """How a plugin says its own texts in a language: the text itself where it has no translation."""
    return translator(portal.registry.folder(plugin, "translations"), locale)


def _load(portal: Portal, shop: Shop, plugin: str) -> dict[str, Any]:
    return dict(portal.ports.settings.load(shop.id, plugin))


def _keep(
    portal: Portal, shop: Shop, plugin: str, values: Mapping[str, Any], changed: Collection[str], actor: str
) -> None:
    now = portal.now()
    SettingRows(portal.box.seal, portal.box.open).save(shop.id, plugin, values, now)
    append_audit(shop.id, switches.chain_of(plugin), now, actor, "settings", {"fields": sorted(changed)})
    switches.resume(portal, shop.id, plugin)
    forget_trial(shop.id, plugin)  # what other settings were found to be says nothing of these


def _read_shown(model: type[BaseModel], kept: Mapping[str, Any], hidden: Collection[str]) -> dict[str, Any]:
    """The values in the types of their fields: what the command line kept is text."""
    shown = {name: value for name, value in kept.items() if name not in hidden}
    try:
        read_back = model.model_validate(kept)
    except ValidationError:
        return shown
    plain = read_back.model_dump(mode="json", include=set(shown))
    return {name: plain.get(name, value) for name, value in shown.items()}


def _validate(model: type[BaseModel], values: Mapping[str, Any]) -> None:
    try:
        model.model_validate(values)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False, include_input=False)
        told = [f"{'.'.join(map(str, each['loc'])) or 'settings'}: {each['msg']}" for each in problems]
        raise Refused("Nothing was changed. " + "; ".join(told), str(problems[0]["loc"][:1])) from None


def _types(annotation: Any) -> tuple[Any, ...]:
    return (annotation, *(found for part in getattr(annotation, "__args__", ()) for found in _types(part)))


def _is_empty(value: object) -> bool:
    return value is None or value == ""


def _plain(value: object) -> object:
    return "" if isinstance(value, SecretStr) or value is None else value
