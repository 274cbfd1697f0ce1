"""The fold: what follows from a set of statements, whatever their order."""

from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.portals import scan, utc
from tracker.domain.epochs import Frame
from tracker.domain.fold import fold
from tracker.domain.notices import judge
from tracker.domain.statements import Forecast, Source, Statement
from tracker.domain.states import Moment, State
from tracker.sdk import Event, Milestone, Status, Window

NOW = utc("2026-03-10T00:00")
FRAME = Frame(utc("2026-03-01T00:00"))


def carrier(*events: Event) -> list[Statement]:
    return [Statement(Source.CARRIER, event) for event in events]


def shop(*events: Event) -> list[Statement]:
    return [Statement(Source.SHOP, event) for event in events]


def milestone(*events: Event) -> str:
    return fold(carrier(*events), FRAME, NOW).status.milestone


def shown(state: State) -> list[tuple[str, str | None]]:
    return [(event["milestone"], event["local"]) for event in state.as_json()["events"]]


offsets = st.one_of(st.none(), st.integers(-48, 56).map(lambda quarters: timedelta(minutes=15 * quarters)))
locals_ = st.one_of(
    st.none(),
    st.datetimes(datetime(2026, 2, 25), datetime(2026, 4, 20)).map(lambda at: at.replace(microsecond=0)),
    st.sampled_from([datetime(1970, 1, 1), datetime(2099, 12, 31), datetime(2026, 3, 8, 2, 30), datetime(2024, 2, 29)]),
)
statuses = st.builds(
    Status,
    st.sampled_from(Milestone),
    st.sampled_from(["", "customs"]),
    delayed=st.booleans(),
    action_required=st.booleans(),
)
events = st.builds(
    Event, local=locals_, status=statuses, offset=offsets, code=st.sampled_from(["", "X1", "X2"]),
    text=st.sampled_from(["", "scan", "a scan in other words"]), place=st.sampled_from(["", "Seoul", "Busan"]),
)  # fmt: skip
statements = st.builds(Statement, st.sampled_from([Source.CARRIER, Source.CARRIER, Source.SHOP]), events)
sets = st.lists(statements, max_size=12)


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sets, st.randoms())
def test_r01_any_permutation_duplication_or_split_gives_one_state(told: list[Statement], chance: Random) -> None:
    state = fold(told, FRAME, NOW)
    again = told + [one for one in told if chance.random() < 0.5]
    chance.shuffle(again)
    other = fold(again, FRAME, NOW)
    assert other.as_json() == state.as_json()
    assert other.moments == state.moments
    names = {*Moment, *state.moments}
    assert {one: judge(one, other, NOW) for one in names} == {one: judge(one, state, NOW) for one in names}


@settings(max_examples=200, deadline=None)
@given(sets)
def test_r10_no_date_breaks_the_fold_and_what_it_shows_is_in_order(told: list[Statement]) -> None:
    state = fold(told, FRAME, NOW)
    instants = [one.at for one in state.scans]
    assert instants == sorted(instants)
    assert all(one.at <= NOW + timedelta(hours=36) for one in state.scans)


def test_r05_delivered_stays_when_an_older_scan_arrives() -> None:
    late = scan("in_transit", "2026-03-03T09:00")
    assert milestone(scan("delivered", "2026-03-04T09:00"), late) == "delivered"


@pytest.mark.parametrize("later", ["in_transit", "out_for_delivery", "info_received", "attempt_failed", "picked_up"])
def test_r05_delivered_is_left_by_no_newer_scan_of_the_way(later: str) -> None:
    assert milestone(scan("delivered", "2026-03-04T09:00"), scan(later, "2026-03-04T12:00")) == "delivered"


@pytest.mark.parametrize("later", ["returning", "returned", "exception"])
def test_r06_delivered_is_left_by_a_later_return_or_exception(later: str) -> None:
    assert milestone(scan("delivered", "2026-03-04T09:00"), scan(later, "2026-03-05T09:00")) == later


def test_r07_an_undated_event_stands_apart_and_is_never_the_latest() -> None:
    state = fold(carrier(scan("in_transit"), scan("delivered", None)), FRAME, NOW)
    assert state.status.milestone is Milestone.IN_TRANSIT
    assert [one.event.status.milestone for one in state.undated] == ["delivered"]


def test_r08_a_reworded_or_translated_scan_is_one_entry() -> None:
    told = carrier(scan("in_transit", code="AR", text="Arrived"), scan("in_transit", code="AR", text="도착했습니다"))
    assert len(fold(told, FRAME, NOW).scans) == 1


@pytest.mark.parametrize("wall", ["2026-03-02T10:00", "2026-03-02T01:00", "2026-03-01T20:00"])
def test_r09_a_scan_told_with_and_without_zone_is_one_with_the_zone(wall: str) -> None:
    told = carrier(scan("in_transit", code="AR"), scan("in_transit", wall, None, code="AR"))
    state = fold(told, FRAME, NOW)
    assert [one.statement.event.offset for one in state.scans] == [timedelta(hours=9)]


def test_r09_the_same_instant_told_in_two_zones_is_one_entry() -> None:
    told = carrier(scan("in_transit", code="AR"), scan("in_transit", "2026-03-02T01:00", 0, code="AR"))
    assert shown(fold(told, FRAME, NOW)) == [("in_transit", "2026-03-02T10:00:00")]


def test_r09_two_scans_minutes_apart_at_one_place_stay_two() -> None:
    told = carrier(scan("in_transit", code="AR"), scan("in_transit", "2026-03-02T10:07", None, code="AR"))
    assert len(fold(told, FRAME, NOW).scans) == 2


@pytest.mark.parametrize("at", ["2099-12-31T10:00", "2026-03-12T10:00"])
def test_r10_a_scan_from_the_future_is_kept_out_of_sight(at: str) -> None:
    state = fold(carrier(scan("in_transit"), scan("delivered", at)), FRAME, NOW)
    assert (state.status.milestone, state.quarantined, len(state.scans)) == ("in_transit", 1, 1)


def test_r11_what_was_said_before_the_order_belongs_to_another_parcel() -> None:
    old = carrier(scan("picked_up", "2025-09-01T10:00"), scan("delivered", "2025-09-03T10:00", place="Berlin"))
    state = fold([*old, *carrier(scan("in_transit", "2026-03-03T10:00"))], FRAME, NOW)
    assert shown(state) == [("in_transit", "2026-03-03T10:00:00")]


def test_r11_a_new_label_after_delivery_begins_another_parcel() -> None:
    told = carrier(scan("delivered", "2026-03-03T10:00"), scan("info_received", "2026-03-08T10:00"))
    assert shown(fold(told, FRAME, NOW)) == [("delivered", "2026-03-03T10:00:00")]


def test_r11_an_order_placed_after_the_end_of_this_parcel_takes_what_comes_later() -> None:
    frame = Frame(FRAME.placed_at, others=(utc("2026-03-05T00:00"),))
    told = carrier(scan("delivered", "2026-03-03T10:00"), scan("out_for_delivery", "2026-03-06T10:00"))
    assert shown(fold(told, frame, NOW)) == [("delivered", "2026-03-03T10:00:00")]


def test_two_orders_in_one_parcel_see_the_same_scans() -> None:
    frame = Frame(FRAME.placed_at, others=(utc("2026-03-02T00:00"),))
    told = carrier(scan("picked_up", "2026-03-01T10:00"), scan("in_transit", "2026-03-03T10:00"))
    assert len(fold(told, frame, NOW).scans) == 2


def test_r14_an_unknown_code_stays_on_its_event_and_moves_nothing() -> None:
    told = carrier(scan("in_transit"), scan("unknown", "2026-03-03T10:00", code="??"))
    state = fold(told, FRAME, NOW)
    assert (state.status.milestone, len(state.scans)) == ("in_transit", 2)


def test_the_shops_word_is_the_status_until_the_carrier_scans() -> None:
    told = shop(scan("picked_up")) + carrier(scan("info_received", "2026-03-02T08:00"))
    before = fold(told, FRAME, NOW)
    after = fold([*told, *carrier(scan("in_transit", "2026-03-02T09:00"))], FRAME, NOW)
    assert (before.status.milestone, before.source) == ("picked_up", Source.SHOP)
    assert (after.status.milestone, after.source) == ("in_transit", Source.CARRIER)


def test_a_label_printed_again_does_not_bring_a_parcel_back_to_the_start() -> None:
    assert milestone(scan("in_transit"), scan("info_received", "2026-03-03T10:00")) == "in_transit"


def test_a_parcel_on_its_way_back_is_not_out_for_delivery() -> None:
    assert milestone(scan("returning"), scan("out_for_delivery", "2026-03-03T10:00")) == "returning"


def test_a_delay_lasts_until_the_parcel_is_out_for_delivery() -> None:
    delay = scan("in_transit", delayed=True)
    still = fold(carrier(delay, scan("in_transit", "2026-03-03T10:00", code="HUB")), FRAME, NOW)
    over = fold(carrier(delay, scan("out_for_delivery", "2026-03-03T10:00")), FRAME, NOW)
    assert (still.status.delayed, over.status.delayed) == (True, False)
    assert set(over.moments) == {Moment.SHIPPED, Moment.DELAYED, Moment.OUT_FOR_DELIVERY}


def test_scans_of_one_minute_stand_in_the_order_of_the_way() -> None:
    told = carrier(*(scan(word, "2026-03-03T00:00") for word in ("delivered", "out_for_delivery", "in_transit")))
    assert [word for word, _ in shown(fold(told, FRAME, NOW))] == ["in_transit", "out_for_delivery", "delivered"]


def test_a_cancelled_shipment_owes_nobody_anything() -> None:
    state = fold(carrier(scan("in_transit")), Frame(FRAME.placed_at, cancelled=True), NOW)
    assert (state.status.milestone, state.moments) == (Milestone.CANCELLED, {})


def test_the_window_told_with_the_newest_scan_counts_and_none_after_delivery_or_on_the_way_back() -> None:
    first = Forecast(Window(datetime(2026, 3, 4), datetime(2026, 3, 4, 23, 59)), datetime(2026, 3, 2, 10))
    second = Forecast(Window(datetime(2026, 3, 6), datetime(2026, 3, 6, 23, 59)), datetime(2026, 3, 3, 10))
    way = carrier(scan("in_transit"))
    assert fold(way, FRAME, NOW, [second, first]).window == second.window
    for end in ("delivered", "returning", "returned", "cancelled"):
        assert fold([*way, *carrier(scan(end, "2026-03-05T10:00"))], FRAME, NOW, [first, second]).window is None


def test_r11_what_has_no_date_is_shown_to_nobody_where_a_number_had_two_parcels() -> None:
    old = carrier(scan("delivered", "2025-09-03T10:00"))
    told = carrier(scan("in_transit", "2026-03-03T10:00"), scan("in_transit", None, text="left with Mr Smith"))
    assert len(fold(told, FRAME, NOW).undated) == 1
    assert fold([*told, *old], FRAME, NOW).undated == ()


def test_r11_a_window_belongs_to_the_parcel_it_was_told_about() -> None:
    before, after = datetime(2025, 9, 4), datetime(2026, 3, 9)
    scanned = datetime(2025, 9, 2, 10), datetime(2026, 3, 3, 10)
    told = [Forecast(Window(at, at), as_of) for at, as_of in zip((before, after), scanned, strict=True)]
    old, new = carrier(scan("in_transit", "2025-09-02T10:00")), carrier(scan("in_transit", "2026-03-03T10:00"))
    first, second = Frame(utc("2025-09-01T00:00"), others=(FRAME.placed_at,)), Frame(FRAME.placed_at)
    assert fold(old, second, NOW, told[:1]).window is None
    assert [fold([*old, *new], one, NOW, told).window for one in (first, second)] == [one.window for one in told]


def test_r11_a_parcel_lost_on_its_way_does_not_see_the_next_one_under_its_number() -> None:
    frame = Frame(utc("2025-12-01T00:00"), others=(utc("2026-02-20T00:00"),))
    told = carrier(scan("in_transit", "2025-12-03T10:00"), scan("info_received", "2026-02-21T10:00", place="Jeju, KR"))
    assert shown(fold(told, frame, NOW)) == [("in_transit", "2025-12-03T10:00:00")]


def test_r10_a_window_told_with_a_scan_from_the_future_does_not_stay_for_ever() -> None:
    true = Forecast(Window(datetime(2026, 3, 6), datetime(2026, 3, 6, 23, 59)), datetime(2026, 3, 3, 10))
    wild = Forecast(Window(datetime(2026, 3, 4), datetime(2026, 3, 4, 23, 59)), datetime(2099, 1, 1))
    assert fold(carrier(scan("in_transit")), FRAME, NOW, [wild, true]).window == true.window
