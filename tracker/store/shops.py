"""Shops: who they are, how they look, and what fills their slots."""

import peewee

from .base import Row
from .fields import UTCDateTimeField


class Shop(Row):
    """One shop. `origins` are the web origins whose pages may frame its widget; `theme` holds checked tokens only."""

    slug = peewee.CharField(40, unique=True)
    name = peewee.CharField(120)
    locale = peewee.CharField(12, default="en")
    home_url = peewee.CharField(500, default="")
    sender = peewee.CharField(254, default="")
    support_email = peewee.CharField(254, default="")
    support_phone = peewee.CharField(40, default="")
    support_url = peewee.CharField(500, default="")
    origins = peewee.JSONField(default=list)
    theme = peewee.JSONField(default=dict)
    logo = peewee.CharField(64, default="")
    created_at = UTCDateTimeField()


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
    """What a marketer put into a slot: a block and its content, and on which surfaces it shows."""

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    shop_id: int
    name = peewee.CharField(40)
    block = peewee.CharField(40)
    content = peewee.JSONField(default=dict)
    surfaces = peewee.JSONField(default=list)
    changed_at = UTCDateTimeField()

    class Meta:
        indexes = ((("shop", "name"), True),)


class PluginSetting(Row):
    """A plugin's settings in one shop, encrypted as one piece."""

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    shop_id: int
    plugin = peewee.CharField(60)
    sealed = peewee.TextField(default="")
    changed_at = UTCDateTimeField()

    class Meta:
        indexes = ((("shop", "plugin"), True),)
