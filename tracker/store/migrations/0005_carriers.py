"""What carriers bring: where a status came from, who takes over, what is subscribed to, whom a vendor speaks for."""

from typing import Any

import peewee

from tracker.store.fields import UTCDateTimeField


class Row(peewee.Model):
    class Meta:
        legacy_table_names = False


class Shop(Row):
    pass


class Handover(Row):
    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE", index=False)
    carrier = peewee.CharField(max_length=40)
    number = peewee.CharField(max_length=64)
    to_carrier = peewee.CharField(max_length=40)
    to_number = peewee.CharField(max_length=64)
    recorded_at = UTCDateTimeField()

    class Meta:
        indexes = (
            (("shop", "carrier", "number", "to_carrier", "to_number"), True),
            (("shop", "to_carrier", "to_number"), False),
        )


class Subscribed(Row):
    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE", index=False)
    asker = peewee.CharField(max_length=40)
    carrier = peewee.CharField(max_length=40)
    number = peewee.CharField(max_length=64)
    ref = peewee.CharField(max_length=200)
    renew_at = UTCDateTimeField(null=True, index=True)
    expires = UTCDateTimeField(null=True)
    made_at = UTCDateTimeField()

    class Meta:
        indexes = ((("shop", "asker", "carrier", "number"), True),)


def up(migrator: Any, db: peewee.Database) -> None:
    with db.bind_ctx([Shop, Handover, Subscribed], bind_refs=False, bind_backrefs=False):
        db.create_tables([Handover, Subscribed], safe=False)
    text, number = peewee.CharField, peewee.FloatField
    migrator.migrate(
        migrator.add_column("event", "rule", text(max_length=120, default="")),
        migrator.add_column("event", "plugin", text(max_length=100, default="")),
        migrator.add_column("event", "payload", text(max_length=64, default="")),
        migrator.add_column("event", "latitude", number(null=True)),
        migrator.add_column("event", "longitude", number(null=True)),
        migrator.add_column("inbox", "carrier", text(max_length=40, default="")),
        migrator.add_column("shop", "show_people", peewee.BooleanField(default=False)),
    )
