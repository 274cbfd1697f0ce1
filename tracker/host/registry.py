"""What was loaded: the plugins, what they brought, and what failed."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from types import ModuleType
from typing import Any, Generic, TypeVar

from tracker.sdk import Block, Carrier, Channel, Plugin, Recommender, StoreConnector, Vocabulary

T_co = TypeVar("T_co", covariant=True)
V = TypeVar("V")
MOST_NAMED = 40
"""More carriers than these are not named in a sentence: the directory alone brings hundreds."""


class Reason(StrEnum):
    """The ways in which a plugin can be broken."""

    IMPORT_ERROR = "import error"
    NO_PLUGIN = "no PLUGIN"
    WRONG_API = "wrong API version"
    UNKNOWN_HOOK = "unknown hook"
    UNKNOWN_ARGUMENT = "unknown argument"
    WRAPPER = "wrapper implementation"
    RAISED = "raised in registration"
    NOT_ITERABLE = "not iterable"
    WRONG_TYPE = "wrong type inside"
    TAKEN_ID = "taken id"
    SETTINGS = "settings that are not a model"


REMEDIES: Mapping[Reason, str] = {
    Reason.IMPORT_ERROR: "Import the module by itself, mend what it says, and install what it lacks.",
    Reason.NO_PLUGIN: "Put `PLUGIN = Plugin(name=..., label=..., version=...)` at the top level of the module.",
    Reason.WRONG_API: "Install a release of the plugin that is written for this API version, or update the portal.",
    Reason.UNKNOWN_HOOK: "Name the function after a hook of docs/hooks.md and mark it with `@hookimpl`.",
    Reason.UNKNOWN_ARGUMENT: "Take only the arguments that docs/hooks.md gives for this hook.",
    Reason.WRAPPER: "Use a plain `@hookimpl`: a plugin may not wrap the hooks of others.",
    Reason.RAISED: "Make the registration hook return its objects without calling out or reading what may be missing.",
    Reason.NOT_ITERABLE: "Return a list from the registration hook, even for one object or none.",
    Reason.WRONG_TYPE: "Return finished objects of the right base class, with the attributes that it asks for.",
    Reason.TAKEN_ID: "Choose another id or name, or put the other plugin on the blocked list.",
    Reason.SETTINGS: "Give `Plugin(settings=...)` a class that derives from `pydantic.BaseModel`.",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a plugin is not there. `phase` is `find`, `import`, `check`, `register` or `collect`."""

    plugin: str
    phase: str
    reason: Reason
    detail: str

    @property
    def remedy(self) -> str:
        """What its author or the operator should do."""
        return REMEDIES[self.reason]

    def __str__(self) -> str:
        return f"plugin {self.plugin} is left out ({self.reason}): {self.detail}. {self.remedy}"


class UnknownProvider(KeyError):
    """A provider that nobody brought. Its text names those that exist."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True, slots=True)
class Provider(Generic[T_co]):
    """An object that a plugin brought. `kind` is `carrier`, `channel`, `vocabulary`, ..."""

    kind: str
    id: str
    plugin: str
    object: T_co

    @property
    def key(self) -> str:
        """Its name over all kinds, as breakers and logs use it: `carrier:ups`."""
        return f"{self.kind}:{self.id}"


class Shelf(dict[str, Provider[V]]):
    """Providers of one kind by id, in the order of registration. A missing id raises `UnknownProvider`."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def __missing__(self, key: str) -> Provider[V]:
        raise UnknownProvider(f"there is no {self.kind} {key!r}; {self._name_others(key)}")

    def _name_others(self, key: str) -> str:
        if self.kind != "carrier" or len(self) <= MOST_NAMED:
            return f"there are: {', '.join(self) or 'none'}"
        near = get_close_matches(key, list(self), n=5, cutoff=0.5)
        meant = f"do you mean {' or '.join(near)}? " if near else ""
        return f"{meant}`tracker plugins carriers` lists all {len(self)}"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A plugin that works. `folder` holds its templates, translations and samples; `None` where it has none."""

    plugin: Plugin
    module: ModuleType
    folder: Path | None
    origin: str
    hooks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listener:
    """A plugin's function for one event hook, and which of the hook's arguments it takes."""

    hook: str
    plugin: str
    function: Callable[..., object]
    arguments: tuple[str, ...]
    key: str
    """Its name as breakers and logs use it: `hook:webhook`."""


@dataclass(slots=True)
class Registry:
    """All that the plugins brought. Filled once by `host.loader.load` and only read afterwards."""

    plugins: dict[str, Loaded] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    blocked: tuple[str, ...] = ()
    carriers: Shelf[Carrier] = field(default_factory=lambda: Shelf("carrier"))
    channels: Shelf[Channel] = field(default_factory=lambda: Shelf("channel"))
    vocabularies: Shelf[Vocabulary] = field(default_factory=lambda: Shelf("vocabulary"))
    stores: Shelf[StoreConnector] = field(default_factory=lambda: Shelf("store"))
    blocks: Shelf[Block] = field(default_factory=lambda: Shelf("block"))
    recommenders: Shelf[Recommender] = field(default_factory=lambda: Shelf("recommender"))

    listeners: dict[str, tuple[Listener, ...]] = field(default_factory=dict)
    """Who is told of what happens, by hook, in the order of loading."""

    def shelves(self) -> "tuple[Shelf[Any], ...]":
        """All shelves, in the order in which their hooks are called."""
        return self.carriers, self.channels, self.vocabularies, self.stores, self.blocks, self.recommenders

    def providers(self, plugin: str) -> Iterator[Provider[object]]:
        """Everything that one plugin brought."""
        return (provider for shelf in self.shelves() for provider in shelf.values() if provider.plugin == plugin)

    def folder(self, plugin: str, name: str) -> Path | None:
        """A folder that a plugin ships (`templates`, `translations`, `samples`), or `None`."""
        loaded = self.plugins.get(plugin)
        if loaded is None or loaded.folder is None:
            return None
        folder = loaded.folder / name
        return folder if folder.is_dir() else None

    def template_folder(self, plugin: str) -> Path | None:
        """Where a plugin's templates lie, or `None`. They are reached as `<plugin>:<file>` and shadow nothing."""
        return self.folder(plugin, "templates")

    def hooks(self) -> dict[str, tuple[str, ...]]:
        """Which plugins implement which hook, in the order of calling."""
        users: dict[str, tuple[str, ...]] = {}
        for name, loaded in self.plugins.items():
            for hook in loaded.hooks:
                users[hook] = (*users.get(hook, ()), name)
        return users
