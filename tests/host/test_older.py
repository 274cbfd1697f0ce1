"""Plugins that are written in an older way still work, and their authors are told at their own line."""

import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from tracker.host.loader import load
from tracker.sdk import Deprecated, Payload, Query

OLDER = """from tracker.sdk import Carrier, Payload, Plugin, hookimpl

PLUGIN = Plugin("older", "Older", "1.0.0")


class Older(Carrier):
    id = "older"
    names = {"en": "Older"}
    polls = True

    def public_url(self, number):
        return f"https://older.example/{number}"

    def fetch(self, numbers, ctx):
        for number in numbers:
            yield Payload(number.encode())


@hookimpl
def tracker_register_carriers():
    return [Older()]
"""
PRESENT = OLDER.replace("(self, number)", "(self, number, postcode='')").replace(
    "def fetch(self, numbers, ctx)", "def fetch(self, numbers: 'list[Query]', ctx)"
)


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    file = tmp_path / "older.py"
    file.write_text(OLDER)
    return file


def test_an_older_signature_works_and_is_told_with_the_plugins_own_file_and_line(plugin: Path) -> None:
    with pytest.warns(Deprecated) as told:
        registry = load([plugin.parent], installed=False)
    assert not registry.failures
    carrier = registry.carriers["older"].object
    assert carrier.public_url("1", "10115") == "https://older.example/1"
    assert list(carrier.fetch((Query("1"), Query("2")), None)) == [Payload(b"1"), Payload(b"2")]
    assert [(warning.filename, warning.lineno) for warning in told] == [(str(plugin), 11), (str(plugin), 14)]
    assert "public_url(self, number, postcode='')" in str(told[0].message)
    assert "query.number" in str(told[1].message)


def test_the_present_signature_is_left_alone(plugin: Path) -> None:
    plugin.write_text(PRESENT)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        registry = load([plugin.parent], installed=False)
    assert not registry.failures
    assert "fetch" not in vars(registry.carriers["older"].object)


def test_nobody_has_to_ask_for_the_warning(plugin: Path) -> None:
    """Python hides its own deprecations from everybody but testers; an operator sees these."""
    program = f"from pathlib import Path; from tracker.host.loader import load; load([Path({str(plugin.parent)!r})])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert f"{plugin}:11: Deprecated: write public_url" in done.stderr
