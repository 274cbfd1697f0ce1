"""The first tables: a frozen copy of the models, independent of what they become."""

from typing import Any

import peewee

from tracker.store.fields import UTCDateTimeField


class Row(peewee.Model):
    class Meta:
        legacy_table_names = False


class Shop(Row):
    slug = peewee.CharField(unique=True, max_length=40)
    name = peewee.CharField(max_length=120)
    locale = peewee.CharField(max_length=12)
    zone = peewee.CharField(max_length=40)
    home_url = peewee.CharField(max_length=500)
    sender = peewee.CharField(max_length=254)
    support_email = peewee.CharField(max_length=254)
    support_phone = peewee.CharField(max_length=40)
    support_url = peewee.CharField(max_length=500)
    origins = peewee.JSONField()
    theme = peewee.JSONField()
    logo = peewee.CharField(max_length=64)
    created_at = UTCDateTimeField()


class Slot(Row):
    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    name = peewee.CharField(max_length=40)
    block = peewee.CharField(max_length=40)
    content = peewee.JSONField()
    surfaces = peewee.JSONField()
    changed_at = UTCDateTimeField()

    class Meta:
        indexes = ((("shop", "name"), True),)


class Asset(Row):
    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    digest = peewee.CharField(max_length=64)
    content_type = peewee.CharField(max_length=40)
    body = peewee.BlobField()
    created_at = UTCDateTimeField()

    class Meta:
        indexes = ((("shop", "digest"), True),)


class PluginSetting(Row):
    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    plugin = peewee.CharField(max_length=60)
    sealed = peewee.TextField()
    changed_at = UTCDateTimeField()

    class Meta:
        indexes = ((("shop", "plugin"), True),)


class Staff(Row):
    email = peewee.CharField(unique=True, max_length=254)
    name = peewee.CharField(max_length=120)
    password = peewee.CharField(max_length=200)
    locale = peewee.CharField(max_length=12)
    created_at = UTCDateTimeField()
    disabled_at = UTCDateTimeField(null=True)


class Membership(Row):
    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    staff = peewee.ForeignKeyField(Staff, on_delete="CASCADE")
    role = peewee.CharField(max_length=12)

    class Meta:
        indexes = ((("shop", "staff"), True),)


class Session(Row):
    staff = peewee.ForeignKeyField(Staff, on_delete="CASCADE")
    digest = peewee.CharField(unique=True, max_length=64)
    csrf = peewee.CharField(max_length=64)
    created_at = UTCDateTimeField()
    seen_at = UTCDateTimeField()
    expires_at = UTCDateTimeField()
    revoked_at = UTCDateTimeField(null=True)


class Order(Row):
    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    store = peewee.CharField(max_length=40)
    ref = peewee.CharField(max_length=64)
    number = peewee.CharField(max_length=64)
    placed_at = UTCDateTimeField()
    changed_at = UTCDateTimeField()
    milestone = peewee.CharField(max_length=20)
    word = peewee.CharField(max_length=60)
    name = peewee.CharField(max_length=160)
    email = peewee.CharField(max_length=254)
    phone = peewee.CharField(max_length=40)
    city = peewee.CharField(max_length=120)
    postcode = peewee.CharField(max_length=20)
    country = peewee.CharField(max_length=2)
    locale = peewee.CharField(max_length=12)
    state = peewee.CharField(max_length=20)
    trouble = peewee.BooleanField()
    completed_at = UTCDateTimeField(null=True)
    delivered_at = UTCDateTimeField(null=True)
    deleted_at = UTCDateTimeField(null=True)
    view = peewee.JSONField()
    version = peewee.IntegerField()

    class Meta:
        table_name = "order_"
        indexes = (
            (("shop", "store", "ref"), True),
            (("shop", "number"), False),
            (("shop", "placed_at"), False),
            (("shop", "email"), False),
        )


class Line(Row):
    order = peewee.ForeignKeyField(Order, on_delete="CASCADE")
    ref = peewee.CharField(max_length=64)
    sku = peewee.CharField(max_length=100)
    title = peewee.CharField(max_length=300)
    quantity = peewee.IntegerField()
    cancelled = peewee.IntegerField()
    shippable = peewee.BooleanField()
    image_url = peewee.CharField(max_length=500)
    position = peewee.IntegerField()

    class Meta:
        indexes = ((("order", "ref"), True),)


class Location(Row):
    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    code = peewee.CharField(max_length=40)
    name = peewee.CharField(max_length=120)
    kind = peewee.CharField(max_length=20)
    country = peewee.CharField(max_length=2)

    class Meta:
        indexes = ((("shop", "code"), True),)


class Shipment(Row):
    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    order = peewee.ForeignKeyField(Order, on_delete="CASCADE")
    location = peewee.ForeignKeyField(Location, null=True, on_delete="SET NULL")
    carrier = peewee.CharField(max_length=40)
    carrier_name = peewee.CharField(max_length=120)
    number = peewee.CharField(max_length=64)
    url = peewee.CharField(max_length=500)
    revision = peewee.IntegerField()
    created_at = UTCDateTimeField()
    shipped_at = UTCDateTimeField(null=True)
    cancelled_at = UTCDateTimeField(null=True)
    silent = peewee.BooleanField()
    milestone = peewee.CharField(max_length=24)
    reason = peewee.CharField(max_length=40)
    delayed = peewee.BooleanField()
    action_required = peewee.BooleanField()
    last_event_at = UTCDateTimeField(null=True)
    delivered_at = UTCDateTimeField(null=True)
    late_after = UTCDateTimeField(null=True)
    state = peewee.JSONField()
    ask_at = UTCDateTimeField(index=True, null=True)
    asked_at = UTCDateTimeField(null=True)
    answered_at = UTCDateTimeField(null=True)
    ask_failures = peewee.IntegerField()
    ask_error = peewee.CharField(max_length=300)

    class Meta:
        indexes = ((("shop", "order", "carrier", "number"), True), (("shop", "carrier", "number"), False))


class ShipmentLine(Row):
    shipment = peewee.ForeignKeyField(Shipment, on_delete="CASCADE")
    line = peewee.ForeignKeyField(Line, on_delete="CASCADE")
    quantity = peewee.IntegerField()

    class Meta:
        indexes = ((("shipment", "line"), True),)


class Event(Row):
    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    carrier = peewee.CharField(max_length=40)
    number = peewee.CharField(max_length=64)
    digest = peewee.CharField(max_length=64)
    source = peewee.CharField(max_length=10)
    local = peewee.CharField(max_length=19)
    offset = peewee.IntegerField(null=True)
    zone_source = peewee.CharField(max_length=10)
    milestone = peewee.CharField(max_length=24)
    reason = peewee.CharField(max_length=40)
    delayed = peewee.BooleanField()
    action_required = peewee.BooleanField()
    code = peewee.CharField(max_length=60)
    text = peewee.CharField(max_length=300)
    place = peewee.CharField(max_length=120)
    recorded_at = UTCDateTimeField()

    class Meta:
        indexes = ((("shop", "carrier", "number", "digest"), True),)


class Estimate(Row):
    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    carrier = peewee.CharField(max_length=40)
    number = peewee.CharField(max_length=64)
    earliest = peewee.CharField(max_length=19)
    latest = peewee.CharField(max_length=19)
    as_of = peewee.CharField(max_length=19)
    recorded_at = UTCDateTimeField()

    class Meta:
        indexes = ((("shop", "carrier", "number", "earliest", "latest", "as_of"), True),)


class Link(Row):
    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    order = peewee.ForeignKeyField(Order, on_delete="CASCADE")
    recipient = peewee.CharField(max_length=254)
    tier = peewee.CharField(max_length=12)
    nonce = peewee.CharField(max_length=32)
    key = peewee.CharField(max_length=16)
    digest = peewee.CharField(unique=True, max_length=64)
    created_at = UTCDateTimeField()
    expires_at = UTCDateTimeField(null=True)
    revoked_at = UTCDateTimeField(null=True)

    class Meta:
        indexes = ((("shop", "order", "recipient", "tier"), False),)


class Lookup(Row):
    state = peewee.CharField(max_length=10)
    due = UTCDateTimeField()
    lease = peewee.CharField(max_length=32)
    attempts = peewee.IntegerField()
    error = peewee.CharField(max_length=500)
    created_at = UTCDateTimeField()
    done_at = UTCDateTimeField(null=True)
    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    number = peewee.CharField(max_length=64)
    proof = peewee.CharField(max_length=254)
    origin = peewee.CharField(max_length=64)

    class Meta:
        indexes = ((("state", "due"), False),)


class Notice(Row):
    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    order = peewee.ForeignKeyField(Order, on_delete="CASCADE")
    shipment = peewee.ForeignKeyField(Shipment, on_delete="CASCADE")
    moment = peewee.CharField(max_length=24)
    epoch = peewee.IntegerField()
    channel = peewee.CharField(max_length=40)
    recipient = peewee.CharField(max_length=254)
    state = peewee.CharField(max_length=12)
    why = peewee.CharField(max_length=60)
    mail = peewee.CharField(max_length=160)
    subject = peewee.CharField(max_length=300)
    reply = peewee.CharField(max_length=300)
    created_at = UTCDateTimeField()
    sent_at = UTCDateTimeField(null=True)

    class Meta:
        indexes = ((("shipment", "epoch", "moment", "channel", "recipient"), True), (("shop", "order"), False))


class Audit(Row):
    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    chain = peewee.CharField(max_length=40)
    position = peewee.IntegerField()
    at = UTCDateTimeField()
    actor = peewee.CharField(max_length=80)
    action = peewee.CharField(max_length=40)
    body = peewee.JSONField()
    previous = peewee.CharField(max_length=64)
    hash = peewee.CharField(max_length=64)

    class Meta:
        indexes = ((("shop", "chain", "position"), True),)


class Inbox(Row):
    state = peewee.CharField(max_length=10)
    due = UTCDateTimeField()
    lease = peewee.CharField(max_length=32)
    attempts = peewee.IntegerField()
    error = peewee.CharField(max_length=500)
    created_at = UTCDateTimeField()
    done_at = UTCDateTimeField(null=True)
    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE", index=False)
    source = peewee.CharField(max_length=60)
    delivery = peewee.CharField(max_length=100)
    mode = peewee.CharField(max_length=10)
    content_type = peewee.CharField(max_length=100)
    headers = peewee.JSONField()
    numbers = peewee.JSONField()
    silent = peewee.BooleanField()
    body = peewee.BlobField()

    class Meta:
        indexes = ((("shop", "source", "delivery"), True), (("state", "due"), False))


class Outbox(Row):
    state = peewee.CharField(max_length=10)
    due = UTCDateTimeField()
    lease = peewee.CharField(max_length=32)
    attempts = peewee.IntegerField()
    error = peewee.CharField(max_length=500)
    created_at = UTCDateTimeField()
    done_at = UTCDateTimeField(null=True)
    topic = peewee.CharField(max_length=40)
    key = peewee.CharField(unique=True, max_length=160)
    payload = peewee.JSONField()

    class Meta:
        indexes = ((("state", "due"), False),)


class Import(Row):
    state = peewee.CharField(max_length=10)
    due = UTCDateTimeField()
    lease = peewee.CharField(max_length=32)
    attempts = peewee.IntegerField()
    error = peewee.CharField(max_length=500)
    created_at = UTCDateTimeField()
    done_at = UTCDateTimeField(null=True)
    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    name = peewee.CharField(max_length=200)
    path = peewee.CharField(max_length=500)
    silent = peewee.BooleanField()
    actor = peewee.CharField(max_length=80)
    size = peewee.BigIntegerField()
    done_bytes = peewee.BigIntegerField()
    rows = peewee.IntegerField()
    added = peewee.IntegerField()
    changed = peewee.IntegerField()
    unchanged = peewee.IntegerField()
    refused = peewee.IntegerField()
    problems = peewee.JSONField()

    class Meta:
        indexes = ((("state", "due"), False),)


class Breaker(Row):
    name = peewee.CharField(unique=True, max_length=120)
    failures = peewee.IntegerField()
    open_until = UTCDateTimeField(null=True)
    error = peewee.CharField(max_length=300)


class Kept(Row):
    name = peewee.CharField(unique=True, max_length=200)
    value = peewee.TextField()
    expires_at = UTCDateTimeField(null=True)
    lease = peewee.CharField(max_length=32)
    lease_until = UTCDateTimeField(null=True)


class Rate(Row):
    name = peewee.CharField(unique=True, max_length=200)
    since = UTCDateTimeField()
    count = peewee.IntegerField()


TABLES = tuple(Row.__subclasses__())


def up(migrator: Any, db: peewee.Database) -> None:
    with db.bind_ctx(TABLES, bind_refs=False, bind_backrefs=False):
        db.create_tables(TABLES, safe=False)
