"""`tracker match`, and the lines of its batches."""

import json
import subprocess
import time

from tracker.services.matching import index_of, match, match_line
from tracker.services.readout import load_plugins

from .conftest import TRACKER, Run

GOOD = "1Z999AA10123456784"
ANYBODYS = "123456789012"


def test_json_names_the_carrier_and_why(tracker: Run) -> None:
    told = json.loads(tracker("match", "1z 999 aa1 01 2345 6784", "--json").stdout)
    assert told["tidied"] == GOOD
    assert told["candidates"] == [{"carrier": "ups", "confidence": 0.99, "reason": "1Z: check digit fits"}]


def test_a_shape_that_many_have_says_so(tracker: Run) -> None:
    told = tracker("match", "6012345678901", "--country", "KR").stdout
    assert "koreapost" in told
    assert "13 digits only" in told


def test_people_read_a_sentence_where_nothing_fits(tracker: Run) -> None:
    assert "No carrier" in tracker("match", "nonsense!").stdout


def test_a_mistyped_number_is_told_what_is_wrong_with_it(tracker: Run) -> None:
    told = tracker("match", "1z999aa10123456785").stdout
    assert "It looks mistyped." in told
    assert "ups" in told
    assert "last digit should be 4; typed 5" in told


def test_a_batch_answers_each_line(tracker: Run) -> None:
    lines = [{"number": ANYBODYS}, {"number": ANYBODYS, "countries": ["us"], "carriers": ["ups"]}, {"number": "?"}, 5]
    done = tracker("match", "--batch", input="\n\n".join(map(json.dumps, lines)))
    first, second, third, fourth = (json.loads(line) for line in done.stdout.splitlines())
    assert [first["candidates"][0]["carrier"], second["candidates"][0]["carrier"]] == ["fedex", "ups"]
    assert third["candidates"] == fourth["candidates"] == []


def test_a_batch_answers_each_line_before_the_next_is_asked(tmp_path) -> None:
    with subprocess.Popen(
        [TRACKER, "match", "--batch"], cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as asked:
        assert asked.stdin is not None
        assert asked.stdout is not None
        for half in (json.dumps({"number": GOOD}).encode(), b"\n"):
            asked.stdin.write(half)
            asked.stdin.flush()
            time.sleep(0.05)
        assert json.loads(asked.stdout.readline())["tidied"] == GOOD
        asked.stdin.write(b'{"number": "AB"}')
        asked.stdin.close()
        assert json.loads(asked.stdout.readline())["tidied"] == "AB"


def test_a_line_of_a_batch_says_what_a_lone_question_says() -> None:
    registry = load_plugins()
    for number in (GOOD, ANYBODYS, "6012345678901", "", "é12"):
        asked = {"number": number, "countries": ["kr"], "carriers": ["koreapost"]}
        assert json.loads(match_line(registry, json.dumps(asked).encode())) == match(
            registry, number, ["KR"], ["koreapost"]
        )


def test_nonsense_has_no_candidates() -> None:
    registry = load_plugins()
    nothing = {"tidied": "", "candidates": []}
    for line in (b"", b"{", b"[1]", b'{"number": null}', b'{"number": true, "countries": 5}', b"\xff", b"[" * 99_999):
        assert json.loads(match_line(registry, line)) == nothing
    assert json.loads(match_line(registry, b'{"number": "\\ud800"}'))["candidates"] == []


def test_the_formats_are_made_ready_once_for_the_same_carriers() -> None:
    registry = load_plugins()
    first = index_of(registry)
    assert index_of(registry) is first
    del registry.carriers["demo"]
    assert index_of(registry) is not first
