"""The wheel holds everything that a checkout has for running."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from tracker.paths import resource

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The files of a wheel that is built here."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return set(ZipFile(wheel).namelist())


@pytest.mark.parametrize("folder", ["plugins", "templates", "static", "translations"])
def test_the_wheel_has_every_resource_of_the_checkout(names: set[str], folder: str) -> None:
    files = [path for path in resource(folder).rglob("*") if path.is_file() and path.suffix not in (".pyc", ".mo")]
    missing = [path for path in files if f"tracker/_bundled/{folder}/{path.relative_to(ROOT / folder)}" not in names]
    assert files
    assert not missing


def test_the_wheel_has_the_made_up_shop_the_scaffolds_and_no_tests(names: set[str]) -> None:
    assert "tracker/testing/shop/pages/home.html" in names
    for file in ("py.typed", "scaffold/carrier/pyproject.toml", "scaffold/block/tracker_acme/templates/acme.txt"):
        assert f"tracker/{file}" in names
    assert not [name for name in names if name.startswith("tests/") or "__pycache__" in name]


def test_the_command_is_called_tracker(names: set[str]) -> None:
    assert any(name.endswith(".dist-info/entry_points.txt") for name in names)
