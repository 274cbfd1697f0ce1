"""The example plugins work for an outsider: the portal and the plugin from wheels, in an environment of their own."""

import json
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest

from tracker.domain.numbers import verify
from tracker.host.loader import load
from tracker.sdk import load_formats

ROOT = Path(__file__).parents[2]
HERON = ROOT / "docs/examples/tracker-heron"
SOURCE = HERON / "src/tracker_heron"
LINES = 120
Run = Callable[..., subprocess.CompletedProcess[str]]


def build(folder: Path, target: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(target)]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheels of the portal and the plugin, and a copy of the plugin's folder.

    What else the portal needs is borrowed from this environment, so that nothing is downloaded.
    """
    folder = tmp_path_factory.mktemp("outside")
    shutil.copytree(HERON, folder / "tracker-heron", ignore=shutil.ignore_patterns("__pycache__", "dist"))
    build(ROOT, folder / "wheels")
    build(folder / "tracker-heron", folder / "wheels")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "env")], check=True)
    (site,) = folder.glob("env/lib/python*/site-packages")
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    offline = ("--no-deps", "--no-index", "--no-compile", "--disable-pip-version-check", "--quiet")
    wheels = map(str, (folder / "wheels").glob("*.whl"))
    command = [sys.executable, "-m", "pip", "--python", str(folder / "env/bin/python"), "install", *offline, *wheels]
    subprocess.run(command, check=True, capture_output=True)
    return folder


@pytest.fixture
def run(outside: Path) -> Run:
    """Runs a line as its reader types it in the plugin's folder, with nothing of this repository around."""

    def call(line: str) -> subprocess.CompletedProcess[str]:
        program, *words = shlex.split(line)
        known = {"pytest": ["python", "-m", "pytest", "-p", "no:cacheprovider", "-n0"]}
        command, *more = [*known.get(program, [program]), *words]
        environ = {"PATH": "/usr/bin:/bin", "HOME": str(outside), "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run(
            [str(outside / "env/bin" / command), *more], cwd=outside / "tracker-heron", env=environ,
            capture_output=True, text=True, timeout=110, check=False,
        )  # fmt: skip

    return call


def test_the_environment_is_the_wheels_own(outside: Path, run: Run) -> None:
    done = run("python -c 'import tracker, tracker_heron; print(tracker.__file__, tracker_heron.__file__)'")
    assert done.stdout.count(str(outside / "env")) == 2, done.stderr
    assert str(ROOT) not in done.stdout


def test_the_plugin_is_found_by_its_entry_point(run: Run) -> None:
    done = run("tracker plugins --json")
    assert done.returncode == 0, done.stderr
    (heron,) = [one for one in json.loads(done.stdout)["plugins"] if one["name"] == "heron"]
    assert heron["version"] == "1.0.0"
    assert heron["origin"] == "entry point tracker_heron"
    assert heron["gives"] == ["carrier:heron"]


def test_it_keeps_its_contract_by_its_own_file_and_without_any(run: Run) -> None:
    done = run("pytest -q test_heron.py --pyargs tracker.testing.contract --tracker-plugin heron")
    assert done.returncode == 0, done.stdout
    assert "skipped" not in done.stdout
    assert int(done.stdout.split(" passed")[0].split()[-1]) >= 50


def test_its_readme_says_what_happens(run: Run) -> None:
    text = (HERON / "README.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```sh\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    lines = block.splitlines()
    assert lines[:2] == ["pip install --no-deps .", "pytest test_heron.py"]
    plugins, match, parse = (run(line) for line in lines[2:])
    assert "heron" in plugins.stdout
    assert re.search(r"\bheron +0\.9\d", match.stdout), match.stdout
    assert "out_for_delivery" in parse.stdout
    assert "Margot" not in parse.stdout
    assert "No such parcel" in parse.stdout


def test_the_carrier_has_120_lines() -> None:
    assert sum(len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCE.rglob("*.py")) <= LINES
    assert len((HERON / "test_heron.py").read_text(encoding="utf-8").splitlines()) == 1


def test_its_samples_show_all_that_it_can_do() -> None:
    """Numbers with their check digits, an error, a successor, a person's name, a point, a window, and a push."""
    formats = load_formats(SOURCE / "formats.toml")
    read = [json.loads(path.read_text(encoding="utf-8")) for path in SOURCE.glob("samples/*.expected.json")]
    results = [result for one in read for result in one["results"]]
    assert {verify(result["number"], formats).state for result in results} == {"ok"}
    said = [*results, *(event for result in results for event in result["events"])]
    assert {"successor", "estimated", "private", "point", "rule"} <= {name for one in said for name in one}
    assert {one.get("mode") for one in read} == {None, "push"}
    assert any(one["errors"] for one in read)


def test_it_loads_from_a_folder_too(tmp_path: Path) -> None:
    shutil.copytree(SOURCE, tmp_path / "heron")
    registry = load([tmp_path], installed=False)
    assert not registry.failures
    assert list(registry.carriers) == ["heron"]
