"""Trials: what the last test of a plugin's settings found, one row a shop and plugin."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import peewee

from .base import Row
from .fields import UTCDateTimeField
from .shops import Shop


class Trial(Row):
    """The last test that was asked for. `findings` is empty until `answered_at`; `key` names the asking."""

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE", index=False)
    shop_id: int
    plugin = peewee.CharField(60)
    key = peewee.CharField(160)
    asked_at = UTCDateTimeField()
    answered_at = UTCDateTimeField(null=True)
    findings = peewee.JSONField(default=list)

    class Meta:
        indexes = ((("shop", "plugin"), True),)


def begin_trial(shop: int, plugin: str, key: str, now: datetime) -> None:
    """Keeps that a test was asked for, in place of the one before."""
    news = {"key": key, "asked_at": now, "answered_at": None, "findings": []}
    insert = Trial.insert({"shop": shop, "plugin": plugin, **news})
    insert.on_conflict(conflict_target=(Trial.shop, Trial.plugin), update=news).execute()


def end_trial(shop: int, plugin: str, key: str, findings: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Keeps what a test found, unless another was asked for meanwhile."""
    mine = (Trial.shop == shop) & (Trial.plugin == plugin) & (Trial.key == key)
    Trial.update(findings=[dict(one) for one in findings], answered_at=now).where(mine).execute()


def forget_trial(shop: int, plugin: str) -> None:
    """Forgets the last test of a plugin, under way or answered."""
    Trial.delete().where((Trial.shop == shop) & (Trial.plugin == plugin)).execute()


def find_trial(shop: int, plugin: str) -> Trial | None:
    """The last test of a plugin, asked for or answered."""
    return Trial.get_or_none((Trial.shop == shop) & (Trial.plugin == plugin))
