"""Subjects: what of a plugin is held to the contract, together with what its plugin ships."""

import os
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, TypeVar

from tracker.host.loader import load
from tracker.host.registry import Provider, Registry
from tracker.host.values import Wrong
from tracker.paths import resource
from tracker.sdk import Carrier, Context, Payload, PluginError

from .made_up import make_context, make_settings
from .readings import read_expected, sample_files, sample_payload

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ended(Generic[T]):
    """How a call of a plugin's method ended: with a value, or with one of the errors that it may raise."""

    value: T | None
    error: PluginError | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """One provider of a plugin. `given` are settings for which nothing can be made up."""

    registry: Registry
    provider: Provider[Any]
    given: Mapping[str, Any] = field(default_factory=dict)

    @property
    def object(self) -> Any:
        return self.provider.object

    @property
    def id(self) -> str:
        return self.provider.id

    @property
    def kind(self) -> str:
        return self.provider.kind

    def has(self, method: str) -> bool:
        """Whether it can do more than its kind of provider does by itself: by its own method, or by a nearer base's."""
        base = [cls for cls in type(self.object).__mro__ if cls.__module__.startswith("tracker.sdk.")][-1]
        return getattr(type(self.object), method) is not getattr(base, method)

    def samples(self, *modes: str) -> list[Path]:
        """Its recorded payloads of some modes: all of its plugin's, unless their reading names another `reader`."""
        found = []
        for file in sample_files(self.registry.folder(self.provider.plugin, "samples")):
            told = read_expected(file)
            if told.get("reader", self.id) == self.id and told.get("mode", "fetch") in modes:
                found.append(file)
        return found

    def payloads(self, *modes: str) -> list[Payload]:
        """What those samples hold, as the worker would hand it over."""
        return [sample_payload(file) for file in self.samples(*modes)]

    def context(self, *, secrets: bool = True, given: Mapping[str, Any] | None = None, **more: Any) -> Context:
        """A context with made-up settings; `more` are the arguments of `make_context`."""
        model = self.registry.plugins[self.provider.plugin].plugin.settings
        return make_context(make_settings(model, {**self.given, **(given or {})}, secrets=secrets), **more)

    def run(self, doing: str, function: Callable[..., T], *args: Any) -> Ended[T]:
        """How a call ends. What a plugin may not raise or return fails the test, with the plugin's own line."""
        try:
            return Ended(function(*args))
        except PluginError as error:
            return Ended(None, error)
        except AssertionError:
            raise
        except Wrong as error:
            raise AssertionError(f"{doing}, {self.id} returned {error}. Return what tracker.sdk says.") from None
        except (Exception, SystemExit) as error:
            raise AssertionError(
                f"{doing}, {self.id} raised {error!r:.200} at {self.line_of(error)}. Let nothing out but the errors of "
                "tracker.sdk: read fields with pick, word, part and rows, and answers with check and read_json."
            ) from error

    def line_of(self, error: BaseException) -> str:
        """The last line of the plugin itself on the way to an error."""
        loaded = self.registry.plugins[self.provider.plugin]
        home = str(loaded.folder or loaded.module.__file__)
        frames = traceback.extract_tb(error.__traceback__)
        mine = [frame for frame in frames if frame.filename.startswith(home)] or list(frames)
        return f"{mine[-1].filename}:{mine[-1].lineno}" if mine else home


def find(
    names: Sequence[str], folders: Iterable[str | Path], given: Mapping[str, Any] | None = None
) -> tuple[Registry, list[str], list[Subject]]:
    """The loaded plugins, the names asked for, and all that these bring. A name may be the path of a folder plugin.

    Looks where the portal looks: bundled plugins, `TRACKER_PLUGINS`, `folders`, and installed packages.
    """
    told = [Path(folder) for folder in os.environ.get("TRACKER_PLUGINS", "").split(":") if folder]
    paths = {name: Path(name).resolve() for name in names if "/" in name or os.sep in name}
    registry = _load((*told, *map(Path, folders), *(path.parent for path in paths.values())))
    wanted = [_name_of(registry, paths[name]) if name in paths else name for name in names]
    found = [Subject(registry, one, given or {}) for name in wanted for one in _brought(registry, name)]
    return registry, wanted, found


def _brought(registry: Registry, plugin: str) -> Iterator[Provider[Any]]:
    """Everything that a plugin brought: its objects, and its functions for events as objects of the kind `hook`."""
    yield from registry.providers(plugin)
    heard = (one for listeners in registry.listeners.values() for one in listeners if one.plugin == plugin)
    yield from (Provider("hook", plugin, plugin, one) for one in heard)


def _name_of(registry: Registry, path: Path) -> str:
    """The name of the plugin that lies there; what its loading failed under, where it did."""
    files = (path, path / "__init__.py")
    loaded = (name for name, one in registry.plugins.items() if Path(one.module.__file__ or "").resolve() in files)
    return next(loaded, path.stem)


def reads(subject: Subject) -> bool:
    """Whether it reads answers at all: a carrier may know no more than its numbers and its page."""
    if subject.kind == "store":
        return True
    return isinstance(subject.object, Carrier) and (subject.object.polls or subject.has("parse"))


@lru_cache(maxsize=8)
def _load(folders: tuple[Path, ...]) -> Registry:
    return load([resource("plugins"), *dict.fromkeys(folders)])
