"""Indexes for the desk's list of orders: what needs attention is counted on every page, numbers are looked for."""

from typing import Any

import peewee


def up(migrator: Any, db: peewee.Database) -> None:
    migrator.migrate(
        migrator.add_index("order_", ("shop_id", "trouble", "placed_at")),
        migrator.add_index("shipment", ("shop_id", "number")),
    )
