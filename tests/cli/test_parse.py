import io
import json
import sys
from base64 import b64encode
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tracker.cli import batch
from tracker.sdk import Carrier, Event, Milestone, Status, TrackingResult
from tracker.sdk.errors import KINDS
from tracker.services.readout import answer_line, describe_result, load_plugins

from .conftest import Run

SAMPLES = Path("plugins/ups/samples").resolve()
KEYS = {"valid", "results", "errors", "warnings"}
RESULT = [
    "number", "status", "reason", "delayed", "action_required", "delivered", "delivered_at", "estimated", "successor",
    "events", "proofs", "pickup",
]  # fmt: skip
EVENT = ["local", "offset", "zone_source", "utc", "status", "reason", "code", "text", "place", "rule", "point"]
NONSENSE = [
    b"",
    b"nonsense",
    b"[]",
    b"null",
    b"{}",
    b'{"carrier": 1, "body": "x"}',
    b'{"carrier": "ups"}',
    b'{"carrier": "ups", "body": 5}',
    b'{"carrier": "ups", "body": "x", "headers": []}',
    b'{"carrier": "ups", "body": "x", "mode": "wish"}',
    b"[" * 100_000,
    b"\xff\xfe",
    b'{"carrier": "ups", "body": "\\ud800"}',
]


def ask(line: object) -> dict:
    text = line if isinstance(line, bytes) else json.dumps(line).encode()
    answer = json.loads(answer_line(load_plugins(), text))
    assert set(answer) == KEYS
    assert answer["valid"] is None
    allowed = {*KINDS, "unknown_carrier", "bug"}
    assert {error["kind"] for error in answer["errors"]} <= allowed
    return answer


def test_an_answer_has_the_fields_that_scripts_rely_on() -> None:
    answer = ask({"carrier": "ups", "mode": "fetch", "content_type": "json", "body": sample("delivered")})
    (result,) = answer["results"]
    assert list(result) == RESULT
    assert result["status"] == "delivered"
    assert result["delivered"] is True
    assert result["delivered_at"] == "2026-03-06T14:55:01-07:00"
    assert all(list(event) == EVENT for event in result["events"])
    first = result["events"][0]
    assert (first["local"], first["offset"], first["utc"]) == (
        "2026-03-05T23:07:00",
        "-07:00",
        "2026-03-06T06:07:00Z",
    )
    locals_ = [event["local"] for event in result["events"]]
    assert locals_ == sorted(locals_)


def test_a_number_used_again_is_told_whole() -> None:
    zero = timedelta(0)
    events = (
        Event(datetime(2025, 1, 1, 10), Status(Milestone.IN_TRANSIT), zero),
        Event(datetime(2026, 1, 1, 10), Status(Milestone.OUT_FOR_DELIVERY), zero),
        Event(None, Status(Milestone.IN_TRANSIT)),
    )
    told = describe_result(TrackingResult("1", events))
    assert told["status"] == "out_for_delivery"
    assert [event["local"] for event in told["events"]] == [None, "2025-01-01T10:00:00", "2026-01-01T10:00:00"]
    assert told["events"][0]["utc"] is None


def test_an_unknown_carrier_is_told_with_those_that_are_written_alike() -> None:
    (error,) = ask({"carrier": "fedexx", "body": "{}"})["errors"]
    assert error["kind"] == "unknown_carrier"
    assert "fedex" in error["detail"].split("do you mean")[1]
    assert "tracker plugins carriers" in error["detail"]


@pytest.mark.parametrize("line", NONSENSE, ids=range(len(NONSENSE)))
def test_nonsense_gets_an_answer(line: bytes) -> None:
    answer = ask(line)
    assert answer["results"] == []
    assert answer["errors"][0]["kind"] in ("bad_request", "parse")


def test_a_plugin_that_breaks_is_a_bug_each_time(tmp_path: Path) -> None:
    (tmp_path / "odd.py").write_text(
        "from tracker.sdk import *\nPLUGIN = Plugin('odd', 'Odd', '1')\n"
        "class Odd(Carrier):\n    id = 'odd'\n    names = {'en': 'Odd'}\n"
        "    def parse(self, payload):\n        raise SystemExit(3)\n"
        "@hookimpl\ndef tracker_register_carriers():\n    return [Odd()]\n"
    )
    registry = load_plugins(str(tmp_path))
    for _ in range(7):
        answer = json.loads(answer_line(registry, b'{"carrier": "odd", "body": ""}'))
        assert [error["kind"] for error in answer["errors"]] == ["bug"]


def test_a_batch_is_answered_in_order(tracker: Run) -> None:
    bodies = ["delivered", "not_found", "trouble"]
    lines = [{"carrier": "ups", "body": sample(name)} for name in bodies]
    text = "\n".join([json.dumps(lines[0]), "nonsense", "", json.dumps(lines[1]), json.dumps(lines[2])])
    done = tracker("parse", "--batch", input=text)
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == 4
    assert answers[0]["results"][0]["status"] == "delivered"
    assert answers[1]["errors"][0]["kind"] == "bad_request"
    assert answers[2]["errors"][0]["kind"] == "not_found"
    assert answers[3]["results"]


def test_a_line_without_end_costs_no_memory_and_one_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "LONGEST_LINE", 10)
    stdin = io.TextIOWrapper(io.BytesIO(b"x" * 95 + b"\nshort\n"))
    monkeypatch.setattr(sys, "stdin", stdin)
    seen: list[int] = []
    batch.answer_lines(lambda line: seen.append(len(line)) or "{}")
    assert seen == [11, 5]


def test_people_read_a_table(tracker: Run) -> None:
    done = tracker("parse", "ups", str(SAMPLES / "delivered.json"))
    assert done.returncode == 0, done.stderr
    assert "delivered" in done.stdout
    assert "2026-03-06 14:55:01 -07:00" in done.stdout


def test_people_see_the_error_and_the_code_tells_it(tracker: Run) -> None:
    done = tracker("parse", "ups", "-", input=sample("not_found"))
    assert done.returncode == 1
    assert "not_found" in done.stdout


def sample(name: str) -> str:
    return (SAMPLES / f"{name}.json").read_text()


def test_a_carrier_that_is_known_by_name_alone_is_told_apart_from_a_mistake() -> None:
    answer = ask({"carrier": "manual", "body": "{}"})
    assert [error["kind"] for error in answer["errors"]] == ["parse"]
    by_name = next(key for key, one in load_plugins().carriers.items() if type(one.object).parse is Carrier.parse)
    answer = ask({"carrier": by_name, "body": "{}"})
    assert [error["kind"] for error in answer["errors"]] == ["unknown_carrier"]


def test_proofs_and_pickups_are_told_without_pictures_addresses_and_codes() -> None:
    photo = b64encode(b"\x89PNG" + b"x" * 96).decode()
    waits = {"name": "Kiosk", "hours": ["Mo 8-18"], "until": "2026-03-09T18:00", "code": "4711"}
    told = {"number": "DEMOCOL0000171", "photo": photo, "waits_at": waits}
    (result,) = ask({"carrier": "demo", "body": json.dumps(told)})["results"]
    assert result["proofs"] == [{"kind": "photo", "bytes": 100}]
    assert result["pickup"] == {
        "name": "Kiosk", "address": "", "hours": ["Mo 8-18"], "until": "2026-03-09T18:00:00", "code": True,
        "point": None,
    }  # fmt: skip
    told = {"number": "DEMOCOL0000171", "photo": "https://photos.example/1.jpg?Signature=secret"}
    (result,) = ask({"carrier": "demo", "body": json.dumps(told)})["results"]
    assert (result["proofs"], result["pickup"]) == ([{"kind": "photo", "host": "photos.example"}], None)
