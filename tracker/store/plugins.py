"""Plugins in a shop: which are wanted, and how their providers fared lately."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import peewee

from .database import transaction
from .kept import Breaker, Rate, name_of
from .prepared import Prepared, param
from .shipments import Shipment
from .shops import PluginSetting
from .subscriptions import Subscribed

_SWITCH = Prepared(
    lambda: PluginSetting.select(PluginSetting.enabled).where(
        PluginSetting.shop == param("shop"), PluginSetting.plugin == param("plugin")
    )
)


def find_switch(shop: int, plugin: str) -> bool | None:
    """Whether a shop wants a plugin; `None` where it never said so and filled nothing in."""
    row = _SWITCH.first(shop=shop, plugin=plugin)
    return bool(row[0]) if row else None


def load_switches(shop: int) -> dict[str, bool]:
    """What `find_switch` tells, of all plugins that a shop has said something about."""
    rows = PluginSetting.select(PluginSetting.plugin, PluginSetting.enabled).where(PluginSetting.shop == shop)
    return {row.plugin: row.enabled for row in rows}


def write_switch(shop: int, plugin: str, enabled: bool, now: datetime) -> None:
    """Keeps whether a shop wants a plugin; its settings stay as they are."""
    insert = PluginSetting.insert({"shop": shop, "plugin": plugin, "enabled": enabled, "changed_at": now})
    target = (PluginSetting.shop, PluginSetting.plugin)
    with transaction():
        insert.on_conflict(conflict_target=target, preserve=(PluginSetting.enabled, PluginSetting.changed_at)).execute()


def load_breakers(shop: int) -> dict[str, Breaker]:
    """The breakers of a shop that know of errors, by the name that `breaker_name` gives."""
    head = name_of("breaker", shop, "")
    return {row.name: row for row in Breaker.select().where(Breaker.name.startswith(head))}


def breaker_name(shop: int, provider: str) -> str:
    """The name under which a provider's breaker is kept."""
    return name_of("breaker", shop, provider, longest=Breaker.name.max_length)


def count_taken(shop: int, key: str, since: datetime) -> tuple[int, datetime | None]:
    """How often something was done in its window of time, and when that began; 0 where it began before `since`."""
    row = Rate.get_or_none((Rate.name == name_of("rate", shop, key)) & (Rate.since > since))
    return (row.count, row.since) if row else (0, None)


class Asking(NamedTuple):
    """How a carrier is asked about a shop's parcels: about how many, how many of them fail, and when."""

    waiting: int
    failing: int
    last: datetime | None
    next: datetime | None


def load_askings(shop: int) -> dict[str, Asking]:
    """How each carrier is asked about the parcels that are on their way, by its id."""
    fails = peewee.Case(None, [(Shipment.ask_error != "", 1)], 0)
    count, total, least, most = peewee.fn.COUNT, peewee.fn.SUM, peewee.fn.MIN, peewee.fn.MAX
    query = (
        Shipment.select(
            Shipment.carrier, count(Shipment.id), total(fails), most(Shipment.asked_at), least(Shipment.ask_at)
        )
        .where((Shipment.shop == shop) & Shipment.ask_at.is_null(False))
        .group_by(Shipment.carrier)
    )
    found: Iterable[Any] = query.tuples()
    return {row[0]: Asking(int(row[1]), int(row[2]), row[3], row[4]) for row in found}


def find_last_error(shop: int, carriers: Sequence[str]) -> Shipment | None:
    """The parcel on its way about which one of these carriers last answered with an error."""
    mine = (Shipment.shop == shop) & Shipment.carrier.in_(list(carriers)) & Shipment.ask_at.is_null(False)
    failing = Shipment.select().where(mine & (Shipment.ask_error != ""))
    row: Shipment | None = failing.order_by(Shipment.asked_at.desc(nulls="LAST")).first()
    return row


def wake_shipments(
    shop: int, carriers: Sequence[str], milestones: Sequence[str], now: datetime, since: datetime, limit: int
) -> int:
    """Has carriers asked now about parcels that nobody is asked about or was let in for; how many those are.

    Only parcels at these milestones that were heard of since an instant.
    """
    stuck = Shipment.ask_at.is_null() | Shipment.ask_error.startswith("auth:")
    ids = Shipment.select(Shipment.id).where(_moving(shop, carriers, milestones, since) & stuck).limit(limit)
    with transaction():
        update = Shipment.update(ask_at=now, ask_error="", ask_failures=0)
        return int(update.where(Shipment.id.in_(ids)).execute())


def load_unsubscribed(
    shop: int, carriers: Sequence[str], milestones: Sequence[str], since: datetime, limit: int
) -> list[Shipment]:
    """Parcels of carriers, at these milestones and heard of since an instant, whose news nobody sends by itself."""
    same = (Subscribed.carrier == Shipment.carrier) & (Subscribed.number == Shipment.number)
    known = Subscribed.select(Subscribed.id).where((Subscribed.shop == shop) & same)
    where = _moving(shop, carriers, milestones, since) & ~peewee.fn.EXISTS(known)
    return list(Shipment.select().where(where).order_by(Shipment.id.desc()).limit(limit))


def load_subscribed(shop: int, askers: Sequence[str]) -> list[Subscribed]:
    """All subscriptions of a shop that these carriers keep."""
    return list(Subscribed.select().where((Subscribed.shop == shop) & Subscribed.asker.in_(list(askers))))


def _moving(shop: int, carriers: Sequence[str], milestones: Sequence[str], since: datetime) -> peewee.Expression:
    heard = (Shipment.last_event_at >= since) | (Shipment.created_at >= since)
    mine = (Shipment.shop == shop) & Shipment.carrier.in_(list(carriers)) & Shipment.cancelled_at.is_null()
    moving: peewee.Expression = mine & Shipment.milestone.in_(list(milestones)) & heard
    return moving
