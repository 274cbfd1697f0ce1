"""The option `--tracker-plugin`: `pytest -p tracker.testing.option --tracker-plugin acme`."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the option; it may be given several times."""
    parser.addoption("--tracker-plugin", action="append", default=[], help="a plugin to hold to the contract")
