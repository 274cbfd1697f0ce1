"""Statements that are composed once: for the hot ways, where composing takes longer than running.

They are written with peewee like any other, with `param(...)` in the places of what differs from call to call.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import peewee

from .database import bound

if TYPE_CHECKING:
    _Node = Any
else:
    _Node = peewee.Node

M = TypeVar("M", bound=peewee.Model)
Writer = Callable[[Mapping[str, Any]], Any]
Reader = Callable[[Any], Any]
_AS_THEY_ARE = (peewee.CharField, peewee.TextField, peewee.IntegerField, peewee.AutoField, peewee.ForeignKeyField)


class _Param(_Node):  # type: ignore[misc]
    """Stands where a value will be, and knows how its column writes it."""

    def __init__(self, name: str, field: peewee.Field | None) -> None:
        self.name, self.field = name, field

    def __sql__(self, ctx: Any) -> Any:
        if isinstance(self.field, peewee.JSONField) and bound().kind == "sqlite":
            # The one column whose values peewee wraps into SQL of their own.
            ctx.literal("json(").value(_Place(self.name, json.dumps), converter=False)
            return ctx.literal(")")
        write = self.field.db_value if self.field is not None else None
        return ctx.value(_Place(self.name, write), converter=False)


class _Place:
    """A value that is not there yet."""

    def __init__(self, name: str, write: Reader | None) -> None:
        self.name, self.write = name, write

    def read(self, values: Mapping[str, Any]) -> Any:
        value = values[self.name]
        return value if self.write is None else self.write(value)


def param(name: str, field: peewee.Field | None = None) -> Any:
    """The place of a value. It is written as `field` writes its own; without a field it goes in as it is."""
    return _Param(name, field)


class Prepared:
    """The query that `make` gives, composed once for each kind of database. Columns are read by their fields."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._composed: dict[str, tuple[str, Sequence[Writer], Sequence[Reader | None]]] = {}

    def run(self, **values: Any) -> list[tuple[Any, ...]]:
        """All rows that the query answers, given the values of its parameters."""
        database = bound()
        sql, writers, readers = self._composed.get(database.kind) or self._compose(database.kind)
        cursor = database.engine.execute_sql(sql, [write(values) for write in writers])  # type: ignore[no-untyped-call]
        if not readers:
            return []
        return [
            tuple([read(value) if read else value for read, value in zip(readers, row, strict=True)])
            for row in cursor.fetchall()
        ]

    def first(self, **values: Any) -> tuple[Any, ...] | None:
        """The first row, `None` without one."""
        return next(iter(self.run(**values)), None)

    def models(self, model: type[M], **values: Any) -> list[M]:
        """The rows as instances of the table that the query selects all columns of."""
        names = [field.name for field in model._meta.sorted_fields]
        found = []
        for row in self.run(**values):
            one: Any = model(__no_default__=1)
            one.__data__.update(zip(names, row, strict=True))
            found.append(one)
        return found

    def _compose(self, kind: str) -> tuple[str, Sequence[Writer], Sequence[Reader | None]]:
        query = self._make()
        sql, given = query.sql()
        readers = [_reader(column) for column in query._returning or ()]
        self._composed[kind] = (sql, [_writer(value) for value in given], readers)
        return self._composed[kind]


def _writer(value: Any) -> Writer:
    return value.read if isinstance(value, _Place) else lambda _: value


def _reader(column: Any) -> Reader | None:
    if not isinstance(column, peewee.Field) or type(column) in _AS_THEY_ARE:
        return None
    return column.python_value
