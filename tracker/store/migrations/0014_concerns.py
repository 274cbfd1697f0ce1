"""Concerns that can be followed: what was missing, which remark a photo came with, and within how long answers come."""

from typing import Any

import peewee


class Row(peewee.Model):
    class Meta:
        legacy_table_names = False


class Remark(Row):
    id = peewee.AutoField()


def up(migrator: Any, db: peewee.Database) -> None:
    key: Any = Remark.id
    came_with = peewee.ForeignKeyField(Remark, field=key, null=True, on_delete="CASCADE")
    migrator.migrate(
        migrator.add_column("concern", "pieces", peewee.JSONField(null=True)),
        migrator.add_column("remark", "key", peewee.CharField(max_length=32, default="")),
        migrator.add_column("remark", "salt", peewee.CharField(max_length=32, default="")),
        migrator.add_column("photo", "remark_id", came_with),
        migrator.add_column("rating", "salt", peewee.CharField(max_length=32, default="")),
        migrator.add_column("shop", "answer_hours", peewee.IntegerField(default=24)),
    )
