"""The contract of plugins. A plugin's whole test file is `test_acme.py` with one line:

    from tracker.testing.contract import *

The plugin's name is that of the file, or `PLUGIN_NAME` in it (a list for several). With no file at all:

    pytest --pyargs tracker.testing.contract --tracker-plugin acme

finds an installed package, a bundled plugin, or one in a folder of `TRACKER_PLUGINS`; `--tracker-plugin path/to/acme`
(or `path/to/acme.py`) names a folder plugin by its path, `PLUGIN_FOLDERS` in a test file names further folders.
Settings are made up; `PLUGIN_SETTINGS` in a test file gives those for which nothing can be.

Recorded payloads lie in the plugin's `samples/` folder, each with its reading beside it (`tracker.testing.readings`).
What a plugin does not do is not asked for: a channel meets the tests of channels alone.
"""

import socket
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from tracker.host.registry import Registry

from . import contract_asking as asking
from . import contract_blocks as blocks
from . import contract_carriers as carriers
from . import contract_channels as channels
from . import contract_instructing as instructing
from . import contract_listeners as listeners
from . import contract_plugins as plugins
from . import contract_proving as proving
from . import contract_pushes as pushes
from . import contract_reading as reading
from . import contract_recommenders as recommenders
from . import contract_stores as stores
from . import contract_subscribing as subscribing
from . import contract_vocabularies as vocabularies
from .contract_asking import *  # noqa: F403
from .contract_blocks import *  # noqa: F403
from .contract_carriers import *  # noqa: F403
from .contract_channels import *  # noqa: F403
from .contract_instructing import *  # noqa: F403
from .contract_listeners import *  # noqa: F403
from .contract_plugins import *  # noqa: F403
from .contract_proving import *  # noqa: F403
from .contract_pushes import *  # noqa: F403
from .contract_reading import *  # noqa: F403
from .contract_recommenders import *  # noqa: F403
from .contract_stores import *  # noqa: F403
from .contract_subscribing import *  # noqa: F403
from .contract_vocabularies import *  # noqa: F403
from .option import NOTHING
from .subjects import Subject, find, reads

_MODULES = (
    plugins,
    carriers,
    reading,
    asking,
    pushes,
    subscribing,
    instructing,
    proving,
    channels,
    vocabularies,
    stores,
    blocks,
    recommenders,
    listeners,
)
__all__ = ["no_way_out", "pytest_generate_tests"]
__all__ += [name for module in _MODULES for name in module.__all__]

_WHO: Mapping[str, Callable[[Subject], bool]] = {
    "reader": reads,
    "asked": lambda one: one.kind == "carrier" and one.object.polls,
    "probed": lambda one: one.kind in ("carrier", "channel", "store") and one.has("probe"),
    "labelled": lambda one: one.kind == "carrier" and one.has("label"),
    "subscribing": lambda one: one.kind == "carrier" and one.object.subscribes,
    "instructing": lambda one: one.kind == "carrier" and bool(one.object.instructs),
    "proving": lambda one: one.kind == "carrier" and one.object.proves,
    "judge": lambda one: one.kind in ("carrier", "store") and one.has("verify"),
    "channel": lambda one: one.kind == "channel",
    "vocabulary": lambda one: one.kind == "vocabulary",
    "pulled": lambda one: one.kind == "store" and one.has("orders_since"),
    "informed": lambda one: one.kind == "store" and one.has("push_fulfilment"),
    "block": lambda one: one.kind == "block",
    "recommender": lambda one: one.kind == "recommender",
    "listener": lambda one: one.kind == "hook",
}
"""Which of a plugin's providers each argument of a test stands for."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Makes a test per plugin, per provider of it that it is about, and per sample."""
    registry, named, subjects = _chosen(metafunc)
    wanted = set(metafunc.fixturenames)
    loaded = [name for name in named if name in registry.plugins]
    if "named" in wanted:
        metafunc.parametrize(("named", "registry"), [pytest.param(name, registry, id=name) for name in named])
    elif "loaded" in wanted:
        _make(metafunc, "loaded", [(registry.plugins[name], name) for name in loaded])
    elif "carriers" in wanted:
        groups = {name: [one for one in subjects if one.kind == "carrier" and _is_of(one, name)] for name in loaded}
        _make(metafunc, "carriers", [(group, name) for name, group in groups.items() if group])
    for argument, is_meant in _WHO.items():
        if argument in wanted:
            chosen = [one for one in subjects if is_meant(one)]
            if "sample" in wanted:
                pairs = [(one, file) for one in chosen for file in one.samples(*reading.MODES)]
                _make(metafunc, "reader,sample", [((one, file), f"{one.id}-{file.stem}") for one, file in pairs])
            else:
                _make(metafunc, argument, [(one, one.id) for one in chosen])


@pytest.fixture(autouse=True)
def no_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever calls out fails: what a plugin may ask over the network it asks through `ctx`."""

    def refuse(*_: object) -> None:
        raise AssertionError("the plugin reached for the network by itself: use ctx.worker_http(), in the worker alone")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def _make(metafunc: pytest.Metafunc, arguments: str, values: Sequence[tuple[Any, str]]) -> None:
    """A test per value, or one that the option's module leaves out where there is none."""
    params = [pytest.param(*(value if "," in arguments else (value,)), id=name) for value, name in values]
    missing = pytest.mark.skip(reason=f"the plugin brings {NOTHING}")
    nothing = pytest.param(*[NOTHING] * len(arguments.split(",")), id="nothing", marks=missing)
    metafunc.parametrize(arguments, params or [nothing])


def _chosen(metafunc: pytest.Metafunc) -> tuple[Registry, list[str], list[Subject]]:
    module = metafunc.module
    told = metafunc.config.getoption("--tracker-plugin", default=[]) or getattr(module, "PLUGIN_NAME", ())
    names = [told] if isinstance(told, str) else list(told)
    folders = getattr(module, "PLUGIN_FOLDERS", ())
    given = getattr(module, "PLUGIN_SETTINGS", {})
    if not names and module.__name__ != __name__:
        own = module.__name__.rpartition(".")[2].removeprefix("test_")
        registry, _, _ = find((), folders)
        names = [name for name in registry.plugins if name.replace("-", "_") == own] or [own]
    if not names:
        raise pytest.UsageError("say which plugin: --tracker-plugin NAME, or PLUGIN_NAME in a test file")
    return find(names, folders, given)


def _is_of(subject: Subject, plugin: str) -> bool:
    return subject.provider.plugin == plugin
