"""How often carriers are asked and pages refreshed."""

from datetime import timedelta

import pytest

from tracker.domain.polling import next_ask, page_pace
from tracker.sdk import Milestone

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LIMITS = 10 * MINUTE, 12 * HOUR


@pytest.mark.parametrize(
    ("milestone", "quiet", "failures", "wait"),
    [
        ("in_transit", HOUR, 0, 2 * HOUR),
        ("out_for_delivery", HOUR, 0, 15 * MINUTE),
        ("in_transit", 8 * DAY, 0, 6 * HOUR),
        ("in_transit", 46 * DAY, 0, None),
        ("in_transit", HOUR, 9, 6 * HOUR),
        ("out_for_delivery", HOUR, 3, 20 * MINUTE),
        ("delivered", HOUR, 0, DAY),
        ("delivered", 2 * DAY, 0, None),
        ("returned", HOUR, 0, None),
        ("cancelled", HOUR, 0, None),
    ],
)
def test_the_pace_follows_the_state(milestone: str, quiet: timedelta, failures: int, wait: timedelta | None) -> None:
    assert next_ask(Milestone(milestone), quiet, failures, *LIMITS) == wait


def test_a_carrier_bounds_the_pace_from_both_sides() -> None:
    assert next_ask(Milestone.OUT_FOR_DELIVERY, HOUR, 0, HOUR, DAY) == HOUR
    assert next_ask(Milestone.IN_TRANSIT, HOUR, 0, MINUTE, MINUTE) == MINUTE


@pytest.mark.parametrize("milestone", Milestone)
def test_an_open_page_refreshes_until_the_end(milestone: Milestone) -> None:
    ends = milestone in ("delivered", "returned", "cancelled", "expired")
    assert (page_pace(milestone) is None) == ends


def test_on_the_day_of_delivery_a_page_is_ten_seconds_old_at_most() -> None:
    assert page_pace(Milestone.OUT_FOR_DELIVERY) == 10
