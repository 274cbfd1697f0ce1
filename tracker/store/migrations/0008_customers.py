"""What customers see, wish, answer and report: tiers and embed keys, and the tables of what they do."""

from typing import Any

import peewee

from tracker.store.fields import UTCDateTimeField


class Row(peewee.Model):
    class Meta:
        legacy_table_names = False


class Shop(Row):
    pass


class Staff(Row):
    pass


class Order(Row):
    class Meta:
        table_name = "order_"


class Shipment(Row):
    pass


class Preference(Row):
    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE", index=False)
    email = peewee.CharField(max_length=254)
    locale = peewee.CharField(max_length=12)
    channels = peewee.JSONField()
    quiet_from = peewee.CharField(max_length=5)
    quiet_until = peewee.CharField(max_length=5)
    zone = peewee.CharField(max_length=40)
    only_trouble = peewee.BooleanField()
    paused_until = UTCDateTimeField(null=True)
    changed_at = UTCDateTimeField()

    class Meta:
        indexes = ((("shop", "email"), True),)


class Instruction(Row):
    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE", index=False)
    order = peewee.ForeignKeyField(Order, on_delete="CASCADE")
    shipment = peewee.ForeignKeyField(Shipment, null=True, on_delete="CASCADE")
    kind = peewee.CharField(max_length=24)
    sealed = peewee.TextField()
    state = peewee.CharField(max_length=12)
    tier = peewee.CharField(max_length=12)
    reply = peewee.CharField(max_length=300)
    ref = peewee.CharField(max_length=80)
    created_at = UTCDateTimeField()
    due_at = UTCDateTimeField(null=True)
    changed_at = UTCDateTimeField()

    class Meta:
        indexes = ((("shop", "order"), False), (("shop", "state", "due_at"), False))


class Concern(Row):
    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE", index=False)
    order = peewee.ForeignKeyField(Order, on_delete="CASCADE")
    shipment = peewee.ForeignKeyField(Shipment, null=True, on_delete="SET NULL")
    number = peewee.IntegerField()
    kind = peewee.CharField(max_length=20)
    state = peewee.CharField(max_length=10)
    owner = peewee.ForeignKeyField(Staff, null=True, on_delete="SET NULL")
    checks = peewee.JSONField()
    created_at = UTCDateTimeField()
    due_at = UTCDateTimeField(null=True)
    closed_at = UTCDateTimeField(null=True)

    class Meta:
        indexes = ((("shop", "number"), True), (("shop", "state", "due_at"), False))


class Remark(Row):
    concern = peewee.ForeignKeyField(Concern, on_delete="CASCADE")
    staff = peewee.ForeignKeyField(Staff, null=True, on_delete="SET NULL")
    by_customer = peewee.BooleanField()
    text = peewee.TextField()
    created_at = UTCDateTimeField()


class Photo(Row):
    concern = peewee.ForeignKeyField(Concern, on_delete="CASCADE")
    content_type = peewee.CharField(max_length=40)
    body = peewee.BlobField()
    created_at = UTCDateTimeField()


class Rating(Row):
    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE", index=False)
    order = peewee.ForeignKeyField(Order, on_delete="CASCADE")
    shipment = peewee.ForeignKeyField(Shipment, on_delete="CASCADE", unique=True)
    carrier = peewee.CharField(max_length=40)
    delivery_stars = peewee.IntegerField(null=True)
    carrier_stars = peewee.IntegerField(null=True)
    comment = peewee.TextField()
    created_at = UTCDateTimeField()
    changed_at = UTCDateTimeField()

    class Meta:
        indexes = ((("shop", "carrier", "created_at"), False), (("shop", "order"), False))


class Proof(Row):
    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE", index=False)
    carrier = peewee.CharField(max_length=40)
    number = peewee.CharField(max_length=64)
    kind = peewee.CharField(max_length=10)
    digest = peewee.CharField(max_length=64)
    state = peewee.CharField(max_length=10)
    url = peewee.TextField()
    content_type = peewee.CharField(max_length=40)
    body = peewee.BlobField(null=True)
    as_of = peewee.CharField(max_length=19)
    created_at = UTCDateTimeField()

    class Meta:
        indexes = ((("shop", "carrier", "number", "kind", "digest"), True),)


class Pickup(Row):
    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE", index=False)
    carrier = peewee.CharField(max_length=40)
    number = peewee.CharField(max_length=64)
    digest = peewee.CharField(max_length=64)
    body = peewee.JSONField()
    as_of = peewee.CharField(max_length=19)
    created_at = UTCDateTimeField()

    class Meta:
        indexes = ((("shop", "carrier", "number", "digest"), True),)


TABLES = (Preference, Instruction, Concern, Remark, Photo, Rating, Proof, Pickup)


def up(migrator: Any, db: peewee.Database) -> None:
    with db.bind_ctx([Shop, Staff, Order, Shipment, *TABLES], bind_refs=False, bind_backrefs=False):
        db.create_tables(TABLES, safe=False)
    migrator.migrate(
        migrator.add_column("shop", "tiers", peewee.JSONField(null=True)),
        migrator.add_column("shop", "embed_keys", peewee.TextField(default="")),
    )
