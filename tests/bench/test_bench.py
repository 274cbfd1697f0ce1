"""`make bench` runs from end to end with tiny counts. What it measures is for people to read, and no test judges it."""

import subprocess
import sys
from pathlib import Path

from bench.rounds import Effort, Figures, ratio, take_turns

ROOT = Path(__file__).parents[2]
WANTED = (
    "page with 3 events, rendered cold",
    "page with 40 events, from a rendered projection",
    "page with 40 events, not modified",
    "acknowledgement of a webhook",
    "start to the first answer",
    "web process, resident",
    "fold of 20 events",
    "reading of a UPS answer, checked",
    "12 parcels, 36 events",
    "numbers tidied and ranked",
)


def test_the_whole_bench_runs_and_prints_every_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--quick", "--back-end", "sqlite"],
        cwd=ROOT, capture_output=True, text=True, timeout=110, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr[-3000:]
    # A cell of the table may break its text over two lines.
    said = " ".join(done.stdout.replace("│", " ").split())
    assert [what for what in WANTED if what not in said] == []


def test_sides_take_turns_and_the_first_round_does_not_count() -> None:
    order: list[str] = []
    figures = {"a": iter([99.0, 1.0, 3.0, 2.0]), "b": iter([99.0, 4.0, 4.0, 4.0])}

    def side(name: str) -> float:
        order.append(name)
        return next(figures[name])

    found = take_turns({"a": lambda: side("a"), "b": lambda: side("b")}, rounds=3)

    assert order == ["a", "b"] * 4
    assert (found["a"].median, found["a"].span) == (2.0, (1.0, 3.0))
    assert ratio(found["a"], found["b"]).values == [0.25, 0.75, 0.5]
    assert ratio(found["a"], found["b"], inverse=True).median == 2.0


def test_an_effort_is_small_enough_for_a_run_of_three_minutes() -> None:
    effort, sides, pages, back_ends = Effort(), 5, 2, 2
    loads = (effort.rounds + 1) * effort.seconds * (sides * pages + 2) * back_ends
    assert loads < 120
    assert Figures([1.0]).span == (1.0, 1.0)
