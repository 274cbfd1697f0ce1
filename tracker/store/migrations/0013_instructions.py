"""What an instruction is besides what it says: which form brought it, after which attempt; and what shops want."""

from typing import Any

import peewee

from tracker.store.fields import UTCDateTimeField


class Row(peewee.Model):
    class Meta:
        legacy_table_names = False


class Shop(Row):
    pass


class InstructionWish(Row):
    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE", index=False)
    kind = peewee.CharField(max_length=24)
    wish = peewee.CharField(max_length=12)
    changed_at = UTCDateTimeField()

    class Meta:
        indexes = ((("shop", "kind"), True),)


def up(migrator: Any, db: peewee.Database) -> None:
    with db.bind_ctx([Shop, InstructionWish], bind_refs=False, bind_backrefs=False):
        db.create_tables([InstructionWish], safe=False)
    migrator.migrate(
        migrator.add_column("instruction", "key", peewee.CharField(max_length=40, null=True)),
        migrator.add_column("instruction", "attempt", peewee.IntegerField(default=0)),
        migrator.add_column("instruction", "error", peewee.CharField(max_length=300, default="")),
        migrator.add_index("instruction", ("shop_id", "order_id", "key"), unique=True),
        migrator.add_index("instruction", ("state", "due_at")),
        migrator.add_index("instruction", ("state", "changed_at")),
    )
