"""Pure functions in one thread: the fold of a parcel's events, and the reading of a carrier's answer."""

import json
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bench.report import Line
from bench.rounds import Effort, Figures, ratio, take_turns
from bench.world import make_events
from tracker.domain.epochs import Frame
from tracker.domain.fold import fold
from tracker.domain.statements import Source, Statement
from tracker.host.calls import Calls
from tracker.host.loader import load
from tracker.host.memory import InMemoryBreakers
from tracker.paths import resource
from tracker.sdk import Event, Payload

EVENTS = 20
SAMPLE = "ups/samples/pacific_crossing.json"
NOW = datetime(2026, 3, 10, tzinfo=UTC)


def measure(effort: Effort) -> list[Line]:
    """Microseconds a call, beside what no implementation can do without; for information."""
    return [*_measure_fold(effort), _measure_parse(effort)]


def _measure_fold(effort: Effort) -> list[Line]:
    events = make_events(EVENTS, NOW)
    statements = [Statement(Source.CARRIER, event) for event in events]
    random.Random(EVENTS).shuffle(statements)
    frame = Frame(NOW - timedelta(days=4))
    tuples = [(one.event.local, one.content) for one in statements]
    text = json.dumps([_as_json(event) for event in events])
    assert len(fold(statements, frame, NOW).scans) == EVENTS
    sides = {
        "fold": lambda: fold(statements, frame, NOW),
        "sort": lambda: sorted(tuples),
        "json": lambda: json.loads(text),
    }
    found = _time(sides, effort)
    floors = {"sort": f"sorting the same {EVENTS} tuples", "json": f"json.loads of them, {len(text):,} characters"}
    return [_line(f"fold of {EVENTS} events", found["fold"], floors[name], found[name]) for name in floors]


def _measure_parse(effort: Effort) -> Line:
    folder = resource("plugins")
    body = (folder / SAMPLE).read_bytes()
    calls, provider = Calls(InMemoryBreakers()), load([folder], installed=False).carriers["ups"]
    assert calls.parse(provider, 0, Payload(body)).results[0].events
    sides = {"parse": lambda: calls.parse(provider, 0, Payload(body)), "json": lambda: json.loads(body)}
    found = _time(sides, effort)
    floor = f"json.loads of the same {len(body):,} bytes"
    return _line("reading of a UPS answer, checked", found["parse"], floor, found["json"])


def _time(sides: dict[str, Callable[[], object]], effort: Effort) -> dict[str, Figures]:
    """Microseconds of one call, each round being the mean of several calls."""

    def timer(run: Callable[[], object]) -> Callable[[], float]:
        def measure() -> float:
            begin = time.perf_counter()
            for _ in range(effort.repeats):
                run()
            return (time.perf_counter() - begin) / effort.repeats * 1_000_000

        return measure

    return take_turns({name: timer(run) for name, run in sides.items()}, effort.rounds)


def _line(what: str, ours: Figures, name: str, floor: Figures) -> Line:
    return Line(what, ours, name, floor, "us", ratio(ours, floor, inverse=True))


def _as_json(event: Event) -> dict[str, object]:
    local = event.local.isoformat() if event.local else None
    return {
        "local": local, "offset": 0, "zone_source": event.zone_source, "milestone": event.status.milestone,
        "code": event.code, "text": event.text, "place": event.place,
    }  # fmt: skip
