"""What a shipment's chain of evidence has taken in already, and the salt of what it holds digests of."""

from typing import Any

import peewee


def up(migrator: Any, _db: peewee.Database) -> None:
    migrator.migrate(
        migrator.add_column("shipment", "chained", peewee.JSONField(null=True)),
        migrator.add_column("shipment", "salt", peewee.CharField(max_length=32, default="")),
    )
