"""Which notices a state calls for: one for each failed attempt, and what overtakes what."""

import pytest

from tests.portals import scan, utc
from tracker.domain.epochs import Frame
from tracker.domain.fold import fold
from tracker.domain.notices import choose, judge
from tracker.domain.statements import Source, Statement
from tracker.domain.states import Moment, State
from tracker.sdk import Event

NOW = utc("2026-03-05T20:00")
FRAME = Frame(utc("2026-03-01T00:00"))
SHIPPED = scan("in_transit", "2026-03-03T08:00")
FIRST = scan("attempt_failed", "2026-03-04T11:00", text="Nobody was there")
CARD = scan("attempt_failed", "2026-03-04T11:05", code="CARD", text="A card was left")
DEPOT = scan("in_transit", "2026-03-04T19:00", code="DEPOT")
SECOND = scan("attempt_failed", "2026-03-05T12:00", text="Nobody was there")
COUNTER = scan("available_for_pickup", "2026-03-05T18:00")


def state(*events: Event) -> State:
    return fold([Statement(Source.CARRIER, event) for event in events], FRAME, NOW)


def due(*events: Event) -> set[str]:
    told = state(*events)
    return {name for name in told.moments if not judge(name, told, NOW)}


def test_each_day_with_a_failed_attempt_is_a_moment_of_its_own_whatever_came_first() -> None:
    first, second = "attempt_failed:20260304", "attempt_failed:20260305"
    assert set(state(SHIPPED, FIRST, CARD).moments) == {"shipped", first}
    assert set(state(SHIPPED, SECOND).moments) == {"shipped", second}
    late = state(SHIPPED, SECOND, FIRST, CARD)
    assert late.moments == state(FIRST, CARD, SHIPPED, SECOND).moments
    assert set(late.moments) == {"shipped", first, second}
    assert (judge(first, late, NOW), judge(second, late, NOW)) == ("overtaken", "")


@pytest.mark.parametrize(
    ("events", "told"),
    [
        ((SHIPPED, FIRST), {"attempt_failed:20260304"}),
        ((SHIPPED, FIRST, DEPOT), {"shipped", "attempt_failed:20260304"}),
        ((SHIPPED, FIRST, DEPOT, SECOND), {"attempt_failed:20260305"}),
        ((SHIPPED, FIRST, COUNTER), {"available_for_pickup"}),
        ((SHIPPED, FIRST, scan("delivered", "2026-03-05T09:00")), {"delivered"}),
        ((SHIPPED, FIRST, scan("out_for_delivery", "2026-03-05T07:00")), {"out_for_delivery"}),
        ((SHIPPED, COUNTER, scan("returning", "2026-03-05T20:00")), {"returning"}),
    ],
)
def test_what_is_still_news_is_what_the_parcel_stands_at(events: tuple[Event, ...], told: set[str]) -> None:
    assert due(*events) == told


def test_of_what_is_due_together_the_furthest_is_told() -> None:
    assert choose(["shipped", "attempt_failed:20260304"]) == "attempt_failed:20260304"
    assert choose([Moment.ATTEMPT_FAILED, Moment.AVAILABLE_FOR_PICKUP]) == Moment.AVAILABLE_FOR_PICKUP


def test_a_carrier_that_tells_of_a_failure_each_day_is_believed_a_few_times() -> None:
    days = [scan("attempt_failed", f"2026-03-0{day}T10:00") for day in range(2, 10)]
    told = fold([Statement(Source.CARRIER, day) for day in days], FRAME, utc("2026-03-10T00:00")).moments
    assert set(told) == {"shipped", *(f"attempt_failed:2026030{day}" for day in range(2, 7))}
