"""One notice of a moment for each customer, whatever channel it leaves by; and customers who had their data erased."""

from typing import Any

import peewee

from tracker.store.fields import UTCDateTimeField


class Row(peewee.Model):
    class Meta:
        legacy_table_names = False


class Shop(Row):
    pass


class Suppression(Row):
    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE", index=False)
    digest = peewee.CharField(max_length=64)
    at = UTCDateTimeField()

    class Meta:
        indexes = ((("shop", "digest"), True),)


def up(migrator: Any, db: peewee.Database) -> None:
    with db.bind_ctx([Shop, Suppression], bind_refs=False, bind_backrefs=False):
        db.create_tables([Suppression], safe=False)
    migrator.migrate(
        migrator.drop_index("notice", "notice_shipment_id_epoch_moment_channel_recipient"),
        migrator.add_index("notice", ("shipment_id", "epoch", "moment", "recipient"), True),
        migrator.add_column("order_", "erased_at", UTCDateTimeField(null=True)),
        migrator.add_column("preference", "erasing_at", UTCDateTimeField(null=True)),
        migrator.add_column("preference", "at_once", peewee.BooleanField(default=False)),
    )
