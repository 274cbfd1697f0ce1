"""Column types that behave the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from typing import Any

import peewee


class UTCDateTimeField(peewee.Field):
    """Aware instants, always UTC: TIMESTAMPTZ on PostgreSQL, fixed-width text (so that it sorts) on SQLite."""

    field_type = "TIMESTAMPTZ"

    def db_value(self, value: datetime | None) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{self.name} takes an aware instant; {value!r} has no zone")
        instant = value.astimezone(UTC)
        if isinstance(self._engine(), peewee.SqliteDatabase):
            return instant.replace(tzinfo=None).isoformat(" ", "microseconds")
        return instant

    def python_value(self, value: Any) -> datetime | None:
        if value is None:
            return None
        if isinstance(value, str):
            return datetime.fromisoformat(value).replace(tzinfo=UTC)
        instant: datetime = value
        return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)

    def _engine(self) -> object:
        engine = self.model._meta.database
        return engine.obj if isinstance(engine, peewee.DatabaseProxy) else engine
