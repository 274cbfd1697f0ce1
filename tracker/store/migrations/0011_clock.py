"""What the worker notes of parcels by its clock: who has stalled, whose day it is, and which carrier is silent."""

from typing import Any

import peewee

from tracker.store.fields import UTCDateTimeField


def up(migrator: Any, db: peewee.Database) -> None:
    migrator.migrate(
        migrator.add_column("shipment", "stalls_at", UTCDateTimeField(null=True)),
        migrator.add_column("shipment", "turns_at", UTCDateTimeField(null=True)),
        migrator.add_column("shipment", "near", peewee.BooleanField(default=False)),
        migrator.add_column("shipment", "failing_since", UTCDateTimeField(null=True)),
        migrator.add_index("shipment", ("stalls_at",)),
        migrator.add_index("shipment", ("turns_at",)),
    )
