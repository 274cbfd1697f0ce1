"""Loading plugins: each alone, bundled ones first, and a broken one leaves nothing behind but its `Failure`."""

import inspect
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from time import perf_counter
from types import ModuleType
from typing import Any

import pluggy
from pydantic import BaseModel

import tracker.sdk.hooks as specs
from tracker.sdk import API, Plugin

from .checks import complaints, is_slug
from .older import bring_up_to_date
from .registry import Failure, Listener, Loaded, Provider, Reason, Registry
from .sources import Source, from_entry_points, from_folders, mount
from .trace import note_loading

MOST_PROVIDERS = 1000
_HOOKS: Mapping[str, str] = {
    "tracker_register_carriers": "carrier",
    "tracker_register_channels": "channel",
    "tracker_register_vocabularies": "vocabulary",
    "tracker_register_stores": "store",
    "tracker_register_blocks": "block",
    "tracker_register_recommenders": "recommender",
}


EVENT_HOOKS = ("tracker_shipment_changed", "tracker_concern_raised", "tracker_feedback_given")
"""Called while the portal works, each listener by itself; what they return is ignored."""


class Broken(Exception):
    """Stops the loading of one plugin."""

    def __init__(self, phase: str, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.phase, self.reason, self.detail = phase, reason, detail


def load(
    folders: Sequence[Path], *, installed: bool = True, blocked: Iterable[str] = (), trace: bool = False
) -> Registry:
    """The plugins of these folders in their order (the bundled one first), then the installed ones, by name.

    A plugin that fails is left out whole and kept in `failures`; nothing here raises for it. `blocked` names plugins
    that are not even imported. `trace` logs how long each took.
    """
    mount(folders)
    registry = Registry(blocked=tuple(blocked))
    manager = pluggy.PluginManager(specs.PROJECT)
    manager.add_hookspecs(specs)
    for source in chain(from_folders(folders), _installed(registry) if installed else ()):
        if source.name not in registry.blocked:
            began = perf_counter()
            _load_one(source, registry, manager)
            if trace:
                note_loading(registry, source.name, began)
    return registry


def _installed(registry: Registry) -> list[Source]:
    """The entry points; a damaged installation costs them all, and says so."""
    try:
        return list(from_entry_points())
    except Exception as error:
        registry.failures.append(Failure("installed packages", "find", Reason.IMPORT_ERROR, _say(error)))
        return []


def _load_one(source: Source, registry: Registry, manager: pluggy.PluginManager) -> None:
    module: ModuleType | None = None
    try:
        module = _import(source)
        _admit(source, module, registry, manager)
    except Exception as error:
        if module is not None and manager.is_registered(module):
            manager.unregister(module)
        source.forget()
        broken = error if isinstance(error, Broken) else Broken("check", Reason.IMPORT_ERROR, _say(error))
        registry.failures.append(Failure(source.name, broken.phase, broken.reason, broken.detail))


def _admit(source: Source, module: ModuleType, registry: Registry, manager: pluggy.PluginManager) -> None:
    """Puts a plugin and all its providers into the registry, or raises and leaves the registry as it was."""
    plugin = _check_plugin(module, registry)
    if plugin.name in registry.blocked:
        return
    hooks = _check_hooks(module, manager)
    _register(module, plugin, manager)
    loaded = Loaded(plugin, module, _folder(source, module), source.origin, tuple(hooks))
    found = [provider for hook in hooks if hook in _HOOKS for provider in _collect(hook, loaded, manager)]
    found = _settle(found, registry)
    registry.plugins[plugin.name] = loaded
    shelves: Mapping[str, dict[str, Any]] = {shelf.kind: shelf for shelf in registry.shelves()}
    for provider in found:
        shelves[provider.kind][provider.id] = provider
    for listener in _listeners(loaded, manager):
        registry.listeners[listener.hook] = (*registry.listeners.get(listener.hook, ()), listener)


def _import(source: Source) -> ModuleType:
    try:
        module = source.bring()
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a module may end itself with SystemExit
        raise Broken("import", Reason.IMPORT_ERROR, _say(error)) from error
    if not isinstance(module, ModuleType):
        raise Broken("import", Reason.NO_PLUGIN, "the entry point names no module")
    return module


def _check_plugin(module: ModuleType, registry: Registry) -> Plugin:
    plugin = getattr(module, "PLUGIN", None)
    if not isinstance(plugin, Plugin):
        raise Broken("check", Reason.NO_PLUGIN, "the module has no PLUGIN that is a tracker.sdk.Plugin")
    if plugin.requires_api != API:
        raise Broken("check", Reason.WRONG_API, f"it asks for API {plugin.requires_api!r:.20}, this portal has {API}")
    if not is_slug(plugin.name) or not isinstance(plugin.label, str) or not isinstance(plugin.version, str):
        raise Broken("check", Reason.NO_PLUGIN, f"PLUGIN has no usable name, label or version ({plugin.name!r:.60})")
    if not (inspect.isclass(plugin.settings) and issubclass(plugin.settings, BaseModel)):
        raise Broken("check", Reason.SETTINGS, f"its settings are {plugin.settings!r:.60}")
    if plugin.name in registry.plugins:
        raise Broken("check", Reason.TAKEN_ID, f"a plugin named {plugin.name!r} is there already")
    return plugin


def _check_hooks(module: ModuleType, manager: pluggy.PluginManager) -> list[str]:
    """The hooks that a module implements, in the order in which they are called."""
    found = set()
    for name in dir(module):
        options: Any = manager.parse_hookimpl_opts(module, name)
        if options is None:
            if name.startswith("tracker_") and inspect.isfunction(getattr(module, name)):
                raise Broken("check", Reason.UNKNOWN_HOOK, f"{name} is not marked with @hookimpl")
            continue
        if options.get("wrapper") or options.get("hookwrapper"):
            raise Broken("check", Reason.WRAPPER, f"{name} is a wrapper")
        hook = options.get("specname") or name
        if hook not in _HOOKS and hook not in EVENT_HOOKS:
            raise Broken("check", Reason.UNKNOWN_HOOK, f"there is no hook {hook}")
        found.add(hook)
    return [hook for hook in (*_HOOKS, *EVENT_HOOKS) if hook in found]


def _register(module: ModuleType, plugin: Plugin, manager: pluggy.PluginManager) -> None:
    try:
        manager.register(module, plugin.name)
    except (pluggy.PluginValidationError, ValueError) as error:
        raise Broken("register", Reason.UNKNOWN_ARGUMENT, _say(error).replace("\n", " ")) from error


def _collect(hook: str, loaded: Loaded, manager: pluggy.PluginManager) -> list[Provider[object]]:
    """What this module alone hands over. Calling the hook would call all modules, and the first to raise ends it."""
    implementations = [impl for impl in getattr(manager.hook, hook).get_hookimpls() if impl.plugin is loaded.module]
    objects = [item for impl in implementations for item in _run(hook, impl.function)]
    found: list[Provider[object]] = []
    for candidate in objects:
        if wrong := complaints(_HOOKS[hook], candidate, loaded.folder):
            raise Broken("collect", Reason.WRONG_TYPE, f"{hook}: {'; '.join(wrong)}"[:600])
        bring_up_to_date(candidate)
        found.append(Provider(_HOOKS[hook], candidate.id, loaded.plugin.name, candidate))
    return found


def _listeners(loaded: Loaded, manager: pluggy.PluginManager) -> list[Listener]:
    return [
        Listener(hook, loaded.plugin.name, impl.function, tuple(impl.argnames), f"hook:{loaded.plugin.name}")
        for hook in EVENT_HOOKS
        for impl in getattr(manager.hook, hook).get_hookimpls()
        if impl.plugin is loaded.module
    ]


def _run(hook: str, function: Any) -> list[Any]:
    try:
        returned = function()
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise Broken("collect", Reason.RAISED, f"{hook}: {_say(error)}") from error
    if isinstance(returned, str | bytes | Mapping) or not isinstance(returned, Iterable):
        raise Broken("collect", Reason.NOT_ITERABLE, f"{hook} returned {type(returned).__name__}")
    try:
        objects = list(islice(returned, MOST_PROVIDERS + 1))
    except Exception as error:
        raise Broken("collect", Reason.RAISED, f"{hook}: {_say(error)}") from error
    if len(objects) > MOST_PROVIDERS:
        raise Broken("collect", Reason.NOT_ITERABLE, f"{hook} returned more than {MOST_PROVIDERS} objects")
    return objects


def _settle(found: Sequence[Provider[object]], registry: Registry) -> list[Provider[object]]:
    """What goes in. An id has one owner, but for the entries of a directory: they leave it to whoever brings it."""
    taken = {provider.key: provider for shelf in registry.shelves() for provider in shelf.values()}
    kept = []
    for provider in found:
        owner = taken.get(provider.key)
        if owner is not None and _is_listed(provider):
            continue
        if owner is not None and not _is_listed(owner):
            raise Broken("collect", Reason.TAKEN_ID, f"{provider.key} is already brought by {owner.plugin}")
        taken[provider.key] = provider
        kept.append(provider)
    return kept


def _is_listed(provider: Provider[Any]) -> bool:
    return getattr(provider.object, "listed", False) is True


def _folder(source: Source, module: ModuleType) -> Path | None:
    """An installed plugin's own folder is that of its package; a lone installed module ships no files."""
    if source.folder is not None or not hasattr(module, "__path__"):
        return source.folder
    return Path(next(iter(module.__path__)))


def _say(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:300].rstrip(": ")
