"""docs/numbers.md says what the code does."""

import re
from pathlib import Path

from tracker.domain import numbers_confidence as confidence
from tracker.domain.checks import RULES
from tracker.services import candidates, matching

TEXT = (Path(__file__).parents[2] / "docs/numbers.md").read_text(encoding="utf-8")


def test_every_check_rule_has_its_row_and_no_other() -> None:
    table = TEXT.split("| check |")[1].split("\n\n")[0]
    assert set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE)) == set(RULES)


def test_the_weights_are_those_of_the_code() -> None:
    for weight in (confidence.ENABLED, confidence.HOME, confidence.AWAY, confidence.WORLD, confidence.SHAPE_ALONE,
                   confidence.BORROWED):  # fmt: skip
        assert f"× {weight:g}" in TEXT
    for highest in (confidence.CHECKED_PREFIX, confidence.CHECKED, confidence.PREFIX, confidence.SHAPE,
                    confidence.STRANGER, candidates.LIKELY, matching.SURE):  # fmt: skip
        assert f"{highest:g}" in TEXT
    assert f"a fixed {confidence.NOBODY:g}" in TEXT
