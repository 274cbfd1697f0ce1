"""Reading dates and times as carriers write them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.sdk import (
    NEVER,
    from_epoch,
    offset_between,
    read_clock,
    read_offset,
    read_time,
    real_offset,
)

MARCH = datetime(2026, 3, 2, 9, 5, 7)


def hours(count):
    return timedelta(hours=count)


def test_a_z_that_says_nothing_is_cut_off_and_an_offset_stays():
    for text in ("2026-03-02T09:05:07Z", "2026-03-02T09:05:07.123z", "20260302T090507Z", "2026-03-02 09:05:07 Z"):
        assert read_time(text, zulu=False) == (MARCH, None)
    assert read_time("2026-03-02T09:05:07+09:00", zulu=False) == (MARCH, hours(9))
    assert read_time(None, zulu=False) == read_time("Z" * 20, zulu=False) == NEVER


@pytest.mark.parametrize(
    ("text", "local", "offset"),
    [
        ("2026-03-02T09:05:07", MARCH, None),
        ("2026-03-02 09:05:07", MARCH, None),
        ("20260302T090507", MARCH, None),
        ("2026-03-02T09:05:07.123456", MARCH, None),
        ("2026-03-02T09:05:07Z", MARCH, hours(0)),
        ("2026-03-02T09:05:07 Z", MARCH, hours(0)),
        ("2026-03-02T09:05:07+09:00", MARCH, hours(9)),
        ("2026-03-02T09:05:07 +0900", MARCH, hours(9)),
        ("2026-03-02T09:05:07 -0500", MARCH, hours(-5)),
        ("2026-03-02  09:05:07", MARCH, None),
        ("2026-03-02T09:05:07.5+05:30", MARCH, hours(5.5)),
        ("2026-03-02", datetime(2026, 3, 2), None),
        ("20260302", datetime(2026, 3, 2), None),
        # the end of a day, leap days, far ends of the world and of time
        ("2026-02-28T24:00:00", datetime(2026, 3, 1), None),
        ("2024-02-28T24:00+14:00", datetime(2024, 2, 29), hours(14)),
        ("2024-02-29T00:00:00-12:00", datetime(2024, 2, 29), hours(-12)),
        ("1970-01-01T00:00:00Z", datetime(1970, 1, 1), hours(0)),
        # an offset that no place keeps is none, and costs the time nothing
        ("2026-03-02T09:05:07+17:30", MARCH, None),
        ("2026-03-02T09:05:07-23:00", MARCH, None),
        ("2026-03-02T09:05:07+00:07", MARCH, None),
    ],
)
def test_r10_a_time_is_read_with_the_offset_that_it_tells(text, local, offset):
    assert read_time(text) == (local, offset)


@pytest.mark.parametrize(
    "value",
    [None, 20260302, 1.5, True, [], {}, "", "soon", "2026-02-30T00:00:00", "2026-03-02T25:00:00", "9999-12-31T24:00:00",
     "2026-03-02T24:01:00", "2026-03-02T09:05:07" + " " * 40, "1712110112345", "1772442307", "12:30:00", "\ud800" * 10,
     "\u0662\u0660\u0662\u0666-03-02"],
)  # fmt: skip
def test_what_is_no_time_is_never(value):
    assert read_time(value) is NEVER


@given(st.text(max_size=45) | st.datetimes().map(str))
def test_no_text_makes_the_readers_raise(text):
    local, offset = read_time(text)
    assert local is None or local.tzinfo is None
    assert offset is None or real_offset(offset) == offset
    for day_first in (False, True):
        read_clock(text, text, day_first=day_first)
    read_offset(text)
    from_epoch(text)


@pytest.mark.parametrize(
    ("date", "clock", "seen"),
    [
        ("2026-03-02", "09:05:07", MARCH), ("20260302", "090507", MARCH), (20260302, 90507, MARCH),
        ("2026/03/02", "9:05:07", MARCH), ("2026.03.02", "09.05.07", MARCH), ("2026-03-02", "09:05:07.250", MARCH),
        ("2026-03-02", "9:05:07 AM", MARCH), ("2026-03-02", "0905", datetime(2026, 3, 2, 9, 5)),
        ("2026-03-02", "905", datetime(2026, 3, 2, 9, 5)), ("2026-03-02", "9h05", datetime(2026, 3, 2, 9, 5)),
        ("2026-03-02", "9:05 p.m.", datetime(2026, 3, 2, 21, 5)),
        ("2026-03-02", "12:30 AM", datetime(2026, 3, 2, 0, 30)),
        ("2026-03-02", "12:30 PM", datetime(2026, 3, 2, 12, 30)), ("2026-03-02", "24:00", datetime(2026, 3, 3)),
        ("2026-03-02", "2400", datetime(2026, 3, 3)), ("2026-03-02", "", datetime(2026, 3, 2)),
        ("2026-03-02T09:05:07", None, datetime(2026, 3, 2)),
        # without a time that can be read, the day begins at 00:00
        ("2026-03-02", "12:5", datetime(2026, 3, 2)), ("2026-03-02", "1:5:33", datetime(2026, 3, 2)),
        ("2026-03-02", "24:01", datetime(2026, 3, 2)), ("2026-03-02", "09:61", datetime(2026, 3, 2)),
        ("2026-03-02", "noon", datetime(2026, 3, 2)), ("2026-03-02", "20260302090507", datetime(2026, 3, 2)),
        # no date, no time
        ("", "09:05", None), ("2026-02-30", "09:05", None), ("02.03.2026", "", None), (None, "09:05", None),
        ("03/02/2026", "", None), ("9999-12-31", "24:00", None), ("2026-3-2", "", None),
    ],
)  # fmt: skip
def test_r10_a_wall_clock_is_read_from_its_two_halves(date, clock, seen):
    assert read_clock(date, clock) == seen


def test_days_may_come_first_where_the_carrier_says_so():
    for date in ("02.03.2026", "2.3.2026", "02/03/2026", "02-03-2026", "2026-03-02"):
        assert read_clock(date, "0905", day_first=True) == datetime(2026, 3, 2, 9, 5)


@pytest.mark.parametrize(
    ("text", "offset"),
    [("+09:00", hours(9)), ("-0500", hours(-5)), ("+9", hours(9)), ("+530", hours(5.5)), ("Z", hours(0)),
     ("z", hours(0)), ("+00:00", hours(0)), ("+14:00", hours(14)), ("-12:00", hours(-12)), ("+14:15", None),
     ("-12:15", None), ("+05:75", None), ("+05:10", None), ("09:00", None), ("UTC", None), ("", None),
     (None, None), (9, None)],
)  # fmt: skip
def test_an_offset_is_read_where_some_place_keeps_it(text, offset):
    assert read_offset(text) == offset


@pytest.mark.parametrize(
    ("gmt", "offset"),
    [
        (datetime(2026, 3, 2, 14, 5, 7), hours(-5)),
        (datetime(2026, 3, 2, 14, 5, 7, tzinfo=UTC), hours(-5)),
        (datetime(2026, 3, 2, 23, 5, 7, tzinfo=timezone(hours(9))), hours(-5)),
        (datetime(2026, 3, 3, 14, 5, 7), None),
        (datetime(2026, 3, 2, 14, 6, 7), None),
        (datetime(1, 1, 1, tzinfo=timezone(hours(9))), None),
        (datetime(9999, 12, 31, 23, tzinfo=timezone(hours(-9))), None),
        (None, None),
    ],
)
def test_the_gmt_clock_beside_a_wall_clock_gives_its_offset_unless_a_day_is_wrong(gmt, offset):
    assert offset_between(MARCH, gmt) == offset
    assert offset_between(None, gmt) is None


@pytest.mark.parametrize(
    ("value", "seen"),
    [(0, datetime(1970, 1, 1, tzinfo=UTC)), (1772442307, MARCH.replace(tzinfo=UTC)),
     ("1772442307", MARCH.replace(tzinfo=UTC)), (1772442307000, MARCH.replace(tzinfo=UTC)),
     (-1, None), ("", None), ("soon", None), (None, None), (True, None), (10**29, None), (10**400, None),
     ("1" * 16, None)],
)  # fmt: skip
def test_seconds_and_milliseconds_since_1970_are_told_apart(value, seen):
    assert from_epoch(value) == seen
