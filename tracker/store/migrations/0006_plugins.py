"""Plugins in a shop: a switch for each, what a test of its settings found, and the labels that carriers gave."""

from typing import Any

import peewee

from tracker.store.fields import UTCDateTimeField


class Row(peewee.Model):
    class Meta:
        legacy_table_names = False


class Shop(Row):
    pass


class Shipment(Row):
    pass


class Trial(Row):
    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE", index=False)
    plugin = peewee.CharField(max_length=60)
    key = peewee.CharField(max_length=160)
    asked_at = UTCDateTimeField()
    answered_at = UTCDateTimeField(null=True)
    findings = peewee.JSONField()

    class Meta:
        indexes = ((("shop", "plugin"), True),)


class Label(Row):
    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE", index=False)
    shipment = peewee.ForeignKeyField(Shipment, on_delete="CASCADE")
    revision = peewee.IntegerField()
    key = peewee.CharField(max_length=160)
    state = peewee.CharField(max_length=10)
    content_type = peewee.CharField(max_length=40)
    body = peewee.BlobField(null=True)
    error = peewee.CharField(max_length=300)
    asked_at = UTCDateTimeField()
    made_at = UTCDateTimeField(null=True)

    class Meta:
        indexes = ((("shop", "shipment"), True),)


def up(migrator: Any, db: peewee.Database) -> None:
    with db.bind_ctx([Shop, Shipment, Trial, Label], bind_refs=False, bind_backrefs=False):
        db.create_tables([Trial, Label], safe=False)
    migrator.migrate(migrator.add_column("plugin_setting", "enabled", peewee.BooleanField(default=True)))
