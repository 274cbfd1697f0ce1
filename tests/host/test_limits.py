"""What the host lets through fits the columns it is kept in: PostgreSQL refuses what is longer, SQLite does not."""

import pytest

from tests.portals import scan
from tracker.host import orders, results
from tracker.host.results import Wrong, check_parsed
from tracker.sdk import Parsed, TrackingResult
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
