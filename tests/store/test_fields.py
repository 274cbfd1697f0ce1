"""One instant is one value on both back ends, whatever the zones of the session and of the machine."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from tracker.store.outbox import Outbox

SEOUL = timezone(timedelta(hours=9))


def _write(key, due):
    return Outbox.create(topic="t", key=key, due=due, created_at=due)


def test_one_instant_is_equal_from_every_zone(database):
    instant = datetime(2026, 3, 2, 9, 30, 15, 123456, tzinfo=SEOUL)
    _write("a", instant)
    if database.kind == "postgres":
        database.engine.execute_sql("SET timezone = 'Asia/Seoul'")
    row = Outbox.get()
    assert row.due == instant
    assert row.due.utcoffset() == timedelta(0)
    assert Outbox.get(Outbox.due == instant.astimezone(UTC)).key == "a"


def test_instants_sort_by_time_and_not_by_text(database):
    base = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    for key, due in [
        ("c", base),
        ("a", base.astimezone(SEOUL) - timedelta(hours=1)),
        ("d", base.replace(microsecond=1)),
    ]:
        _write(key, due)
    _write("early", datetime(900, 1, 1, tzinfo=UTC))
    assert [row.key for row in Outbox.select().order_by(Outbox.due)] == ["early", "a", "c", "d"]
    assert [row.key for row in Outbox.select().where(Outbox.due > base)] == ["d"]


def test_an_instant_without_a_zone_is_refused(database):
    with pytest.raises(ValueError, match="no zone"):
        _write("a", datetime(2026, 3, 2, 9, 0))


def test_an_absent_instant_stays_absent(database):
    _write("a", datetime(2026, 3, 2, tzinfo=UTC))
    assert Outbox.get().done_at is None
