"""The demo carrier: stories that go on with the clock, the same each time, and never ahead of it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tracker_plugins.demo import Demo, DemoSettings
from tracker_plugins.demo.tables import PLACES, SCRIPTS, STATUSES, TEXTS

from tracker.domain.numbers import CarrierFormats, rank, tidy, verify
from tracker.sdk import BadPayload, Milestone, Payload, Query

from .conftest import Memory

START = datetime(2026, 11, 21, 20, 30, 15, 250_000, tzinfo=UTC)
demo = Demo()
LAST = {
    "on_its_way": Milestone.IN_TRANSIT,
    "delayed": Milestone.DELIVERED,
    "failed_attempt": Milestone.DELIVERED,
    "partly_delivered": Milestone.DELIVERED,
    "returned": Milestone.RETURNED,
    "delivered": Milestone.DELIVERED,
}


@pytest.fixture
def watch(make_context):
    """What the carrier says about a number some scripted hours after the first question."""
    memory = Memory()

    def look(number, hours, speed=2.0):
        for now in (START, START + timedelta(seconds=hours * speed)):
            context = make_context(DemoSettings(seconds_per_hour=speed), memory=memory, now=now)
            (payload,) = demo.fetch([Query(number)], context)
        return demo.parse(payload)

    return look


@pytest.mark.parametrize("script", sorted(SCRIPTS))
def test_each_script_runs_to_its_end(watch, script):
    number = demo.number(script, 16)
    first, last = watch(number, 0).results[0], watch(number, 500).results[0]
    assert [event.status.milestone for event in first.events] == [Milestone.INFO_RECEIVED]
    assert len(last.events) == len(SCRIPTS[script].steps)
    assert last.events[-1].status.milestone is LAST[script]


@pytest.mark.parametrize("script", sorted(SCRIPTS))
@pytest.mark.parametrize("speed", [0.05, 2.0, 600.0])
def test_scans_appear_one_by_one_stay_as_they_are_and_never_lie_ahead(watch, script, speed):
    number = demo.number(script, 7)
    before = ()
    for hour in range(80):
        events = watch(number, hour, speed).results[0].events
        assert events[: len(before)] == before
        assert all(event.utc <= START + timedelta(seconds=hour * speed) for event in events)
        before = events
    assert list(before) == sorted(before, key=lambda event: event.utc)


def test_the_newest_scan_happens_now_on_the_clock_of_its_place(watch):
    number = demo.number("delayed", 1)
    newest = watch(number, 30).results[0].events[-1]
    assert (newest.code, newest.place, newest.offset) == ("WTH", "Anchorage, AK, US", timedelta(hours=-9))
    assert newest.utc == (START + timedelta(minutes=1)).replace(microsecond=0)
    assert newest.local == newest.utc.replace(tzinfo=None) - timedelta(hours=9)


def test_a_delay_is_flagged_and_moves_the_window(watch):
    number = demo.number("delayed", 1)
    before, after = watch(number, 29).results[0], watch(number, 30).results[0]
    assert not any(event.status.delayed for event in before.events)
    assert after.events[-1].status.delayed
    assert after.estimated.earliest - before.estimated.earliest == timedelta(hours=24)


def test_no_window_is_told_before_pickup_nor_after_delivery(watch):
    number = demo.number("delivered", 1)
    told = [watch(number, hour).results[0].estimated for hour in (0, 3, 40)]
    assert [window is not None for window in told] == [False, True, False]


def test_of_an_order_with_two_parcels_one_arrives(watch):
    last = [watch(demo.number("partly_delivered", seed), 500).results[0].events[-1] for seed in (16, 17)]
    assert [event.status.milestone for event in last] == [Milestone.DELIVERED, Milestone.IN_TRANSIT]


def test_a_story_keeps_the_speed_with_which_it_began(watch):
    number = demo.number("delivered", 3)
    then = watch(number, 20).results[0].events
    assert watch(number, 2, speed=20.0).results[0].events == then


def test_several_numbers_are_answered_in_one_question(make_context):
    numbers = [demo.number(script, 5) for script in SCRIPTS]
    payloads = list(demo.fetch([Query(number) for number in numbers], make_context(DemoSettings(), now=START)))
    assert [payload.numbers[0] for payload in payloads] == numbers


@pytest.mark.parametrize("number", ["DEMODLY0000170", "DEMOXXX0000171", "", "1Z5R89390357567127"])
def test_a_number_that_cannot_exist_is_told_so(watch, number):
    parsed = watch(number or "DEMO", 0)
    assert parsed.results == ()
    assert [problem.kind for problem in parsed.errors] == ["invalid_number"]


@given(st.sampled_from(sorted(SCRIPTS)), st.integers(min_value=0, max_value=999_999))
def test_demo_numbers_hold_their_own_check_digit(script, seed):
    number = demo.number(script, seed)
    assert verify(number, demo.formats).state == "ok"
    assert (
        rank(tidy(f"{number[:4]}-{number[4:7]}-{number[7:]}"), [CarrierFormats("demo", demo.formats)])[0].carrier
        == "demo"
    )


def test_the_tables_hold_together():
    for script in SCRIPTS.values():
        for step in (*script.steps, *script.twin):
            assert step.code in STATUSES
            assert step.code in TEXTS
            assert step.place in PLACES
        hours = [step.hour for step in script.steps]
        assert hours == sorted(set(hours))
        assert hours[0] == 0


@pytest.mark.parametrize("body", [b"{}", b"[]", b"<", b'{"number": {}}', b"[" * 100_000])
def test_a_body_that_is_no_answer_is_a_bad_payload(body):
    with pytest.raises(BadPayload):
        demo.parse(Payload(body))
