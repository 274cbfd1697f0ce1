"""The figures of numbers, counted over few of them and over a file of one's own."""

import json

from bench.numbers import count, count_file
from bench.numbers_made import make_numbers, spoil
from tracker.host.loader import load
from tracker.paths import resource


def test_made_numbers_are_all_different_and_wrong_ones_differ_in_one_character() -> None:
    made = make_numbers(500)
    assert len({one.number for one in made}) == 500
    checked = [one for one in made if one.checked]
    for right, wrong in zip(checked, spoil(made), strict=True):
        assert sum(a != b for a, b in zip(right.number, wrong.number, strict=True)) == 1


def test_shares_are_counted_over_made_numbers_and_over_a_file(tmp_path) -> None:
    registry = load([resource("plugins")], installed=False)
    told = count(registry, make_numbers(300))
    assert told["right carrier among the candidates"] == "100.00% of 300"
    rows = [
        {"number": "1z 999 AA1 01 2345 6784", "carriers": ["ups"], "valid": True},
        {"number": "1Z999AA10123456784", "carriers": ["fedex"], "valid": True},
        {"number": "1Z999AA10123456785", "carriers": ["ups"], "valid": False},
        {"number": "1Z999AA10123456784", "carriers": ["ups"], "valid": False},
    ]
    file = tmp_path / "numbers.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    assert count_file(registry, file) == {
        "right carrier first": "50.00% of 2",
        "right carrier among the candidates": "50.00% of 2",
        "wrong ones refused": "50.00% of 2",
    }
