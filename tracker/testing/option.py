"""The option `--tracker-plugin`, which pytest finds by itself: `pytest --pyargs tracker.testing.contract ...`."""

import pytest

NOTHING = "nothing of this kind"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the option; it may be given several times."""
    parser.addoption(
        "--tracker-plugin", action="append", default=[], metavar="NAME",
        help="a plugin to hold to Tracker's contract: its name, or the path of a folder plugin",
    )  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leaves out the contract's tests about kinds of things that the plugin does not bring."""
    items[:] = [item for item in items if not _is_about_nothing(item)]


def _is_about_nothing(item: pytest.Item) -> bool:
    callspec = getattr(item, "callspec", None)
    return callspec is not None and NOTHING in [value for value in callspec.params.values() if isinstance(value, str)]
