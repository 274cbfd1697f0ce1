"""Parcels on their way are looked at anew: what newer versions keep of them is made when something is said of them."""

from datetime import UTC, datetime
from typing import Any

import peewee

from tracker.store.fields import UTCDateTimeField

ENDED = ("delivered", "returned", "cancelled", "expired")


class Shipment(peewee.Model):
    milestone = peewee.CharField(max_length=24)
    turns_at = UTCDateTimeField(null=True)

    class Meta:
        legacy_table_names = False


def up(_migrator: Any, db: peewee.Database) -> None:
    with db.bind_ctx([Shipment], bind_refs=False, bind_backrefs=False):
        living = Shipment.milestone.not_in(ENDED) & Shipment.turns_at.is_null()
        Shipment.update(turns_at=datetime.now(UTC)).where(living).execute()
