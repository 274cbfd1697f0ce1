"""What the host lets through fits the columns it is kept in: PostgreSQL refuses what is longer, SQLite does not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from tests.portals import scan
from tracker.domain.privacy import mask
from tracker.host import orders, results
from tracker.host.results import check_parsed, check_payload, check_subscriptions
from tracker.host.values import Wrong
from tracker.sdk import Parsed, Payload, Subscription, Successor, TrackingResult
from tracker.store.events import Event
from tracker.store.orders import Line, Order


def test_no_text_is_longer_than_its_column():
    told = (results.CODE, results.TEXT, results.PLACE, results.REASON, results.NUMBER)
    kept = (Event.code, Event.text, Event.place, Event.reason, Event.number)
    assert list(told) == [column.max_length for column in kept]
    assert {orders.KEY} == {Order.ref.max_length, Line.ref.max_length}


def test_a_reason_is_a_short_word():
    def tell(reason):
        return check_parsed(Parsed((TrackingResult("N1", (scan("in_transit", reason=reason),)),)))

    assert tell("x" * 40)
    with pytest.raises(Wrong, match="reason"):
        tell("x" * 41)


def test_r26_one_answer_brings_no_more_events_and_no_more_results_about_a_number_than_can_be_recorded():
    full = (scan("in_transit"),) * results.MOST_EVENTS
    crowd = [TrackingResult(f"N{number}", full) for number in range(12)]
    parsed = check_parsed(Parsed((*crowd, *[TrackingResult("A1")] * 50)))
    numbers = [result.number for result in parsed.results]
    assert sum(len(result.events) for result in parsed.results) == results.MOST_IN_ALL
    assert numbers == [f"N{number}" for number in range(10)] + ["A1"] * results.MOST_TWINS
    assert "left out" in parsed.warnings[-1]


@pytest.mark.parametrize(
    "successor", [Successor("x" * 41, "B1"), Successor("No Id", "B1"), Successor("ups", "1" * 65), Successor("", "1")]
)
def test_a_successor_that_can_be_nobodys_is_left_out(successor):
    (result,) = check_parsed(Parsed((TrackingResult("A1", successor=successor, carrier="Not an id"),))).results
    assert (result.successor, result.carrier) == (None, "")


@pytest.mark.parametrize(
    ("text", "private", "shown"),
    [
        ("Signed by Jose\u0301  Ito", ("Jose\u0301  Ito",), "Signed by ●●●"),
        ("x" * 290 + " by ADA LOVELACE, DOOR", ("ADA LOVELACE",), "x" * 290 + " by"),
        ("x" * 288 + "ADA LOVELACE, DOOR", ("ADA LOVELACE",), "x" * 288 + "●●●"),
        ("x" * 250 + " Ada " + "x" * 45 + "ADA LOVELACE", ("ADA LOVELACE", "Ada"), "x" * 250 + " ●●● " + "x" * 45),
        ("●" * 300, ("●●",) * 50, "●" * 300),
        ("ab" * 150, ("a", "ab"), "●" * 300),
    ],
)
def test_what_is_private_is_hidden_whole_however_it_is_spelt_and_cut(text, private, shown):
    event = replace(scan("delivered"), text=text, private=private)
    (checked,) = check_parsed(Parsed((TrackingResult("A1", (event,)),))).results[0].events
    assert mask(checked.text, checked.private) == shown


def test_s32_an_answer_is_kept_without_cookies_and_with_texts_alone():
    headers = {"Set-Cookie": "session=hush", "Retry-After": "7", **{f"x-{at}": "y\0" * 900 for at in range(99)}}
    numbers = ("A1", "B\u202e1")
    kept = check_payload(Payload(b"{}", "a" * 500, headers=headers, numbers=numbers, carrier="No Id"))
    assert "hush" not in repr(kept)
    assert (kept.headers["retry-after"], len(kept.headers), len(kept.headers["x-1"])) == ("7", 49, 999)
    assert (len(kept.content_type), kept.numbers, kept.carrier) == (100, ("A1", "B1"), "")


@pytest.mark.parametrize(
    "odd", [{"headers": {"a": b"b"}}, {"headers": {1: "b"}}, {"numbers": (1,)}, {"numbers": "A1"}, {"carrier": None}]
)
def test_r26_an_answer_that_cannot_be_kept_is_its_plugins_bug(odd):
    with pytest.raises(Wrong):
        check_payload(Payload(b"{}", **odd))


def test_a_code_tells_of_nobody():
    event = replace(scan("delivered"), code="기사:김철수", text="기사:김철수 (1)", private=("김철수", "1", ""))
    (checked,) = check_parsed(Parsed((TrackingResult("A1", (event,)),))).results[0].events
    assert (checked.code, checked.text, checked.private) == ("기사:●", event.text, event.private)


def test_r26_more_private_pieces_than_a_text_can_hold_are_a_bug():
    event = replace(scan("delivered"), private=tuple(map(str, range(201))))
    with pytest.raises(Wrong, match="private"):
        check_parsed(Parsed((TrackingResult("A1", (event,)),)))


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        (datetime.max.replace(tzinfo=timezone(timedelta(hours=-12))), None),
        (datetime.min.replace(tzinfo=timezone(timedelta(hours=14))), datetime(2000, 1, 1, tzinfo=UTC)),
        (datetime(2026, 3, 2, 9, tzinfo=timezone(timedelta(hours=9))), datetime(2026, 3, 2, tzinfo=UTC)),
        (None, None),
    ],
)
def test_a_promise_ends_at_an_instant_that_can_be_kept(told, kept):
    (promise,) = check_subscriptions([Subscription("A1", expires=told)])
    assert promise.expires == kept
