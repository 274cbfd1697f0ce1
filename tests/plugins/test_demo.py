"""The demo carrier: stories that go on with the clock, the same each time, and never ahead of it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tracker_plugins.demo import Demo, DemoSettings
from tracker_plugins.demo.tables import PLACES, SCRIPTS, STATUSES, TEXTS

from tracker.domain.numbers import CarrierFormats, rank, tidy, verify
from tracker.sdk import (
    BadPayload,
    BadRequest,
    Instruction,
    InstructionKind,
    InvalidNumber,
    Milestone,
    Payload,
    Pickup,
    Query,
)

from .conftest import Memory

START = datetime(2026, 11, 21, 20, 30, 15, 250_000, tzinfo=UTC)
demo = Demo()
LAST = {
    "on_its_way": Milestone.IN_TRANSIT,
    "abroad": Milestone.IN_TRANSIT,
    "delayed": Milestone.DELIVERED,
    "failed_attempt": Milestone.DELIVERED,
    "partly_delivered": Milestone.DELIVERED,
    "returned": Milestone.RETURNED,
    "delivered": Milestone.DELIVERED,
    "to_collect": Milestone.DELIVERED,
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


@pytest.mark.parametrize("hour", range(0, 24, 5))
def test_windows_lie_in_the_afternoon_and_end_no_earlier_than_the_script_says(make_context, hour):
    start, memory = START + timedelta(hours=hour), Memory()
    for now in (start, start + timedelta(hours=8)):
        context = make_context(DemoSettings(seconds_per_hour=3600), memory=memory, now=now)
        (payload,) = demo.fetch([Query(demo.number("delayed", 2))], context)
    window = demo.parse(payload).results[0].estimated
    assert (window.earliest.hour, window.latest.hour) == (13, 17)
    assert timedelta(0) <= window.latest - (start - timedelta(hours=8) + timedelta(hours=52)).replace(tzinfo=None)


def test_no_clock_on_a_parcels_way_runs_backwards(watch):
    for script in SCRIPTS:
        for seed in (16, 17):
            local = [event.local for event in watch(demo.number(script, seed), 500, 3600.0).results[0].events]
            assert local == sorted(local), script


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


def test_an_answer_turns_the_story_and_is_taken_once(make_context):
    """After a failed attempt the next scans follow what somebody wants; a named day is kept to by the real clock."""
    number, memory = demo.number("failed_attempt", 4), Memory()
    answered = START + timedelta(hours=35)

    def look(now, speed=3600.0):
        context = make_context(DemoSettings(seconds_per_hour=speed), memory=memory, now=now)
        (payload,) = demo.fetch([Query(number)], context)
        (result,) = demo.parse(payload).results
        return result

    def instruct(kind, key="k1", day=None, now=answered):
        context = make_context(DemoSettings(seconds_per_hour=2.0), memory=memory, now=now)
        return demo.instruct(Instruction(key, InstructionKind(kind), number, day), context)

    look(START)
    assert look(answered).events[-1].code == "ATT"
    with pytest.raises(BadRequest, match="Sundays"):
        instruct("another_day", day=date(2026, 11, 29))
    first = instruct("safe_place")
    assert (first.state, bool(first.reply)) == ("accepted", True)
    assert instruct("safe_place", now=answered + timedelta(seconds=5)) == first
    after = [event.code for event in look(answered + timedelta(minutes=1)).events]
    assert after[-4:] == ["ATT", "TUR", "OFD", "DLV"]
    instruct("another_day", "k2", date(2026, 11, 25))
    held = look(answered + timedelta(minutes=1))
    assert held.events[-1].code == "HLD"
    assert held.estimated.earliest == datetime(2026, 11, 25, 12)
    assert look(datetime(2026, 11, 25, 23, tzinfo=UTC)).events[-1].local == datetime(2026, 11, 25, 14)
    with pytest.raises(InvalidNumber):
        demo.instruct(Instruction("k", InstructionKind.SEND_BACK, "DEMO1"), make_context(DemoSettings()))


def test_a_delivery_is_proved_by_a_photo_and_a_waiting_parcel_says_where_until_when_and_with_which_code(watch):
    number = demo.number("to_collect", 4711)
    before, waits, home = (watch(number, hour).results[0] for hour in (37, 38, 86))
    assert (before.proofs, before.pickup) == ((), None)
    assert (waits.pickup.name, waits.pickup.code, waits.proofs) == ("Tea room on Shattuck Avenue", "4711", ())
    assert waits.pickup.until == datetime(2026, 11, 28, 19)
    assert len(waits.pickup.hours) == 2
    assert home.pickup is None
    assert [(proof.kind, proof.body[:4]) for proof in home.proofs] == [("photo", b"\x89PNG")]


def test_one_odd_field_of_a_waiting_place_costs_that_field_alone():
    told = '{"number": "DEMOCOL0000171", "waits_at": {"name": "Kiosk", "hours": 7, "until": "soon", "latitude": 99}}'
    (result,) = demo.parse(Payload(told.encode())).results
    assert result.pickup == Pickup("Kiosk")
