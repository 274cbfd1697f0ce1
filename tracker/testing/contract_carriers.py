"""What every carrier promises about its numbers and its page."""

import re
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from tracker.host.checks import is_public_url
from tracker.host.registry import Loaded

from .hostile import NUMBERS, long_strings
from .subjects import Subject

__all__ = [
    "test_no_number_makes_a_dangerous_address",
    "test_no_pattern_takes_long_for_a_long_string",
    "test_no_rule_takes_long_for_a_long_text",
]

SECONDS = 0.005
NUMBER_SIZES = (16, 20, 24, 28, 32, 64, 256, 2_000, 20_000)
TEXT_SIZES = (16, 20, 24, 28, 32, 64, 256, 1_000)


def test_no_number_makes_a_dangerous_address(carriers: Sequence[Subject]) -> None:
    """S-09. What people type as a number, or as a postcode, stays within the path and the query of the address."""
    for carrier in (subject.object for subject in carriers):
        plain = carrier.public_url("1", "1")
        for text in NUMBERS:
            for url in (carrier.public_url(text), carrier.public_url("1", text)):
                if url is None:
                    continue
                assert is_public_url(url), f"{carrier.id}: {text!r} makes {url!r}. quote(..., safe='') what goes in."
                same = plain is None or _host(url) == _host(plain)
                assert same, f"{carrier.id}: {text!r} changes the host: {url!r}. Keep it out of the host's name."


def test_no_pattern_takes_long_for_a_long_string(carriers: Sequence[Subject]) -> None:
    """S-25. Sizes grow slowly, so that a pattern of exponential cost is seen before it takes for ever."""
    for carrier in (subject.object for subject in carriers):
        for shape in carrier.formats:
            _check(f"{carrier.id}: the pattern of format {shape.name!r}", shape.pattern, NUMBER_SIZES, fully=True)


def test_no_rule_takes_long_for_a_long_text(loaded: Loaded) -> None:
    """S-25, for the regular expressions of rules (`matches`), which search the carrier's texts."""
    for file, pattern in _matches(loaded):
        _check(f"{file.name}: matches = {pattern!r}", pattern, TEXT_SIZES, fully=False)


def _check(what: str, pattern: str, sizes: tuple[int, ...], *, fully: bool) -> None:
    size, took = _slowest(pattern, sizes, fully)
    assert took < SECONDS, (
        f"{what} takes {took * 1000:.0f} ms for {size} characters. Let no two repetitions fit the same characters: "
        "write [A-Z]{2}[0-9]{9} instead of [A-Z]+.*[0-9]+."
    )


@lru_cache(maxsize=10_000)
def _slowest(pattern: str, sizes: tuple[int, ...], fully: bool) -> tuple[int, float]:
    """The first size for which the pattern takes too long, and how long; `(0, 0.0)` for a quick one."""
    compiled = re.compile(pattern, 0 if fully else re.IGNORECASE)
    match: Callable[[str], object] = compiled.fullmatch if fully else compiled.search
    letters = tuple(dict.fromkeys(re.findall(r"[A-Za-z0-9]", pattern)))[:6]
    for size in sizes:
        for text in long_strings(size, (*letters, *("a", "a ", "a1") * (not fully))):
            took = _seconds(match, text)
            if took > SECONDS:  # the machine may have been busy
                took = min(took, _seconds(match, text), _seconds(match, text))
            if took > SECONDS:
                return size, took
    return 0, 0.0


def _seconds(match: Callable[[str], object], text: str) -> float:
    started = time.thread_time()
    match(text)
    return time.thread_time() - started


def _matches(loaded: Loaded) -> Iterator[tuple[Path, str]]:
    """The regular expressions in a plugin's tables of rules."""
    for file in sorted(loaded.folder.rglob("*.toml")) if loaded.folder else ():
        for rows in tomllib.loads(file.read_text("utf-8")).values():
            for row in rows if isinstance(rows, list) else ():
                words = row.get("matches", ()) if isinstance(row, dict) else ()
                yield from ((file, word) for word in words if isinstance(word, str))


def _host(url: str) -> str:
    return url.split("/", 3)[2]
