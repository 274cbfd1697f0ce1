"""Every bundled plugin keeps the contract."""

from tracker.paths import resource
from tracker.testing.contract import *  # noqa: F403

PLUGIN_NAME = sorted(
    path.stem for path in resource("plugins").iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()
)
