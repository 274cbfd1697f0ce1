"""Plugins in a shop: which are wanted, and how their providers fared lately."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

import peewee

from .database import transaction
from .kept import Breaker, Rate, name_of
from .prepared import Prepared, param
from .shipments import Shipment
from .shops import PluginSetting

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
    """How a carrier was asked about a shop's shipments: how many are still asked for and fail, and when."""

    waiting: int
    failing: int
    last: datetime | None
    next: datetime | None


def load_askings(shop: int) -> dict[str, Asking]:
    """How each carrier in use was asked lately, by its id."""
    waits = peewee.Case(None, [(Shipment.ask_at.is_null(False), 1)], 0)
    fails = peewee.Case(None, [(Shipment.ask_at.is_null(False) & (Shipment.ask_error != ""), 1)], 0)
    total, least, most = peewee.fn.SUM, peewee.fn.MIN, peewee.fn.MAX
    query = (
        Shipment.select(Shipment.carrier, total(waits), total(fails), most(Shipment.asked_at), least(Shipment.ask_at))
        .where(Shipment.shop == shop)
        .group_by(Shipment.carrier)
    )
    found: Iterable[Any] = query.tuples()
    return {row[0]: Asking(int(row[1]), int(row[2]), row[3], row[4]) for row in found}


def find_last_error(shop: int, carrier: str) -> Shipment | None:
    """The shipment about which a carrier last answered with an error that still stands."""
    where = (Shipment.shop == shop) & (Shipment.carrier == carrier) & (Shipment.ask_error != "")
    row: Shipment | None = Shipment.select().where(where).order_by(Shipment.asked_at.desc(nulls="LAST")).first()
    return row
