"""What only a clock tells: a parcel that stalls, its day, and the promise beside what is said now."""

from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.test_fold import FRAME, NOW, carrier, sets, shop
from tests.portals import scan, utc
from tracker.domain.epochs import Frame
from tracker.domain.fold import fold
from tracker.domain.lateness import find_stall, find_turn, state_lateness, state_stall
from tracker.domain.statements import Forecast, Statement
from tracker.domain.states import State
from tracker.sdk import Window

WAY = carrier(scan("picked_up", "2026-03-01T09:00"), scan("in_transit", "2026-03-02T09:00"))
LATER = utc("2026-03-20T00:00")


def window(day: int, *hours: int) -> Window:
    first, last = hours or (0, 23)
    return Window(datetime(2026, 3, day, first), datetime(2026, 3, day, last))


def note(told: list[Statement]) -> Statement:
    state = fold(told, FRAME, LATER)
    since = find_stall(state.status.milestone, state.scans)
    assert since is not None
    return state_stall(since)


def stalled(told: list[Statement]) -> str | None:
    return fold(told, FRAME, LATER).as_json()["stalled"]


def test_a_noted_stall_is_told_with_the_last_scan_and_ends_with_the_next_one() -> None:
    told = [*WAY, note(WAY)]
    state = fold(told, FRAME, LATER)
    assert (state.stalled is not None, state.trouble, state.status.delayed) == (True, True, False)
    assert state.as_json()["stalled"] == "2026-03-02T09:00:00"
    assert stalled([*told, *carrier(scan("in_transit", "2026-03-08T09:00", code="N"))]) is None
    assert stalled([*told, *carrier(scan("delivered", "2026-03-03T09:00"))]) is None


def test_a_scan_that_comes_in_late_takes_a_stall_back_that_never_was() -> None:
    """The note says nothing by itself: with the late scan there was no such silence."""
    assert stalled([*WAY, note(WAY), *carrier(scan("in_transit", "2026-03-06T09:00", code="N"))]) is None


def test_what_rests_does_not_stall() -> None:
    for milestone in ("info_received", "available_for_pickup", "attempt_failed", "exception", "delivered", "returning"):
        state = fold(carrier(scan(milestone)), FRAME, LATER)
        assert find_stall(state.status.milestone, state.scans) is None
    assert fold([*WAY, note(WAY)], Frame(FRAME.placed_at, cancelled=True), LATER).stalled is None


@settings(max_examples=150, deadline=None)
@given(sets, st.randoms(), st.lists(st.datetimes(datetime(2026, 3, 1), datetime(2026, 3, 9)), max_size=3))
def test_r01_notes_of_the_clock_and_promises_are_the_same_in_any_order(
    told: list[Statement], chance: Random, days: list[datetime]
) -> None:
    notes = [state_stall(LATER - timedelta(days=5 + gap)) for gap in range(3)]
    notes.append(state_lateness(window(5), utc("2026-03-06T01:00")))
    forecasts = [Forecast(Window(day, day + timedelta(hours=4)), day if n else None) for n, day in enumerate(days)]
    whole = told + notes
    state = fold(whole, FRAME, NOW, forecasts).as_json()
    again = whole + [one for one in whole if chance.random() < 0.5]
    chance.shuffle(again)
    chance.shuffle(forecasts)
    assert fold(again, FRAME, NOW, forecasts + forecasts).as_json() == state


def test_r11_a_note_of_ours_does_not_bridge_two_parcels_under_one_number() -> None:
    told = [*WAY, note(WAY), *carrier(scan("picked_up", "2026-04-03T09:00", code="N"))]
    frame = Frame(FRAME.placed_at, (utc("2026-04-02T00:00"),))
    state = fold(told, frame, utc("2026-04-10T00:00"))
    assert [one.statement.event.code for one in state.scans if one.statement.event.code == "N"] == []


def told_windows(state: State) -> tuple[Window | None, Window | None]:
    return state.promised, state.window


def test_the_first_window_told_stays_beside_the_newest() -> None:
    first, second = window(4, 14, 18), window(6)
    forecasts = [Forecast(second, datetime(2026, 3, 2, 9)), Forecast(first, datetime(2026, 3, 1, 9))]
    assert told_windows(fold(WAY, FRAME, NOW, forecasts)) == (first, second)
    both = [Forecast(second, datetime(2026, 3, 1, 9)), Forecast(first, datetime(2026, 3, 1, 9))]
    assert told_windows(fold(WAY, FRAME, NOW, both)) == (first, second)
    delivered = fold([*WAY, *carrier(scan("delivered", "2026-03-05T09:00"))], FRAME, NOW, forecasts)
    assert told_windows(delivered) == (first, None)
    assert told_windows(fold(shop(), FRAME, NOW)) == (None, None)


@pytest.mark.parametrize(
    ("offset", "begins", "ends"),
    [(9, "2026-03-04T15:00", "2026-03-05T10:00"), (None, "2026-03-04T10:00", "2026-03-06T07:00")],
)
def test_the_day_of_a_window_is_that_of_its_place_or_of_any_where_nobody_knows(
    offset: float | None, begins: str, ends: str
) -> None:
    scans = fold(carrier(scan("in_transit", offset=offset)), FRAME, NOW).scans
    told, start, end = window(5, 14, 18), utc(begins), utc(ends)
    assert find_turn(told, scans, start - timedelta(minutes=1)) == (False, start)
    assert find_turn(told, scans, start) == (True, end)
    assert find_turn(told, scans, end) == (False, None)
    assert find_turn(None, scans, start) == (False, None)
