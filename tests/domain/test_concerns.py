"""Which concerns are offered when, by when they are answered, and what ratings say together."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.concerns import LONGEST_TEXT, find_due, offer, tidy
from tracker.domain.ratings import FEW, score
from tracker.domain.states import PRESUMED
from tracker.sdk import ConcernKind, Milestone


@pytest.mark.parametrize(
    ("milestones", "first"),
    [
        ([], "late other"), (["in_transit"], "late other"), (["delivered"], "not_here damaged missing other"),
        (["delivered", "in_transit"], "late not_here damaged missing other"), ([PRESUMED], "late not_here other"),
        (["expired"], "late not_here other"),
    ],
)  # fmt: skip
def test_what_makes_sense_stands_first(milestones: list[str], first: str) -> None:
    assert offer(milestones)[0] == first.split()


@given(st.lists(st.sampled_from([*Milestone, PRESUMED]), max_size=4))
def test_every_kind_is_offered_once_wherever_parcels_stand(milestones: list[str]) -> None:
    first, others = offer(milestones)
    assert sorted([*first, *others]) == sorted(ConcernKind)
    assert ConcernKind.OTHER in first


@pytest.mark.parametrize(
    ("raised", "hours", "due"),
    [
        ("2026-03-02T09:00", 24, "2026-03-03T09:00"),  # Monday
        ("2026-03-06T16:00", 24, "2026-03-09T16:00"),  # Friday
        ("2026-03-07T12:00", 24, "2026-03-10T00:00"),  # Saturday
        ("2026-03-08T23:59", 1, "2026-03-09T01:00"),
        ("2026-03-06T23:30", 240, "2026-03-20T23:30"),
        ("2026-10-23T12:00", 24, "2026-10-26T12:00"),  # the clock is set back on the Sunday
    ],
)
def test_weekends_are_no_time_to_answer_in(raised: str, hours: int, due: str) -> None:
    zone = ZoneInfo("Europe/Berlin")
    at = datetime.fromisoformat(raised).replace(tzinfo=zone).astimezone(UTC)
    assert find_due(at, hours, zone).astimezone(zone).replace(tzinfo=None) == datetime.fromisoformat(due)


@given(st.text(max_size=300), st.integers(0, 3))
def test_what_people_write_keeps_its_lines_and_nothing_that_steers(text: str, blanks: int) -> None:
    kept = tidy(text + "\r\n" * blanks + text)
    assert len(kept) <= LONGEST_TEXT
    assert kept == tidy(kept)
    assert not any(ord(char) < 32 and char != "\n" for char in kept)
    assert "\n\n\n" not in kept


def test_an_average_is_told_of_enough_and_odd_stars_count_for_nothing() -> None:
    assert score([(5, FEW - 1)]).average is None
    assert score([(5, FEW - 1), (0, 1), (6, 9)]).count == FEW - 1
    assert score([(5, 4), (1, 1)]).average == 4.2
    assert score([]).spread == dict.fromkeys((1, 2, 3, 4, 5), 0)
