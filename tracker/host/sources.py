"""Where plugins come from: entries of plugin folders, and installed packages with an entry point."""

import importlib
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType

from tracker.sdk import API

PACKAGE = "tracker_plugins"
GROUP = f"tracker.v{API}"


@dataclass(frozen=True, slots=True)
class Source:
    """A plugin that was found and not yet touched. `bring` imports it and may raise anything."""

    name: str
    origin: str
    folder: Path | None
    bring: Callable[[], object]
    forget: Callable[[], None]


def mount(folders: Sequence[Path]) -> None:
    """Makes the entries of these folders importable as `tracker_plugins.<name>`; an earlier folder wins."""
    package = sys.modules.get(PACKAGE)
    if package is None:
        package = sys.modules[PACKAGE] = ModuleType(PACKAGE, "Plugins from folders.")
        package.__path__ = []
    mine = [str(folder.resolve()) for folder in folders]
    package.__path__ = [*mine, *(path for path in package.__path__ if path not in mine)]
    importlib.invalidate_caches()


def from_folders(folders: Sequence[Path]) -> Iterator[Source]:
    """The entries of each folder, by name: `<name>.py`, or a folder `<name>` with an `__init__.py`."""
    for folder in folders:
        paths = sorted(folder.iterdir()) if folder.is_dir() else []
        for path in paths:
            if path.name.startswith(("_", ".")):
                continue
            if path.suffix == ".py":
                yield _entry(path.stem, path)
            elif (path / "__init__.py").is_file():
                yield _entry(path.name, path / "__init__.py")


def from_entry_points() -> Iterator[Source]:
    """The installed ones, by name."""
    for point in sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value)):
        yield Source(point.name, f"entry point {point.value}", None, point.load, _leave)


def _leave() -> None:
    """An installed module may be somebody else's too: it stays imported, and only its hooks go."""


def _entry(name: str, file: Path) -> Source:
    resources = file.parent if file.name == "__init__.py" else file.parent / name
    folder = resources if resources.is_dir() else None
    return Source(name, str(file), folder, lambda: _bring(name, file), lambda: _forget(name))


def _bring(name: str, file: Path) -> ModuleType:
    if not name.isidentifier():
        raise ImportError(f"{name!r} cannot be imported: use letters, digits and _ in the file's name")
    full = f"{PACKAGE}.{name}"
    known = sys.modules.get(full)
    if known is not None and not _same(known, file):
        _forget(name)
    module = importlib.import_module(full)
    if not _same(module, file):
        _forget(name)
        raise ImportError(f"another plugin folder already holds {name!r}")
    return module


def _same(module: ModuleType, file: Path) -> bool:
    return module.__file__ is not None and Path(module.__file__).resolve() == file.resolve()


def _forget(name: str) -> None:
    full = f"{PACKAGE}.{name}"
    for key in [key for key in sys.modules if key == full or key.startswith(f"{full}.")]:
        del sys.modules[key]
