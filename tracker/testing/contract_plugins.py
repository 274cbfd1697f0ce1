"""What every plugin promises, whatever it brings."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tracker.host.registry import Loaded, Registry

from .made_up import holds_secret

__all__ = [
    "test_settings_keep_secrets_as_secrets",
    "test_the_plugin_imports_the_sdk_alone",
    "test_the_plugin_loads",
]

_SECRET = re.compile(r"(secret|password|passphrase|passwd|token|api_?key|private_?key)(?!.*_(url|id)$)", re.IGNORECASE)


def test_the_plugin_loads(named: str, registry: Registry) -> None:
    """It has a `PLUGIN`, its hooks exist, and what it brings has an id, names and attributes of the right kinds."""
    failures = [str(failure) for failure in registry.failures if failure.plugin == named]
    assert not failures, "\n".join(failures)
    assert named in registry.plugins, (
        f"there is no plugin {named!r}. Found: {', '.join(registry.plugins)}. Install it, name its folder in "
        "PLUGIN_FOLDERS or TRACKER_PLUGINS, or give its path: --tracker-plugin path/to/acme"
    )


def test_the_plugin_imports_the_sdk_alone(loaded: Loaded) -> None:
    """Everything else of the portal may change without notice."""
    found = [f"{file.name}:{line} imports {name}" for file in _sources(loaded) for line, name in _imports(file)]
    assert not found, f"{'; '.join(found)}. Import from tracker.sdk alone; the rest is the portal's own."


def test_settings_keep_secrets_as_secrets(loaded: Loaded) -> None:
    """What is a `SecretStr` is kept encrypted, never shown again, and taken out of logs."""
    fields = loaded.plugin.settings.model_fields
    bare = [name for name, info in fields.items() if _SECRET.search(name) and not holds_secret(info)]
    assert not bare, f"the settings {', '.join(bare)} sound like secrets: give them the type pydantic.SecretStr"


def _sources(loaded: Loaded) -> list[Path]:
    own = Path(loaded.module.__file__ or "")
    if loaded.folder is None or own.parent != loaded.folder:
        return [own]
    return sorted(file for file in loaded.folder.rglob("*.py") if "tests" not in file.relative_to(own.parent).parts)


def _imports(file: Path) -> Iterator[tuple[int, str]]:
    """The names of the portal's insides that a file imports, with their lines."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, one.name) for one in node.names if _is_inside(one.name))
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            module = node.module or ""
            names = [f"tracker.{one.name}" for one in node.names] if module == "tracker" else [module]
            yield from ((node.lineno, name) for name in names if _is_inside(name))


def _is_inside(name: str) -> bool:
    steps = name.split(".")
    return steps[0] in ("tracker", "plugins", "tracker_plugins") and steps[:2] != ["tracker", "sdk"]
