"""huey's own tables, under names of ours. They hold wake-up calls only; what is owed stands in outbox and inbox."""

import peewee

from .base import Row


class _Bytes(peewee.BlobField):
    def python_value(self, value: bytes | memoryview) -> bytes:
        return bytes(value)


class QueueTask(Row):
    """A wake-up call that is due now."""

    queue = peewee.CharField()
    data = _Bytes()
    priority = peewee.FloatField(default=0.0)

    class Meta:
        table_name = "huey_task"
        indexes = ((("queue", "priority", "id"), False),)


class QueueSchedule(Row):
    """A wake-up call for later; `timestamp` is in milliseconds since 1970."""

    queue = peewee.CharField()
    data = _Bytes()
    timestamp = peewee.BigIntegerField()

    class Meta:
        table_name = "huey_schedule"
        indexes = ((("queue", "timestamp"), False),)


class QueueValue(Row):
    """huey's results and locks; we keep none."""

    queue = peewee.CharField()
    key = peewee.CharField()
    value = _Bytes()

    class Meta:
        table_name = "huey_value"
        primary_key = peewee.CompositeKey("queue", "key")


class QueueCounter(Row):
    """huey's counters; unused."""

    queue = peewee.CharField()
    key = peewee.CharField()
    value = peewee.IntegerField()

    class Meta:
        table_name = "huey_counter"
        primary_key = peewee.CompositeKey("queue", "key")


QUEUE_TABLES: tuple[type[Row], ...] = (QueueTask, QueueSchedule, QueueValue, QueueCounter)
