"""The tables of huey, under names of ours."""

from typing import Any

import peewee


class Row(peewee.Model):
    class Meta:
        legacy_table_names = False


class QueueTask(Row):
    queue = peewee.CharField()
    data = peewee.BlobField()
    priority = peewee.FloatField()

    class Meta:
        table_name = "huey_task"
        indexes = ((("queue", "priority", "id"), False),)


class QueueSchedule(Row):
    queue = peewee.CharField()
    data = peewee.BlobField()
    timestamp = peewee.BigIntegerField()

    class Meta:
        table_name = "huey_schedule"
        indexes = ((("queue", "timestamp"), False),)


class QueueValue(Row):
    queue = peewee.CharField()
    key = peewee.CharField()
    value = peewee.BlobField()

    class Meta:
        table_name = "huey_value"
        primary_key = peewee.CompositeKey("queue", "key")


class QueueCounter(Row):
    queue = peewee.CharField()
    key = peewee.CharField()
    value = peewee.IntegerField()

    class Meta:
        table_name = "huey_counter"
        primary_key = peewee.CompositeKey("queue", "key")


TABLES = tuple(Row.__subclasses__())


def up(migrator: Any, db: peewee.Database) -> None:
    with db.bind_ctx(TABLES, bind_refs=False, bind_backrefs=False):
        db.create_tables(TABLES, safe=False)
