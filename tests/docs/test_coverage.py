"""The table of capabilities is whole, and its tests exist."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/coverage.md").read_text(encoding="utf-8")
_ROW = re.compile(r"^\| (\d{3}-\d{2}) \| ([a-z ]+) \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
ROWS = _ROW.findall(TEXT)
IDS = {
    "000": "01-08 10-29 31-43 45-48",
    "001": "01-11 13-14 16-26 28-28",
    "002": "02-24 26-26 28-28 31-38",
    "003": "01-11 14-31 35-35",
    "004": "03-11 14-14 16-24 26-33 35-41 49-49",
}


def expected() -> list[str]:
    found = []
    for group, spans in IDS.items():
        for span in spans.split():
            first, last = map(int, span.split("-"))
            found += [f"{group}-{number:02d}" for number in range(first, last + 1)]
    return found


@cache
def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_capability_stands_there_once() -> None:
    assert [row[0] for row in ROWS] == expected()


def test_the_count_at_the_top_is_right() -> None:
    counts = Counter(row[1] for row in ROWS)
    assert set(counts) == {"works", "partly", "not yet"}
    assert f"{counts['works']} work, {counts['partly']} in part, {counts['not yet']} not yet." in TEXT


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_what_is_there_names_its_place_and_a_test_that_exists(row: tuple[str, ...]) -> None:
    _, state, _, where, test = row
    if state == "not yet":
        assert (where, test) == ("–", "–")
        return
    for place in re.findall(r"`([^`]+)`", where):
        assert (ROOT / place).exists() or (ROOT / "tracker" / place).exists(), place
    file, _, name = test.strip("`").partition("::")
    assert name in names_in(ROOT / "tests" / file), test
