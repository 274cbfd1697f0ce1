"""Crash points: deadly when armed, nothing otherwise."""

import os
import subprocess
import sys

import pytest

SCRIPT = "from tracker import crash\nfor n in range(5):\n    print(n, flush=True)\n    crash.point('here')\n"


@pytest.mark.parametrize(
    ("armed", "printed", "code"),
    [("here:3", "0\n1\n2\n", -9), ("here", "0\n", -9), ("there:1", None, 0), ("", None, 0)],
)
def test_a_point_kills_when_it_is_armed_and_only_then(armed, printed, code):
    env = {**os.environ, "TRACKER_CRASH_AT": armed}
    done = subprocess.run([sys.executable, "-c", SCRIPT], check=False, capture_output=True, text=True, env=env)
    assert (done.stdout, done.returncode) == (printed or "0\n1\n2\n3\n4\n", code)
