import json

from tracker.services.readout import load_plugins, match_line

from .conftest import Run

GOOD = "1Z999AA10123456784"


def test_json_names_the_carrier_and_why(tracker: Run) -> None:
    told = json.loads(tracker("match", "1z 999 aa1 01 2345 6784", "--json").stdout)
    assert told["tidied"] == GOOD
    assert told["candidates"][0]["carrier"] == "ups"
    assert set(told["candidates"][0]) == {"carrier", "confidence", "reason"}


def test_people_read_a_sentence_where_nothing_fits(tracker: Run) -> None:
    assert "No carrier" in tracker("match", "nonsense!").stdout


def test_a_batch_answers_each_line(tracker: Run) -> None:
    lines = [{"number": GOOD}, {"number": GOOD, "countries": ["us"], "carriers": ["ups"]}, {"number": "?"}, 5]
    done = tracker("match", "--batch", input="\n".join(map(json.dumps, lines)))
    first, second, third, fourth = (json.loads(line) for line in done.stdout.splitlines())
    assert first["candidates"][0]["confidence"] < second["candidates"][0]["confidence"]
    assert third["candidates"] == fourth["candidates"] == []


def test_nonsense_has_no_candidates() -> None:
    registry = load_plugins()
    for line in (b"", b"{", b"[1]", b'{"number": null}', b'{"number": true, "countries": 5}', b"\xff"):
        assert json.loads(match_line(registry, line)) == {"tidied": "", "candidates": []}
