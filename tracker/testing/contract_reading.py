"""What everybody who reads answers promises: carriers and stores."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from tracker.host.orders import check_store_parsed
from tracker.host.results import check_parsed
from tracker.sdk import BadPayload, Payload

from .hostile import NONSENSE
from .purity import impurities
from .readings import as_data, expected_file, has_reading, read_expected, sample_payload
from .spoiling import spoiled, truncations
from .subjects import Subject

__all__ = [
    "test_a_reader_brings_samples",
    "test_nonsense_is_a_bad_payload_or_nothing",
    "test_one_field_of_a_wrong_type_never_raises",
    "test_reading_needs_neither_clock_nor_chance_nor_files",
    "test_reading_twice_says_the_same",
    "test_samples_are_read_as_written_beside_them",
    "test_samples_are_read_to_something",
    "test_the_beginning_of_an_answer_never_raises",
]

_CHECKS: Mapping[str, Callable[[Any], Any]] = {"carrier": check_parsed, "store": check_store_parsed}
MODES = ("fetch", "push")


def test_a_reader_brings_samples(reader: Subject) -> None:
    """Without a recorded answer nothing below proves anything. Who neither asks nor listens needs none."""
    hears = reader.kind == "store" or reader.object.polls or reader.has("verify")
    assert reader.samples(*MODES) or not hears, (
        f"{reader.id} has no samples: put recorded answers, with the people taken out, into the plugin's samples/ "
        f"(`tracker record {reader.id} NUMBER` writes one)"
    )


def test_samples_are_read_to_something(reader: Subject, sample: Path) -> None:
    """Each recorded answer holds a result, an error, a warning, or an order."""
    parsed = _read(reader, f"reading {sample.name}", sample_payload(sample))
    assert parsed is not None, f"{sample.name} was called unreadable: raise BadPayload for what is none of yours only"
    said = (parsed.results, parsed.errors, parsed.warnings) if reader.kind == "carrier" else (parsed.orders,)
    assert any(said), f"{sample.name} was read to nothing at all: answer what it says, an error as Problem"


def test_samples_are_read_as_written_beside_them(reader: Subject, sample: Path) -> None:
    """Somebody has looked at what each sample is read as, and it has not changed since."""
    told = read_expected(sample)
    assert has_reading(told), (
        f"{expected_file(sample).name} holds no reading: run `python -m tracker.testing.readings "
        f"{reader.provider.plugin}`, and read what it writes before you commit it"
    )
    read = as_data(reader.object.parse(sample_payload(sample)))
    expected = {name: told.get(name, []) for name in read}
    assert read == expected, (
        f"{sample.name} is read as something else than {expected_file(sample).name} says: mend the plugin, or delete "
        f"the reading and write it again. Read: {read!r:.2000}"
    )


def test_reading_twice_says_the_same(reader: Subject, sample: Path) -> None:
    """The portal reads an answer again whenever rules change, and compares."""
    payload = sample_payload(sample)
    first, second = _read(reader, "reading", payload), _read(reader, "reading again", payload)
    assert first == second, (
        f"{sample.name} is read first as {first!r:.500}, then as {second!r:.500}: keep nothing between two calls"
    )


def test_reading_needs_neither_clock_nor_chance_nor_files(reader: Subject) -> None:
    """`parse` is pure: what is read years later is read the same. The network is closed to it anyway."""
    for sample in reader.samples(*MODES):
        payload = sample_payload(sample)
        found = impurities(partial(_read, reader, "reading", payload))
        assert not found, (
            f"{sample.name}: parse reaches for {', '.join(found)}. Take times from the answer alone, and load tables "
            "when the module is imported."
        )


def test_the_beginning_of_an_answer_never_raises(reader: Subject) -> None:
    """What a broken connection leaves of an answer is a `BadPayload`, or what it still says."""
    for sample in reader.samples(*MODES):
        payload = sample_payload(sample)
        for body in truncations(payload.body):
            _read(reader, f"with the first {len(body)} bytes of {sample.name}", replace(payload, body=body))


def test_one_field_of_a_wrong_type_never_raises(reader: Subject) -> None:
    """R-26. One bad field costs that field; it never costs the answer."""
    seen: set[tuple[str | int, ...]] = set()
    for sample in reader.samples(*MODES):
        for change, payload in spoiled(sample_payload(sample), seen):
            _read(reader, f"with {change} in {sample.name}", payload)


def test_nonsense_is_a_bad_payload_or_nothing(reader: Subject) -> None:
    """S-27. Pages of proxies, empty bodies and deep nesting are no news of a parcel."""
    for mode in MODES:
        for name, body in NONSENSE.items():
            parsed = _read(reader, f"with {name} as a {mode}", Payload(body, mode=mode, numbers=("1",)))
            found = getattr(parsed, "results", ()) or getattr(parsed, "orders", ())
            made_up = [one for one in found if getattr(one, "events", one)]
            assert not made_up, f"{name} ({body[:40]!r}) was read as {made_up!r:.200}: raise BadPayload"


def _read(reader: Subject, doing: str, payload: Payload) -> Any:
    """What the host would take of it; `None` for `BadPayload`."""
    ended = reader.run(doing, lambda: _CHECKS[reader.kind](reader.object.parse(payload)))
    assert ended.error is None or isinstance(ended.error, BadPayload), (
        f"{doing}, {reader.id} raised {ended.error!r:.200}: parse raises BadPayload alone; tell other errors as Problem"
    )
    return ended.value
