"""Statements about numbers, as they were said. They belong to a number, so they may come before its shipment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import peewee

from tracker import sdk
from tracker.domain.statements import Forecast, Source, Statement
from tracker.sdk import Window

from .base import Row
from .fields import UTCDateTimeField
from .handovers import Handover
from .shipments import Shipment
from .shops import Shop

BATCH = 100


class Event(Row):
    """One statement. `digest` covers all its content: the same statement is stored once, a reworded one again.

    `source` is `carrier`, `shop` or `portal`. `local` is the wall clock as ISO text without zone, empty when undated;
    `offset` is minutes east of UTC, where known. `rule`, `plugin` (name and version) and `payload` (SHA-256 of the raw
    answer) tell how the status came out of it.
    """

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    shop_id: int
    carrier = peewee.CharField(40)
    number = peewee.CharField(64)
    digest = peewee.CharField(64)
    source = peewee.CharField(10)
    local = peewee.CharField(19, default="")
    offset = peewee.IntegerField(null=True)
    zone_source = peewee.CharField(10, default="unknown")
    milestone = peewee.CharField(24)
    reason = peewee.CharField(40, default="")
    delayed = peewee.BooleanField(default=False)
    action_required = peewee.BooleanField(default=False)
    code = peewee.CharField(60, default="")
    text = peewee.CharField(300, default="")
    place = peewee.CharField(120, default="")
    recorded_at = UTCDateTimeField()
    rule = peewee.CharField(120, default="")
    plugin = peewee.CharField(100, default="")
    payload = peewee.CharField(64, default="")
    latitude = peewee.FloatField(null=True)
    longitude = peewee.FloatField(null=True)

    class Meta:
        indexes = ((("shop", "carrier", "number", "digest"), True),)


# Few rows among all the others, and counted whenever the desk ranks them.
Event.add_index(
    Event.index(Event.shop, Event.carrier, Event.code, where=peewee.SQL("milestone = 'unknown'"), name="event_unknown")
)


class Estimate(Row):
    """A delivery window a carrier named. `as_of` is the newest event of the answer that named it, as ISO text."""

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    shop_id: int
    carrier = peewee.CharField(40)
    number = peewee.CharField(64)
    earliest = peewee.CharField(19)
    latest = peewee.CharField(19)
    as_of = peewee.CharField(19, default="")
    recorded_at = UTCDateTimeField()

    class Meta:
        indexes = ((("shop", "carrier", "number", "earliest", "latest", "as_of"), True),)


@dataclass(frozen=True, slots=True)
class Origin:
    """Which plugin (name and version) read a statement out of which payload (SHA-256 of its bytes)."""

    plugin: str = ""
    payload: str = ""


NOBODY = Origin()


@dataclass(frozen=True, slots=True)
class Told:
    """A statement and the row that keeps it."""

    statement: Statement
    row: Event


def add_statements(
    shop: int, carrier: str, number: str, statements: Iterable[Statement], now: datetime, origin: Origin = NOBODY
) -> int:
    """Stores the statements that are new, and tells how many were. The same statement is stored once for good."""
    rows = [_event_row(shop, carrier, number, statement, now, origin) for statement in statements]
    added = 0
    for start in range(0, len(rows), BATCH):
        query = Event.insert_many(rows[start : start + BATCH]).on_conflict_ignore()
        added += len(list(query.returning(Event.id)))
    return added


def add_forecast(shop: int, carrier: str, number: str, forecast: Forecast, now: datetime) -> bool:
    """Stores a window; True when it is news."""
    row = {
        "shop": shop,
        "carrier": carrier,
        "number": number,
        "earliest": forecast.window.earliest.isoformat(timespec="seconds"),
        "latest": forecast.window.latest.isoformat(timespec="seconds"),
        "as_of": forecast.as_of.isoformat(timespec="seconds") if forecast.as_of else "",
        "recorded_at": now,
    }
    return bool(list(Estimate.insert(row).on_conflict_ignore().returning(Estimate.id)))


def is_full(shop: int, carrier: str, number: str, most: int) -> bool:
    """Whether as many statements of a carrier as that are kept about a number."""
    where = (Event.shop == shop) & (Event.carrier == carrier) & (Event.number == number) & (Event.source == "carrier")
    return bool(Event.select(Event.id).where(where).offset(most - 1).limit(1).exists())


def load_statements(shop: int, carrier: str, number: str) -> list[Statement]:
    """Everything ever said about a number of a carrier."""
    where = (Event.shop == shop) & (Event.carrier == carrier) & (Event.number == number)
    return [_read_event(row) for row in Event.select().where(where)]


def load_told(shop: int, carrier: str, number: str) -> list["Told"]:
    """Everything ever said about a number of a carrier, each with its row."""
    where = (Event.shop == shop) & (Event.carrier == carrier) & (Event.number == number)
    return [Told(_read_event(row), row) for row in Event.select().where(where)]


def load_forecasts(shop: int, carrier: str, number: str) -> list[Forecast]:
    """Every window ever told for a number of a carrier."""
    where = (Estimate.shop == shop) & (Estimate.carrier == carrier) & (Estimate.number == number)
    return [
        Forecast(
            Window(datetime.fromisoformat(row.earliest), datetime.fromisoformat(row.latest)),
            datetime.fromisoformat(row.as_of) if row.as_of else None,
        )
        for row in Estimate.select().where(where)
    ]


def count_unknown(shop: int, limit: int = 20) -> list[tuple[str, str, str, int]]:
    """Carrier, code, one of its texts and how often: what a shop's carriers said that no plugin understood."""
    count = peewee.fn.COUNT(Event.id)
    query = (
        Event.select(Event.carrier, Event.code, peewee.fn.MAX(Event.text), count)
        .where((Event.shop == shop) & (Event.source == "carrier") & (Event.milestone == "unknown"))
        .group_by(Event.carrier, Event.code)
        .order_by(count.desc(), Event.carrier, Event.code)
        .limit(limit)
    )
    rows: Any = query.tuples()
    return list(rows)


def purge_parked(shop: int, before: datetime, limit: int = 500) -> int:
    """Removes what was said before an instant of numbers that no shipment has or goes on as.

    Tells how much, up to twice `limit`.
    """
    return sum(_purge(model, shop, before, limit) for model in (Event, Estimate))


def _purge(model: type[Event] | type[Estimate], shop: int, before: datetime, limit: int) -> int:
    known = Shipment.select(Shipment.id).where(
        (Shipment.shop == model.shop) & (Shipment.carrier == model.carrier) & (Shipment.number == model.number)
    )
    led = Handover.select(Handover.id).where(
        (Handover.shop == model.shop) & (Handover.to_carrier == model.carrier) & (Handover.to_number == model.number)
    )
    parked = ~peewee.fn.EXISTS(known) & ~peewee.fn.EXISTS(led)
    old = (model.shop == shop) & (model.recorded_at < before) & parked
    ids = [row.id for row in model.select(model.id).where(old).limit(limit)]
    return int(model.delete().where(model.id.in_(ids)).execute()) if ids else 0


def _event_row(
    shop: int, carrier: str, number: str, statement: Statement, now: datetime, origin: Origin
) -> dict[str, Any]:
    event, status = statement.event, statement.event.status
    latitude, longitude = event.point or (None, None)
    return {
        "shop": shop,
        "carrier": carrier,
        "number": number,
        "digest": statement.digest,
        "source": str(statement.source),
        "local": event.local.isoformat(timespec="seconds") if event.local else "",
        "offset": None if event.offset is None else round(event.offset.total_seconds() / 60),
        "zone_source": str(event.zone_source),
        "milestone": str(status.milestone),
        "reason": status.reason,
        "delayed": status.delayed,
        "action_required": status.action_required,
        "code": event.code,
        "text": event.text,
        "place": event.place,
        "recorded_at": now,
        "rule": event.rule[:120],
        "plugin": origin.plugin,
        "payload": origin.payload,
        "latitude": latitude,
        "longitude": longitude,
    }


def _read_event(row: Event) -> Statement:
    event = sdk.Event(
        local=datetime.fromisoformat(row.local) if row.local else None,
        status=sdk.Status(sdk.Milestone(row.milestone), row.reason, row.delayed, row.action_required),
        offset=None if row.offset is None else timedelta(minutes=row.offset),
        zone_source=sdk.ZoneSource(row.zone_source),
        code=row.code,
        text=row.text,
        place=row.place,
        rule=row.rule,
        point=None if row.latitude is None or row.longitude is None else (row.latitude, row.longitude),
    )
    return Statement(Source(row.source), event)
