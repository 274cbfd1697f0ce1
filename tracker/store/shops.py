"""Shops: who they are, how they look, and what fills their slots."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import peewee

from .base import Row
from .errors import Taken
from .fields import UTCDateTimeField
from .prepared import Prepared, param


class Shop(Row):
    """One shop. `origins` are the web origins whose pages may frame its widget; `theme` holds checked tokens only.

    `zone` is the IANA name of the shop's own wall clock: its own words are timed by it. Unless `show_people` is
    set, what carriers tell of drivers and signers is hidden. `wording` counts changes of the shop's own status words.
    `tiers` is the shop's choice of what its links show (`domain/tiers.py`), `embed_keys` its keys for passes, sealed.
    `answer_hours` is within how many hours of working days it answers a concern.
    """

    slug = peewee.CharField(40, unique=True)
    name = peewee.CharField(120)
    locale = peewee.CharField(12, default="en")
    zone = peewee.CharField(40, default="UTC")
    home_url = peewee.CharField(500, default="")
    sender = peewee.CharField(254, default="")
    support_email = peewee.CharField(254, default="")
    support_phone = peewee.CharField(40, default="")
    support_url = peewee.CharField(500, default="")
    origins = peewee.JSONField(default=list)
    theme = peewee.JSONField(default=dict)
    logo = peewee.CharField(64, default="")
    created_at = UTCDateTimeField()
    show_people = peewee.BooleanField(default=False)
    wording = peewee.IntegerField(default=0)
    tiers = peewee.JSONField(null=True)
    embed_keys = peewee.TextField(default="")
    answer_hours = peewee.IntegerField(default=24)


class Asset(Row):
    """A file a marketer uploaded, re-encoded by us. `digest` names it in URLs, so that it can be cached for good."""

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    shop_id: int
    digest = peewee.CharField(64)
    content_type = peewee.CharField(40)
    body = peewee.BlobField()
    created_at = UTCDateTimeField()

    class Meta:
        indexes = ((("shop", "digest"), True),)


class Slot(Row):
    """What a marketer put into a slot: a block, its content, and who brings its offers; shown, or kept for later."""

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    shop_id: int
    name = peewee.CharField(40)
    block = peewee.CharField(40)
    content = peewee.JSONField(default=dict)
    changed_at = UTCDateTimeField()
    recommender = peewee.CharField(40, default="")
    shown = peewee.BooleanField(default=True)

    class Meta:
        indexes = ((("shop", "name"), True),)


class PluginSetting(Row):
    """A plugin's settings in one shop, encrypted as one piece, and whether the shop wants the plugin at all."""

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    shop_id: int
    plugin = peewee.CharField(60)
    sealed = peewee.TextField(default="")
    changed_at = UTCDateTimeField()
    enabled = peewee.BooleanField(default=True)

    class Meta:
        indexes = ((("shop", "plugin"), True),)


_BY_SLUG = Prepared(lambda: Shop.select().where(Shop.slug == param("slug")))
_DOOR = Prepared(
    lambda: (
        Shop.select(Shop.id, PluginSetting.sealed, PluginSetting.enabled)
        .join(
            PluginSetting,
            peewee.JOIN.LEFT_OUTER,
            on=(PluginSetting.shop == Shop.id) & (PluginSetting.plugin == param("plugin")),
        )
        .where(Shop.slug == param("slug"))
    )
)
_SLOTS = Prepared(lambda: Slot.select().where(Slot.shop == param("shop")).order_by(Slot.name))
_SEALED = Prepared(
    lambda: PluginSetting.select(PluginSetting.sealed).where(
        PluginSetting.shop == param("shop"), PluginSetting.plugin == param("plugin")
    )
)


def create_shop(slug: str, name: str, now: datetime, **fields: Any) -> Shop:
    """A new shop. Raises `Taken` for a slug that another shop has."""
    try:
        return Shop.create(slug=slug, name=name, created_at=now, **fields)
    except peewee.IntegrityError:
        raise Taken(f"There is a shop {slug!r} already. Choose another short name.") from None


def write_shop(shop: int, fields: Mapping[str, Any]) -> None:
    """Replaces some columns of a shop."""
    Shop.update(dict(fields)).where(Shop.id == shop).execute()


def add_asset(shop: int, digest: str, content_type: str, body: bytes, now: datetime) -> None:
    """Keeps a file under its digest; the same file again is the same asset."""
    row = {"shop": shop, "digest": digest, "content_type": content_type, "body": body, "created_at": now}
    Asset.insert(row).on_conflict(action="NOTHING", conflict_target=(Asset.shop, Asset.digest)).execute()


def write_slot(
    shop: int,
    name: str,
    block: str,
    content: Mapping[str, Any],
    now: datetime,
    *,
    recommender: str = "",
    shown: bool = True,
) -> None:
    """Fills a slot in place of what was in it."""
    row = {"content": dict(content), "block": block, "recommender": recommender, "shown": shown, "changed_at": now}
    kept = (Slot.block, Slot.content, Slot.recommender, Slot.shown, Slot.changed_at)
    insert = Slot.insert({"shop": shop, "name": name, **row})
    insert.on_conflict(conflict_target=(Slot.shop, Slot.name), preserve=kept).execute()


def touch_slots(shop: int, recommender: str, now: datetime) -> int:
    """Notes that the slots of a recommender may show something else now; tells how many there are."""
    update = Slot.update(changed_at=now).where((Slot.shop == shop) & (Slot.recommender == recommender))
    return int(update.execute())


def find_shop(shop: int) -> Shop | None:
    """The shop with this id."""
    return Shop.get_or_none(Shop.id == shop)


def load_shops() -> list[Shop]:
    """Every shop, by its short name."""
    return list(Shop.select().order_by(Shop.slug))


def load_plugin_settings() -> list[PluginSetting]:
    """All settings that were ever filled in, each with its shop."""
    return list(PluginSetting.select(PluginSetting, Shop).join(Shop).order_by(Shop.slug, PluginSetting.plugin))


def load_sealed(shop: int, plugin: str) -> str:
    """A plugin's settings in a shop as they are kept; an empty text where nothing was filled in."""
    row = _SEALED.first(shop=shop, plugin=plugin)
    return str(row[0]) if row else ""


class Door(NamedTuple):
    """A door of a shop: the shop's id, the plugin's settings as `load_sealed` tells them, and whether it is shut."""

    shop: int
    sealed: str
    refused: bool


def find_door(slug: str, plugin: str) -> Door | None:
    """All that a door has to know, of the shop with this short name."""
    row = _DOOR.first(slug=slug, plugin=plugin)
    return Door(int(row[0]), str(row[1] or ""), row[2] in (False, 0)) if row else None


def find_by_slug(slug: str) -> Shop | None:
    """The shop with this short name."""
    return next(iter(_BY_SLUG.models(Shop, slug=slug)), None)


def load_slots(shop: int) -> list[Slot]:
    """What fills a shop's slots, by name."""
    return _SLOTS.models(Slot, shop=shop)


def find_asset(digest: str) -> Asset | None:
    """A file by its content's digest, of whichever shop: equal digests are equal files."""
    row: Asset | None = Asset.select().where(Asset.digest == digest).first()
    return row
