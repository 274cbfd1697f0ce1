"""Running the command as somebody at a terminal does."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

TRACKER = Path(sys.executable).parent / "tracker"
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def tracker(tmp_path: Path) -> Run:
    """`tracker(*args, input="", env={})`: the command, in an empty folder, with nothing configured but `env`."""

    def run(*args: str, input: str = "", env: Mapping[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
        clean = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "LANG": "C.UTF-8", **(env or {})}
        return subprocess.run(
            [str(TRACKER), *args],
            check=False,
            input=input,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=clean,
            timeout=60,
        )

    return run
