"""What customers wish: quiet hours over changes of the clock, pauses, and numbers that can be dialled."""

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.portals import utc
from tracker.domain.phones import read_phone
from tracker.domain.preferences import FOREVER, Wishes, choose_channel, end_of_quiet, refuse


def night(zone: str = "Europe/Berlin", begin: str = "22:00", end: str = "07:00") -> Wishes:
    return Wishes(quiet_from=time.fromisoformat(begin), quiet_until=time.fromisoformat(end), zone=zone)


@pytest.mark.parametrize(
    ("wishes", "now", "end"),
    [
        (night(), "2026-01-10T20:59", None),
        (night(), "2026-01-10T21:00", "2026-01-11T06:00"),
        (night(), "2026-01-11T05:59", "2026-01-11T06:00"),
        (night(), "2026-01-11T06:00", None),
        # The night of 28 to 29 March 2026 is an hour shorter there, that of 24 to 25 October an hour longer.
        (night(), "2026-03-28T22:00", "2026-03-29T05:00"),
        (night(), "2026-10-24T21:00", "2026-10-25T06:00"),
        # An end that does not exist: clocks go from 2:00 to 3:00.
        (night(end="02:30"), "2026-03-28T23:00", "2026-03-29T01:30"),
        # An end that comes twice; in the second of the hours it is the second one.
        (night(end="02:30"), "2026-10-25T00:15", "2026-10-25T00:30"),
        (night(end="02:30"), "2026-10-25T01:15", "2026-10-25T01:30"),
        (night(begin="12:00", end="14:00"), "2026-01-10T11:30", "2026-01-10T13:00"),
        (night(begin="12:00", end="14:00"), "2026-01-10T14:30", None),
        (night("Asia/Seoul"), "2026-01-10T14:00", "2026-01-10T22:00"),
        (night("Nowhere/At_All"), "2026-01-10T14:00", "2026-01-10T22:00"),
        (night("../../etc/passwd"), "2026-01-10T14:00", "2026-01-10T22:00"),
        (night(begin="08:00", end="08:00"), "2026-01-10T08:00", None),
        (Wishes(), "2026-01-10T23:00", None),
    ],
)
def test_r32_quiet_hours_end_when_the_customers_clock_says_so(wishes: Wishes, now: str, end: str | None) -> None:
    """A zone that nobody knows any more gives way to the shop's, here Seoul."""
    assert end_of_quiet(wishes, utc(now), "Asia/Seoul") == (utc(end) if end else None)


minutes = st.integers(0, 1439).map(lambda count: f"{count // 60:02}:{count % 60:02}")


@given(
    st.datetimes(utc("2026-01-01T00:00").replace(tzinfo=None), utc("2027-01-01T00:00").replace(tzinfo=None)),
    minutes,
    minutes,
    st.sampled_from(["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Seoul", "?"]),
)
def test_r32_whatever_the_clock_does_a_message_waits_a_day_at_most(
    now: datetime, begin: str, end: str, zone: str
) -> None:
    at = now.replace(tzinfo=utc("2026-01-01T00:00").tzinfo)
    until = end_of_quiet(night(zone, begin, end), at, "UTC")
    assert until is None or at < until <= at + timedelta(hours=26)


def test_what_is_not_wanted_is_refused_and_answers_pass_a_pause() -> None:
    now = utc("2026-03-02T10:00")
    calm, paused = Wishes(only_trouble=True), Wishes(paused_until=FOREVER)
    never = Wishes(channels={"shipped": "", "answer": ""})
    told = ("shipped", "delayed", "attempt_failed", "available_for_pickup", "returning", "delivered", "answer")
    assert [refuse(calm, kind, now) for kind in told] == ["unwanted", "", "", "", "", "unwanted", ""]
    assert [refuse(paused, kind, now) for kind in told] == ["paused"] * 6 + [""]
    assert [refuse(never, kind, now) for kind in told] == ["unwanted", "", "", "", "", "", "unwanted"]
    assert refuse(Wishes(paused_until=now), "shipped", now) == ""
    assert choose_channel(Wishes(channels={"shipped": "twilio"}), "shipped", ["email"]) == "email"
    assert choose_channel(Wishes(channels={"shipped": "twilio"}), "shipped", ["email", "twilio"]) == "twilio"


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("010-1234-5678", "KR", "+821012345678"),
        ("010 1234 5678", "kr", "+821012345678"),
        ("+82 10 1234 5678", "", "+821012345678"),
        ("０１０１２３４５６７８", "KR", "+821012345678"),
        ("0049 151 23456789", "KR", "+4915123456789"),
        ("+49 (0)151 23456789", "", "+4915123456789"),
        ("(415) 555-2671", "US", "+14155552671"),
        ("1 415 555 2671", "US", "+14155552671"),
        ("07400 123456", "GB", "+447400123456"),
        ("612 34 56 78", "ES", "+34612345678"),
        # Nobody can tell: a landline, no country, a country whose numbers are not known, digits and nonsense.
        ("02-123-4567", "KR", ""),
        ("030 123456", "DE", ""),
        ("010-1234-5678", "", ""),
        ("0812345678", "TH", ""),
        ("151 23456789", "DE", ""),
        ("+0 151 23456789", "", ""),
        ("+49151", "", ""),
        ("+4915123456789012", "", ""),
        ("+82 10 1234 5678 ext. 9", "", ""),
        ("٠١٠١٢٣٤٥٦٧٨", "KR", ""),
        ("+" * 90, "KR", ""),
        ("", "KR", ""),
    ],
)
def test_a_phone_number_is_dialled_where_it_is_certain(text: str, country: str, number: str) -> None:
    assert read_phone(text, country) == number
