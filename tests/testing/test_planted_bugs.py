"""The test of the tests: one bug is planted against each promise of the contract, and the test about it sees it."""

import ast
import os
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

import tracker.testing
from tracker.testing import contract

from .planted import BUGS, SOUND, Bug, grow, plant

FAILED = re.compile(r"^FAILED \S*::(?P<test>\w+)\[(?P<plugin>[a-z_]+)[^\]]*\]", re.MULTILINE)
TWINS = sorted(path.stem for path in SOUND.iterdir() if not path.name.startswith("__"))
TESTS = [name for name in contract.__all__ if name.startswith("test_")]


def run_contract(folder: Path, names: list[str]) -> subprocess.CompletedProcess[str]:
    """The contract without any file, as an author runs it."""
    chosen = [word for name in names for word in ("--tracker-plugin", name)]
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=line", "--pyargs",
         "tracker.testing.contract", *chosen],
        cwd=folder, env={**os.environ, "TRACKER_PLUGINS": str(folder)}, capture_output=True, text=True, timeout=100,
        check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The tests that each plugin failed: those with a bug, and the sound ones they were made of."""
    folder = tmp_path_factory.mktemp("planted")
    for bug in BUGS:
        plant(bug, folder)
    for twin in TWINS:
        grow(twin, f"sound_{twin}", folder)
    done = run_contract(folder, [*(bug.name for bug in BUGS), *(f"sound_{twin}" for twin in TWINS)])
    found = defaultdict(set)
    for match in FAILED.finditer(done.stdout):
        found[match["plugin"]].add(match["test"])
    assert found, done.stdout + done.stderr
    return found


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_each_planted_bug_is_seen_by_the_test_about_it_and_by_no_other(failed: dict[str, set[str]], bug: Bug) -> None:
    assert failed[bug.name] == {bug.fails}


@pytest.mark.parametrize("twin", TWINS)
def test_the_sound_twin_keeps_every_promise(failed: dict[str, set[str]], twin: str) -> None:
    assert not failed[f"sound_{twin}"]


def test_every_promise_has_a_bug_against_it() -> None:
    assert len(BUGS) >= 12
    assert {bug.fails for bug in BUGS} == set(TESTS)


def test_every_failure_says_what_to_do() -> None:
    """A message that only says what was wrong sends an author into the portal's source."""
    for file in Path(tracker.testing.__file__).parent.glob("contract_*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Assert):
                assert node.msg is not None, f"{file.name}:{node.lineno}"
