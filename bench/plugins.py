"""What the host costs: a hook called in isolation beside pluggy's own call, and many plugins loaded."""

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pluggy

import tracker.sdk.hooks as specs
from bench.report import Line
from bench.rounds import Effort, Figures, ratio, take_turns
from tracker.host.calls import Calls
from tracker.host.loader import load
from tracker.host.memory import InMemoryBreakers
from tracker.host.registry import Registry
from tracker.host.sources import PACKAGE
from tracker.sdk import UNKNOWN, ShipmentChange

LISTENERS, MANY = 5, 200
CALLS = 2000
HOOK = "tracker_shipment_changed"
_LISTENER = """
from tracker.sdk import Plugin, hookimpl
PLUGIN = Plugin("{name}", "{name}", "1.0")
@hookimpl
def tracker_shipment_changed(change, ctx):
    return None
"""
_CARRIER = """
from tracker.sdk import Carrier, Parsed, Plugin, hookimpl
PLUGIN = Plugin("{name}", "{name}", "1.0")
class Made(Carrier):
    id = "{name}"
    names = {{"en": "{name}"}}
    def parse(self, payload):
        return Parsed()
@hookimpl
def tracker_register_carriers():
    return [Made()]
"""


def measure(effort: Effort) -> list[Line]:
    """Microseconds of telling all listeners, and seconds of loading, each with its target."""
    return [_measure_call(effort), *_measure_load(effort)]


def _measure_call(effort: Effort) -> Line:
    with tempfile.TemporaryDirectory() as folder:
        registry = load([_write(Path(folder), _LISTENER, LISTENERS, "listener")], installed=False)
    listeners = registry.listeners[HOOK]
    assert len(listeners) == LISTENERS
    manager = _manager(registry)
    calls = Calls(InMemoryBreakers())
    change = ShipmentChange("key", "shop", "1001", "demo", "N1", UNKNOWN, UNKNOWN, datetime(2026, 3, 2, tzinfo=UTC))

    def ours() -> None:
        assert not calls.tell(listeners, 1, contexts, change=change)

    def contexts(_: str) -> Any:
        return None

    def theirs() -> None:
        manager.hook.tracker_shipment_changed(change=change, ctx=None)

    found = take_turns({"ours": _timer(ours, effort), "pluggy": _timer(theirs, effort)}, effort.rounds)
    reached = ratio(found["ours"], found["pluggy"], inverse=True)
    name = f"pluggy's own call of the same {LISTENERS} functions"
    return Line("a hook's listeners told in isolation", found["ours"], name, found["pluggy"], "us", reached, 1 / 1.5)


def _measure_load(effort: Effort) -> list[Line]:
    with tempfile.TemporaryDirectory() as folder:
        path = _write(Path(folder), _CARRIER, MANY, "carrier")
        assert len(load([path], installed=False).carriers) == MANY

        def ours() -> float:
            for name in [name for name in sys.modules if name.startswith(f"{PACKAGE}.carrier")]:
                del sys.modules[name]
            begin = time.perf_counter()
            load([path], installed=False)
            return time.perf_counter() - begin

        def floor() -> float:
            begin = time.perf_counter()
            for file in sorted(path.glob("*.py")):
                exec(compile(file.read_text("utf-8"), str(file), "exec"), {"__name__": file.stem})
            return time.perf_counter() - begin

        found = take_turns({"ours": ours, "floor": floor}, effort.rounds)
    limit = Figures([0.3] * effort.rounds)
    reached = ratio(found["ours"], found["floor"], inverse=True)
    return [
        Line(f"{MANY} plugins loaded", found["ours"], "the same files compiled and run", found["floor"], "s", reached),
        Line(f"{MANY} plugins loaded", found["ours"], "0.3 s", limit, "s", ratio(found["ours"], limit, True), 1.0),
    ]


def _write(folder: Path, text: str, count: int, name: str) -> Path:
    for number in range(count):
        (folder / f"{name}{number}.py").write_text(text.format(name=f"{name}{number}"), "utf-8")
    return folder


def _manager(registry: Registry) -> pluggy.PluginManager:
    manager = pluggy.PluginManager(specs.PROJECT)
    manager.add_hookspecs(specs)
    for loaded in registry.plugins.values():
        manager.register(loaded.module)
    return manager


def _timer(run: Callable[[], None], effort: Effort) -> Callable[[], float]:
    count = max(CALLS * effort.repeats // 300, 10)

    def measure() -> float:
        begin = time.perf_counter()
        for _ in range(count):
            run()
        return (time.perf_counter() - begin) / count * 1_000_000

    return measure
