"""Long runs are left out unless TRACKER_FAULTS=full, without counting as skipped."""

import pytest

from .harness import FULL


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    long = [item for item in items if item.get_closest_marker("faults") and not FULL]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]
