"""Numbers: how fast carriers are named, and how often right, over made-up numbers of the public formats.

    python -m bench.numbers [--peer PYTHON] [--file FILE]

PYTHON is an interpreter that has `tracking-numbers` from PyPI; without it there is no peer. FILE holds numbers to try
instead, one JSON object a line: {"number", "carriers": [our ids that are right], "valid": true or false}.
"""

import argparse
import json
import random
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench.numbers_made import Made, make_numbers, retype, spoil
from bench.report import Line, print_notes, print_table
from bench.rounds import Effort, Figures, ratio, take_turns
from tracker.domain.numbers import Index, rank, tidy, verify
from tracker.host.loader import load
from tracker.host.registry import Registry
from tracker.paths import resource
from tracker.services.matching import index_of, match_line

PEER = Path(__file__).with_name("numbers_peer.py")
MIX, LOW = 100_000, 0.5
TARGET = 200_000.0
KIN = {"mydhl": {"dhl"}, "dhl_universal": {"dhl"}, "canadapost": {"canada_post"}}
"""How the peer calls carriers that have another id here. Posts are one carrier to it."""


def measure(effort: Effort) -> list[Line]:
    """Numbers named in a second, all different and nothing remembered, beside the target; and lines of a batch."""
    registry = load([resource("plugins")], installed=False)
    made = make_numbers(min(MIX, effort.repeats * 300))
    numbers = [one.number for one in made]
    lines = [json.dumps({"number": number}).encode() for number in numbers]
    sides: dict[str, Callable[[], float]] = {
        "numbers": lambda: _name(registry, numbers),
        "lines": lambda: _rate(lambda: [match_line(registry, line) for line in lines], len(lines)),
        "json": lambda: _rate(lambda: [json.loads(line) for line in lines], len(lines)),
    }
    figures = take_turns(sides, effort.rounds)
    wanted = Figures([TARGET] * effort.rounds)
    what = f"numbers tidied and ranked, {len(registry.carriers)} carriers"
    return [
        Line(what, figures["numbers"], "what is aimed at", wanted, "1/s", ratio(figures["numbers"], wanted), 1.0),
        Line("lines of a batch", figures["lines"], "json.loads of them", figures["json"], "1/s",
             ratio(figures["lines"], figures["json"])),
    ]  # fmt: skip


def count(registry: Registry, made: Sequence[Made]) -> dict[str, str]:
    """How many right numbers name their carrier, wrong ones are refused, and retyped ones are the same."""
    index = index_of(registry)
    named = [[one.carrier for one in rank(each.number, index)] for each in made]
    first = sum(each.carrier == found[0] for each, found in zip(made, named, strict=True) if found)
    among = sum(each.carrier in found for each, found in zip(made, named, strict=True))
    formats = {id: provider.object.formats for id, provider in registry.carriers.items()}
    wrong = [one for one in spoil(made) if verify(one.number, formats[one.carrier]).state != "ok"]
    refused = sum(_is_refused(index, one.number, {one.carrier}) for one in wrong)
    dice = random.Random(1)
    ways = [tidy(way) == one.number for one in made[:2000] for way in retype(one.number, dice)]
    return {
        "right carrier first": _share(first, len(made)),
        "right carrier among the candidates": _share(among, len(made)),
        "wrong ones refused (not its own, nobody else above 0.5)": _share(refused, len(wrong)),
        "the same after being retyped": _share(sum(ways), len(ways)),
    }


def count_file(registry: Registry, path: Path) -> dict[str, str]:
    """The same of numbers that somebody else collected."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    index = index_of(registry)
    right = [(row, [one.carrier for one in rank(tidy(row["number"]), index)]) for row in rows if row["valid"]]
    wrong = [row for row in rows if not row["valid"]]
    first = sum(found[:1] != [] and found[0] in row["carriers"] for row, found in right)
    return {
        "right carrier first": _share(first, len(right)),
        "right carrier among the candidates": _share(
            sum(not set(found).isdisjoint(row["carriers"]) for row, found in right), len(right)
        ),
        "wrong ones refused": _share(
            sum(_is_refused(index, tidy(row["number"]), set(row["carriers"])) for row in wrong), len(wrong)
        ),
    }


def compare(registry: Registry, python: str, rounds: int) -> dict[str, str]:
    """The peer on the same numbers in the same run."""
    made = make_numbers(20_000)
    numbers = [one.number for one in made]
    answers: list[dict[str, Any]] = []

    def ask() -> float:
        done = subprocess.run(
            [python, str(PEER)], input=json.dumps(numbers) + "\n", capture_output=True, text=True, check=True
        )
        answers.append(json.loads(done.stdout))
        return len(numbers) / float(answers[-1]["seconds"])

    figures = take_turns({"portal": lambda: _name(registry, numbers), "peer": ask}, rounds)
    named = answers[-1]["named"]
    right = sum(_is_named(one, code) for one, code in zip(made, named, strict=True))
    return {
        "numbers a second": f"{figures['portal'].median:,.0f}, the peer {figures['peer'].median:,.0f}",
        "ratio": f"{ratio(figures['portal'], figures['peer']).median:.1f}",
        "the peer names the right carrier": _share(right, len(made)),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m bench.numbers", description=__doc__)
    parser.add_argument("--peer", default="", metavar="PYTHON")
    parser.add_argument("--file", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    registry = load([resource("plugins")], installed=False)
    print_table("Numbers", measure(Effort(rounds=options.rounds)))
    print_notes("Made-up numbers of the public formats", count(registry, make_numbers(10_000)))
    if options.file:
        print_notes(str(options.file), count_file(registry, options.file))
    if options.peer:
        print_notes("Beside tracking-numbers", compare(registry, options.peer, options.rounds))


def _name(registry: Registry, numbers: Sequence[str]) -> float:
    ranker = index_of(registry).ranker()
    return _rate(lambda: [ranker(tidy(number)) for number in numbers], len(numbers))


def _rate(run: Callable[[], object], count: int) -> float:
    begin = time.process_time()
    run()
    return count / (time.process_time() - begin)


def _is_refused(index: Index, number: str, carriers: set[str]) -> bool:
    found = rank(number, index)
    return all(one.carrier not in carriers and one.confidence < LOW for one in found)


def _is_named(one: Made, code: str) -> bool:
    return code in ({one.carrier} | KIN.get(one.carrier, set()) | ({"s10"} if one.number[-2:].isalpha() else set()))


def _share(part: int, whole: int) -> str:
    return f"{part / max(whole, 1):.2%} of {whole:,}"


if __name__ == "__main__":
    main()
