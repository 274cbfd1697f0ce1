"""The ways in which an author runs the contract, and what it says where it cannot run."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tracker.testing import readings

from .planted import grow

NUMBERS_ONLY = """
from tracker.sdk import Carrier, Plugin, hookimpl

PLUGIN = Plugin("silent", "Silent", "1")

class Silent(Carrier):
    id = "silent"
    names = {"en": "Silent"}
    url = "https://track.example/?n={number}"

@hookimpl
def tracker_register_carriers():
    return [Silent()]
"""
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def contract(tmp_path: Path) -> Run:
    """`contract(*args, **environ)`: pytest in an empty folder; its exit code and what it printed."""

    def run(*args: str, **environ: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *args],
            cwd=tmp_path, env={**os.environ, **environ}, capture_output=True, text=True, timeout=100, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    return run


def test_a_test_file_of_one_line_is_enough(contract: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    grow("parcels", "acme", tmp_path / "mine")
    (tmp_path / "test_acme.py").write_text("from tracker.testing.contract import *\n")
    code, out = contract("test_acme.py", TRACKER_PLUGINS=str(tmp_path / "mine"))
    assert code == 0, out
    assert int(out.split(" passed")[0].split()[-1]) >= 25
    assert "skipped" not in out


def test_a_test_file_may_name_plugins_folders_and_settings(contract: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    file = grow("letters", "acme", tmp_path / "mine")
    fussy = "api_key: SecretStr\n    region: str = Field(pattern='^eu-[0-9]$')"
    text = file.read_text().replace("api_key: SecretStr", fussy)
    file.write_text(text.replace("import BaseModel,", "import BaseModel, Field,"))
    line = "from tracker.testing.contract import *\nPLUGIN_NAME = 'acme'\nPLUGIN_FOLDERS = ['mine']\n"
    (tmp_path / "test_it.py").write_text(line)
    code, out = contract("test_it.py")
    assert code == 1
    assert "cannot make up a value for the setting region" in out
    assert "PLUGIN_SETTINGS = {'region': ...}" in out
    (tmp_path / "test_it.py").write_text(line + "PLUGIN_SETTINGS = {'region': 'eu-1'}\n")
    code, out = contract("test_it.py")
    assert code == 0, out


def test_no_file_at_all_is_needed_and_a_path_names_the_plugin(contract: Run, tmp_path: Path) -> None:
    """A channel meets the tests of channels alone, and nothing is skipped."""
    file = grow("letters", "acme", tmp_path)
    code, out = contract("--pyargs", "tracker.testing.contract", "--tracker-plugin", str(file))
    assert code == 0, out
    assert int(out.split(" passed")[0].split()[-1]) == 8
    assert "skipped" not in out


def test_a_plugin_that_is_not_there_or_does_not_load_is_told_with_the_reason(contract: Run, tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("raise RuntimeError('not today')\n")
    broken = ("--tracker-plugin", str(tmp_path / "broken.py"))
    code, out = contract("--pyargs", "tracker.testing.contract", "--tracker-plugin", "nowhere", *broken)
    assert code == 1
    assert "there is no plugin 'nowhere'" in out
    assert "TRACKER_PLUGINS" in out
    assert "not today" in out


def test_without_a_name_the_contract_asks_for_one(contract: Run) -> None:
    code, out = contract("--pyargs", "tracker.testing.contract")
    assert code != 0
    assert "--tracker-plugin NAME" in out


def test_a_carrier_that_only_knows_its_numbers_passes_until_it_asks(contract: Run, tmp_path: Path) -> None:
    file = tmp_path / "silent.py"
    file.write_text(NUMBERS_ONLY)
    code, out = contract("--pyargs", "tracker.testing.contract", "--tracker-plugin", str(file))
    assert code == 0, out
    file.write_text(NUMBERS_ONLY.replace("    url =", "    polls = True\n    fetch = None\n    url ="))
    code, out = contract("--pyargs", "tracker.testing.contract", "--tracker-plugin", str(file))
    assert code == 1
    assert "silent has no samples" in out


def test_a_sample_without_a_reading_fails_until_it_is_written(
    contract: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = grow("parcels", "acme", tmp_path).parent
    reading = folder / "samples/moving.expected.json"
    written = reading.read_text()
    shutil.copy(folder / "samples/moving.json", folder / "samples/again.json")
    command = ("--pyargs", "tracker.testing.contract", "--tracker-plugin", str(folder), "-k", "as_written")
    code, out = contract(*command)
    assert code == 1
    assert re.findall(r"FAILED \S*::(\w+)\[acme-(\w+)\]", out) == [
        ("test_samples_are_read_as_written_beside_them", "again")
    ]
    assert "python -m tracker.testing.readings acme" in out
    readings.main([str(folder)])
    assert capsys.readouterr().out == "wrote again.expected.json; read it before you commit it\n"
    assert (folder / "samples/again.expected.json").read_text() == written
    assert reading.read_text() == written
    code, out = contract(*command)
    assert code == 0, out


@pytest.mark.parametrize(
    ("parse", "said"),
    [
        ("raise BadPayload('no')", "nothing of the sample can be read"),
        ("raise AuthFailed('no')", "tell errors as Problem"),
        ("return None", "answer Parsed"),
    ],
)
def test_a_sample_that_cannot_be_read_is_told_by_a_sentence(tmp_path: Path, parse: str, said: str) -> None:
    name = f"mute{len(parse)}"
    file = grow("parcels", name, tmp_path)
    plain, broken = "told = read_json(payload.body)", f"from tracker.sdk import AuthFailed; {parse}"
    file.write_text(file.read_text().replace(plain, broken))
    (file.parent / "samples/moving.expected.json").unlink()
    with pytest.raises(SystemExit, match=said):
        readings.main([str(file.parent)])


def test_readings_of_a_plugin_that_is_not_there_are_not_written() -> None:
    with pytest.raises(SystemExit, match="there is no plugin 'nowhere'"):
        readings.main(["nowhere"])
