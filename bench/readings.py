"""Recorded answers read: our plugins beside the karrio SDK on the same bytes, and beside merely decoding them.

    python -m bench.readings FOLDER [--karrio PYTHON]

FOLDER holds one JSON file a carrier, named after its id: `{"cases": [{"kind": "tracking", "content_type", "body"}]}`.
PYTHON is an interpreter that has `karrio` and its connectors; without it there is no peer. Times are CPU times; the
rate over all is the harmonic mean, so that no carrier counts for more than its share of time.
"""

import argparse
import json
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from bench.report import Line, print_table
from bench.rounds import Figures, ratio, take_turns
from tracker.host.loader import load
from tracker.paths import resource
from tracker.sdk import Carrier, Payload

PEER = Path(__file__).with_name("karrio_peer.py")
ALONE = ("-P",)
"""No file of this folder may stand for a module of the same name in the standard library (`numbers`)."""
TARGETS = {"karrio": 5.0, "decode": 0.25}


@dataclass(frozen=True, slots=True)
class Case:
    """One recorded answer of a carrier."""

    carrier: str
    body: str
    xml: bool


class Peer:
    """The karrio SDK in a process of its own."""

    def __init__(self, python: str) -> None:
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            [python, *ALONE, str(PEER)], stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True
        )

    def measure(self, case: Case, repeats: int) -> float | None:
        """Seconds of one reading, or `None` where it cannot read this one."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        asked = {"carrier": case.carrier, "body": case.body, "repeats": repeats}
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer.get("seconds") if answer.get("events") else None

    def close(self) -> None:
        """Ends the process."""
        self._process.kill()
        self._process.wait()


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and prints one line a carrier, and one over all."""
    parser = argparse.ArgumentParser(prog="python -m bench.readings", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--karrio", default="", metavar="PYTHON")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--repeats", type=int, default=200)
    options = parser.parse_args(arguments)
    peer = Peer(options.karrio) if options.karrio else None
    try:
        measure(load_cases(options.folder), peer, options.rounds, options.repeats)
    finally:
        if peer:
            peer.close()


def load_cases(folder: Path) -> list[Case]:
    """The answers that tell a parcel's way, of the carriers that we bring."""
    carriers = load([resource("plugins")], installed=False).carriers
    known = {key for key, provider in carriers.items() if type(provider.object).parse is not Carrier.parse}
    return [
        Case(path.stem, case["body"], case["content_type"] == "xml")
        for path in sorted(folder.glob("*.json"))
        if path.stem in known
        for case in json.loads(path.read_text("utf-8")).get("cases", ())
        if case.get("kind") == "tracking"
    ]


def measure(cases: Sequence[Case], peer: Peer | None, rounds: int, repeats: int) -> None:
    """Prints the tables: ours beside the peer over what both can read, and ours beside decoding over all."""
    carriers = load([resource("plugins")], installed=False).carriers
    shared = [case for case in cases if peer and peer.measure(case, 3) is not None]
    found: dict[str, list[Line]] = {"karrio": [], "decode": []}
    for case in cases:
        sides = _sides(case, carriers[case.carrier].object, peer if case in shared else None, repeats)
        figures = take_turns(sides, rounds)
        for name, lines in found.items():
            if name in figures:
                lines.append(_line(case.carrier, figures, name))
    for name, table in found.items():
        if table:
            print_table(f"Reading recorded answers, beside {name}", [*table, _sum(table, name)])


def _sides(case: Case, carrier: Carrier, peer: Peer | None, repeats: int) -> dict[str, Callable[[], float]]:
    """What one answer is read by: our plugin, a decoder alone, and the peer where it can read it too."""
    payload = Payload(case.body.encode(), "application/xml" if case.xml else "application/json")
    sides = {
        "portal": lambda: _time(lambda: carrier.parse(payload), repeats),
        "decode": lambda: _time(_decoder(case), repeats),
    }
    return sides | ({"karrio": lambda: peer.measure(case, repeats // 4) or 0.0} if peer else {})


def _decoder(case: Case) -> Callable[[], object]:
    body = case.body.encode()
    return (lambda: ElementTree.fromstring(body)) if case.xml else (lambda: json.loads(body))


def _time(run: Callable[[], object], repeats: int) -> float:
    begin = time.process_time()
    for _ in range(repeats):
        run()
    return (time.process_time() - begin) / repeats


def _line(what: str, figures: Mapping[str, Figures], name: str) -> Line:
    ours, theirs = (_micro(figures["portal"]), _micro(figures[name]))
    return Line(what, ours, name, theirs, "us", ratio(ours, theirs, inverse=True))


def _micro(figures: Figures) -> Figures:
    return Figures([value * 1_000_000 for value in figures.values])


def _sum(lines: Sequence[Line], name: str) -> Line:
    """Readings a second over all: as many as there are lines, in the time that all take together."""
    ours, floor = (_rate([getattr(line, side) for line in lines]) for side in ("ours", "floor"))
    return Line(f"all {len(lines)} (a second)", ours, name, floor, "1/s", ratio(ours, floor), TARGETS[name])


def _rate(figures: Sequence[Figures]) -> Figures:
    rounds = zip(*(one.values for one in figures), strict=True)
    return Figures([len(figures) / sum(times) * 1_000_000 for times in rounds])


if __name__ == "__main__":
    main()
