"""Running the command as somebody at a terminal does."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import pytest

TRACKER = Path(sys.executable).parent / "tracker"
Done = subprocess.CompletedProcess[str]
Run = Callable[..., Done]


def run_tracker(folder: Path, *args: str, input: str = "", env: Mapping[str, str] | None = None) -> Done:
    """The finished command, run in a folder, with nothing configured but `env`."""
    clean = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8", **(env or {})}
    return subprocess.run(
        [str(TRACKER), *args], cwd=folder, env=clean, input=input, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip


@pytest.fixture
def tracker(tmp_path: Path) -> Run:
    """`tracker(*args, input="", env={})`: the command, in an empty folder."""
    return partial(run_tracker, tmp_path)
