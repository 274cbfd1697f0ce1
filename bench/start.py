"""Start-up: from nothing to the first answer, in a fresh process, beside a bare Flask application."""

import os
import subprocess
import sys
import time

from bench.report import Line
from bench.rounds import Effort, ratio, take_turns
from bench.servers import ROOT
from bench.world import HOST, World

OURS = """
from bench.serving import make_portal
answer = make_portal().test_client().get("/t/{token}", headers={{"Host": "{host}"}})
assert answer.status_code == 200, answer.status
"""
THEIRS = """
from bench.bare import make_reader
answer = make_reader(b"x").test_client().get("/page", headers={{"Host": "{host}"}})
assert answer.status_code == 200, answer.status
"""


def measure(world: World, effort: Effort) -> list[Line]:
    """Milliseconds of `python -c` with imports, `create_app` and one page; for information, there is no target."""
    token = world.tokens["3 events"]
    sides = {
        "ours": lambda: _run(OURS.format(token=token, host=HOST), world),
        "bare": lambda: _run(THEIRS.format(host=HOST), world),
    }
    found = take_turns(sides, effort.starts)
    reached = ratio(found["ours"], found["bare"], inverse=True)
    return [Line("start to the first answer", found["ours"], "Flask, one view", found["bare"], "ms", reached)]


def _run(code: str, world: World) -> float:
    env = {**os.environ, **world.env, "PYTHONPATH": str(ROOT)}
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], env=env, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - begin) * 1000
