"""What shops say in their own words: rules for carriers' words, statuses of their own, carriers of their own."""

from typing import Any

import peewee

from tracker.store.fields import UTCDateTimeField


class Row(peewee.Model):
    class Meta:
        legacy_table_names = False


class Shop(Row):
    pass


class MappingRule(Row):
    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE", index=False)
    carrier = peewee.CharField(max_length=40)
    field = peewee.CharField(max_length=10)
    kind = peewee.CharField(max_length=10)
    value = peewee.CharField(max_length=100)
    folded = peewee.CharField(max_length=200)
    milestone = peewee.CharField(max_length=24)
    reason = peewee.CharField(max_length=40)
    delayed = peewee.BooleanField()
    action_required = peewee.BooleanField()
    by = peewee.CharField(max_length=80)
    created_at = UTCDateTimeField()

    class Meta:
        indexes = ((("shop", "carrier", "field", "kind", "folded"), True),)


class CustomStatus(Row):
    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE", index=False)
    key = peewee.CharField(max_length=40)
    stage = peewee.CharField(max_length=10)
    milestone = peewee.CharField(max_length=24)
    words = peewee.JSONField()
    colour = peewee.CharField(max_length=7)
    icon = peewee.CharField(max_length=20)
    position = peewee.IntegerField()
    archived_at = UTCDateTimeField(null=True)
    created_at = UTCDateTimeField()

    class Meta:
        indexes = ((("shop", "key"), True),)


class OwnCarrier(Row):
    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE", index=False)
    name = peewee.CharField(max_length=80)
    folded = peewee.CharField(max_length=160)
    url = peewee.CharField(max_length=300)
    country = peewee.CharField(max_length=2)
    prefix = peewee.CharField(max_length=12)
    shortest = peewee.IntegerField(null=True)
    longest = peewee.IntegerField(null=True)
    created_at = UTCDateTimeField()

    class Meta:
        indexes = ((("shop", "folded"), True),)


TABLES = (MappingRule, CustomStatus, OwnCarrier)


def up(migrator: Any, db: peewee.Database) -> None:
    with db.bind_ctx([Shop, *TABLES], bind_refs=False, bind_backrefs=False):
        db.create_tables(TABLES, safe=False)
    where = "WHERE milestone = 'unknown'"
    db.execute_sql(f'CREATE INDEX "event_unknown" ON "event" ("shop_id", "carrier", "code") {where}')  # type: ignore[no-untyped-call]
    migrator.migrate(
        migrator.add_column("shop", "wording", peewee.IntegerField(default=0)),
        migrator.add_column("shipment", "custom", peewee.CharField(max_length=40, default="")),
    )
