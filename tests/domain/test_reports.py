"""Delivery reports: whatever is changed in one is found, by the portal and by the script for everybody else."""

import json
import runpy
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tracker.domain import reports
from tracker.domain.audit import Entry, chain, root_of

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
SCRIPT = runpy.run_path(str(Path(__file__).parents[2] / "docs/verify_report.py"))
Check = Callable[[bytes, str], tuple[bool, str]]


def by_portal(data: bytes, head: str) -> tuple[bool, str]:
    verdict = reports.check(data, head)
    return verdict.holds, verdict.said


def by_script(data: bytes, head: str) -> tuple[bool, str]:
    try:
        return SCRIPT["check"](data, head)
    except (ValueError, RecursionError):
        return False, "This is no delivery report: it cannot be read."


def make_entries(root: str) -> list[Entry]:
    bodies = [{"carrier": "ups", "낱말": "값"}, {"offset": 540, "delayed": False, "place": ""}, {"to": "delivered"}]
    entries: list[Entry] = []
    for count, body in enumerate(bodies):
        at = START + timedelta(hours=count)
        entries.append(chain(entries[-1] if entries else None, at, ("staff:1", "said", body), root))
    return entries


ENTRIES = make_entries(root_of("demo", "shipment:7"))
REPORT = reports.write("demo", "shipment:7", ENTRIES)
HEAD = ENTRIES[1].hash


def changes(data: bytes) -> Iterator[bytes]:
    """Each byte changed in two ways, left out and doubled, and something put before it."""
    for place, byte in enumerate(data):
        for other in (byte ^ 1, (byte + 97) % 256):
            yield data[:place] + bytes([other]) + data[place + 1 :]
        yield data[:place] + data[place + 1 :]
        yield data[:place] + bytes([byte, byte]) + data[place + 1 :]
        yield data[:place] + b" " + data[place:]


@pytest.mark.parametrize("check", [by_portal, by_script])
def test_a_report_holds_and_tells_what_its_head_speaks_for(check: Check) -> None:
    assert check(REPORT, HEAD) == (
        True,
        "The report holds. The head is that of entry 2 of 3, written 2026-03-02T10:00:00.000000+00:00. "
        "It does not speak for the 1 after it.",
    )
    holds, said = check(REPORT, ENTRIES[2].hash)
    assert holds
    assert "speak for" not in said


@pytest.mark.parametrize("check", [by_portal, by_script])
def test_no_byte_of_a_report_can_be_changed(check: Check) -> None:
    for report in (REPORT, reports.write("", "", make_entries(""))):
        head = json.loads(report)["entries"][1]["hash"]
        assert check(report, head)[0]
        for changed in changes(report):
            assert not check(changed, head)[0], changed
        assert not check(report + b"\n", head)[0]


def respelt(**fields: object) -> bytes:
    """The report with other fields, spelt as the portal would."""
    return reports._spell({**json.loads(REPORT), **fields})


def without(name: str) -> bytes:
    return reports._spell({key: value for key, value in json.loads(REPORT).items() if key != name})


def edited(index: int, **fields: object) -> bytes:
    entries = json.loads(REPORT)["entries"]
    entries[index] |= fields
    return respelt(entries=entries)


OTHERS = json.loads(REPORT)["entries"]
CASES = {
    "another chain": respelt(chain="shipment:8"),
    "another shop": respelt(shop="other"),
    "a chain that is no text": respelt(chain=["shipment:7"]),
    "its names taken away": respelt(shop="", chain="", format=reports.UNBOUND),
    "unbound under a name": respelt(format=reports.UNBOUND),
    "a later format": respelt(format="tracker-delivery-report/2"),
    "a format that is no text": respelt(format=[reports.FORMAT]),
    "something more": respelt(note="x"),
    "something less": without("shop"),
    "no entries": respelt(entries=[]),
    "entries of another kind": respelt(entries={"0": OTHERS[0]}),
    "an entry of another kind": respelt(entries=[*OTHERS, 5]),
    "the first entry gone": respelt(entries=OTHERS[1:]),
    "an entry in the middle gone": respelt(entries=[OTHERS[0], OTHERS[2]]),
    "two entries swapped": respelt(entries=[OTHERS[1], OTHERS[0], OTHERS[2]]),
    "cut before the head": respelt(entries=OTHERS[:1]),
    "another actor": edited(1, actor="staff:2"),
    "a truth for a number": edited(1, position=True),
    "a fraction for a number": edited(1, position=1.0),
    "a hash that is no text": edited(1, hash=5),
    "a field more in an entry": edited(1, note="x"),
    "another last hash": edited(2, hash=HEAD),
    "a key twice": REPORT.replace(b'"format"', b'"shop": "x",\n "format"', 1),
    "not a number": REPORT.replace(b"540", b"NaN"),
    "more than any number": REPORT.replace(b"540", b"1e999"),
    "too many digits": REPORT.replace(b"540", b"9" * 5000),
    "half a character": REPORT.replace("값".encode(), b"\\ud800"),
    "another alphabet": REPORT.decode().encode("utf-16"),
    "with a mark before it": b"\xef\xbb\xbf" + REPORT,
    "other line ends": REPORT.replace(b"\n", b"\r\n"),
    "spelt densely": json.dumps(json.loads(REPORT)).encode(),
    "a list": b"[]\n",
    "a text": b'"x"\n',
    "nothing": b"",
    "deep": b"[" * 200_000 + b"]" * 200_000,
    "deep inside": REPORT.replace(b"540", b"[" * 90_000 + b"]" * 90_000),
    "huge": b" " * (reports.MOST_BYTES + 1),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_no_whole_report_is_refused_with_one_sentence_by_both(name: str) -> None:
    told = by_portal(CASES[name], HEAD)
    assert told == by_script(CASES[name], HEAD)
    assert told[0] is False
    assert told[1].startswith(("This is no delivery report", "The report"))


def test_an_entry_written_anew_under_the_same_name_has_another_head() -> None:
    forged = make_entries(root_of("demo", "shipment:7"))[:1]
    forged.append(chain(forged[0], START, ("staff:1", "said", {"to": "lost"})))
    for check in (by_portal, by_script):
        assert check(reports.write("demo", "shipment:7", forged), HEAD) == (
            False, "The report fits together, but no entry has this head: the head speaks of another.",
        )  # fmt: skip


def test_a_head_is_read_as_people_copy_it() -> None:
    assert reports.read_head(f" {HEAD[:32].upper()}\n{HEAD[32:]} ") == HEAD
    assert [reports.read_head(text) for text in ("", HEAD[1:], HEAD + "0", "g" * 64)] == [None] * 4


def test_the_script_stays_a_page_and_needs_nothing_of_ours() -> None:
    text = (Path(__file__).parents[2] / "docs/verify_report.py").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 60
    imported = {line.split()[1] for line in text.splitlines() if line.startswith(("import ", "from "))}
    assert imported == {"hashlib", "json", "sys"}
