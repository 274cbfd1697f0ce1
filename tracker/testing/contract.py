"""The contract of plugins. A plugin's whole test file is

    from tracker.testing.contract import *
    PLUGIN_NAME = "acme"

`PLUGIN_NAME` may be a list. Drop-in folders besides the bundled one are given as `PLUGIN_FOLDERS`. Recorded payloads
lie in the plugin's `samples/` folder; `<name>.expected.json` beside a sample may give its `mode` and `headers`.
"""

import re
import socket
import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from tracker.host.checks import is_public_url
from tracker.host.loader import load
from tracker.host.orders import check_store_parsed
from tracker.host.registry import Provider, Registry
from tracker.host.results import check_parsed
from tracker.paths import resource
from tracker.sdk import BadPayload, Carrier, Payload

from .hostile import NONSENSE, NUMBERS, long_strings, spoiled, truncations
from .readings import as_data, read_expected, sample_files, sample_payload

__all__ = [
    "no_way_out", "pytest_generate_tests", "test_no_number_makes_a_dangerous_address",
    "test_no_pattern_takes_long_for_a_long_string", "test_nonsense_is_a_bad_payload_or_nothing",
    "test_one_field_of_a_wrong_type_never_raises", "test_reading_twice_says_the_same",
    "test_samples_are_read_as_written_beside_them",
    "test_samples_are_read_to_something", "test_the_beginning_of_an_answer_never_raises", "test_the_plugin_loads",
]  # fmt: skip

PATTERN_SECONDS = 0.05
SIZES = (16, 20, 24, 28, 32, 64, 256, 2_000, 20_000)
_CHECKS: dict[str, Callable[[Any], Any]] = {"carrier": check_parsed, "store": check_store_parsed}
Reader = Provider[Any]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Makes a test per plugin, per carrier or store of it, and per sample. Who reads nothing is not asked to."""
    names = _names(metafunc)
    registry = _registry(tuple(map(Path, getattr(metafunc.module, "PLUGIN_FOLDERS", ()))))
    providers = [one for name in names for one in registry.providers(name) if one.kind in _CHECKS]
    readers = [one for one in providers if _reads(one)]
    if "loaded" in metafunc.fixturenames:
        metafunc.parametrize(("loaded", "registry"), [pytest.param(name, registry, id=name) for name in names])
    elif "sample" in metafunc.fixturenames:
        pairs = [(reader, sample) for reader in readers for sample in _samples(registry, reader)]
        metafunc.parametrize(("reader", "sample"), [pytest.param(*pair, id=_label(*pair)) for pair in pairs])
    elif "reader" in metafunc.fixturenames:
        metafunc.parametrize("reader", [pytest.param(reader, id=reader.key) for reader in readers])
    elif "carrier" in metafunc.fixturenames:
        carriers = [one for one in providers if one.kind == "carrier"]
        metafunc.parametrize("carrier", [pytest.param(one.object, id=one.id) for one in carriers])


@pytest.fixture(autouse=True)
def no_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever calls out while reading fails: `parse` is pure."""

    def refuse(*_: object) -> None:
        raise AssertionError("a pure method reached for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def test_the_plugin_loads(loaded: str, registry: Registry) -> None:
    failures = [str(failure) for failure in registry.failures if failure.plugin == loaded]
    assert not failures, "\n".join(failures)
    assert loaded in registry.plugins, f"no plugin {loaded!r}; found: {', '.join(registry.plugins)}"


def test_samples_are_read_to_something(reader: Reader, sample: Path) -> None:
    parsed = _read(reader, sample_payload(sample))
    assert parsed is not None, "a recorded payload was called unreadable"
    said = (parsed.results, parsed.errors, parsed.warnings) if reader.kind == "carrier" else (parsed.orders,)
    assert any(said), "a recorded payload was read to nothing at all"


def test_samples_are_read_as_written_beside_them(reader: Reader, sample: Path) -> None:
    expected = read_expected(sample)
    if reader.kind == "carrier" and "results" in expected:
        read = as_data(reader.object.parse(sample_payload(sample)))
        assert read == {name: expected.get(name, []) for name in read}


def test_reading_twice_says_the_same(reader: Reader, sample: Path) -> None:
    first, second = _read(reader, sample_payload(sample)), _read(reader, sample_payload(sample))
    assert first == second, f"read first as {first!r:.500}, then as {second!r:.500}"


def test_the_beginning_of_an_answer_never_raises(reader: Reader, sample: Path) -> None:
    payload = sample_payload(sample)
    for body in truncations(payload.body):
        _read(reader, Payload(body, payload.content_type, payload.mode, payload.headers))


def test_one_field_of_a_wrong_type_never_raises(reader: Reader, sample: Path) -> None:
    for change, payload in spoiled(sample_payload(sample)):
        try:
            _read(reader, payload)
        except Exception as error:
            raise AssertionError(f"with {change}: {error!r}") from error


@pytest.mark.parametrize("mode", ["fetch", "push"])
def test_nonsense_is_a_bad_payload_or_nothing(reader: Reader, mode: str) -> None:
    for name, body in NONSENSE.items():
        parsed = _read(reader, Payload(body, mode=mode))
        assert parsed is None or not getattr(parsed, "results", ()) or name == "object", f"{name} was read as a result"


def test_no_number_makes_a_dangerous_address(carrier: Carrier) -> None:
    for number in NUMBERS:
        url = carrier.public_url(number)
        assert url is None or is_public_url(url), f"{number!r} makes {url!r}"
        plain = carrier.public_url("1")
        assert url is None or plain is None or _host(url) == _host(plain), f"{number!r} changes the host: {url!r}"


def test_no_pattern_takes_long_for_a_long_string(carrier: Carrier) -> None:
    """S-25. Sizes grow slowly, so that a pattern of exponential cost is seen before it takes for ever."""
    for shape in carrier.formats:
        pattern = re.compile(shape.pattern)
        for size in SIZES:
            took = max(min(_seconds(pattern, text) for _ in range(3)) for text in long_strings(size))
            assert took < PATTERN_SECONDS, f"pattern {shape.name!r} takes {took:.3f} s for {size} characters"


def _read(reader: Reader, payload: Payload) -> Any:
    """What the host would take of it; `None` for `BadPayload`."""
    try:
        return _CHECKS[reader.kind](reader.object.parse(payload))
    except BadPayload:
        return None


def _reads(provider: Reader) -> bool:
    """Whether it reads answers at all: a carrier may know no more than its numbers and its page."""
    return provider.kind != "carrier" or provider.object.polls or type(provider.object).parse is not Carrier.parse


def _names(metafunc: pytest.Metafunc) -> list[str]:
    chosen = metafunc.config.getoption("--tracker-plugin", default=[]) or getattr(metafunc.module, "PLUGIN_NAME", ())
    names = [chosen] if isinstance(chosen, str) else list(chosen)
    if not names:
        raise pytest.UsageError("say which plugin: PLUGIN_NAME in the test module, or --tracker-plugin NAME")
    return names


@lru_cache(maxsize=8)
def _registry(folders: tuple[Path, ...]) -> Registry:
    return load([resource("plugins"), *folders])


def _samples(registry: Registry, reader: Reader) -> Iterable[Path]:
    """The samples of a plugin that are this provider's: all, unless their reading names another `reader`."""
    files = sample_files(registry.folder(reader.plugin, "samples"))
    return [file for file in files if read_expected(file).get("reader", reader.id) == reader.id]


def _label(reader: Reader, sample: Path) -> str:
    return f"{reader.id}-{sample.stem}"


def _seconds(pattern: re.Pattern[str], text: str) -> float:
    started = time.thread_time()
    pattern.fullmatch(text)
    return time.thread_time() - started


def _host(url: str) -> str:
    return url.split("/", 3)[2]
