"""An index for what is late: it is looked for every minute."""

from typing import Any

import peewee


def up(migrator: Any, db: peewee.Database) -> None:
    migrator.migrate(migrator.add_index("shipment", ("late_after",)))
