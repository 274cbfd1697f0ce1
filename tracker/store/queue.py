"""Wakes the worker. huey is the engine: threads, polling, schedule, one sweep a minute; it carries names alone.

A call may get lost (huey takes it from its table before it runs it), come twice, or find nothing to do. That is why
what is owed stands in leased rows, and each handler asks those for all that is due.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import FrameType
from typing import Any

from huey import Huey, crontab
from huey.consumer import Consumer, Scheduler
from huey.contrib.sql_huey import SqlStorage

from .database import Database
from .prepared import Prepared, param
from .queue_tables import QueueCounter, QueueSchedule, QueueTask, QueueValue

log = logging.getLogger(__name__)

Handler = Callable[[], object]

_NAME = "tracker"
_HEALTH_SECONDS = 10.0
_STOP_SECONDS = 10.0
_SLOWEST_POLL = 1.0


_SAME = Prepared(
    lambda: (
        QueueTask.select(QueueTask.id)
        .where(QueueTask.queue == _NAME, QueueTask.data == param("data", QueueTask.data))
        .limit(1)
    )
)
_WAKE = Prepared(lambda: QueueTask.insert(queue=_NAME, data=param("data", QueueTask.data), priority=param("priority")))


class Queue:
    """Named wake-up calls on the portal's own database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._huey = _Huey(database)

    def on(self, name: str, handler: Handler) -> None:
        """Runs `handler` when `name` is woken, and once a minute in any case.

        It takes no argument, may run in several threads at once, and may raise: that is logged, and the next call
        comes within a minute. Raises `ValueError` for a name that is taken.
        """
        self._huey.add(name, handler)

    def wake(self, name: str, at: datetime | None = None) -> None:
        """Has the handler of `name` run soon in some worker, or at an aware instant.

        Inside a transaction the call leaves with its commit, and not at all when it is rolled back.
        """
        if at is None or at <= datetime.now(UTC):
            self._huey.storage.enqueue(name.encode())
        else:
            self._huey.storage.add_to_schedule(name.encode(), at)

    def waiting(self) -> int:
        """How many calls lie in the table: any for long mean that no worker runs."""
        return QueueTask.select().where(QueueTask.queue == _NAME).count()

    def run(self, workers: int, stop: threading.Event) -> None:
        """Runs handlers in `workers` threads until `stop` is set, or SIGTERM or SIGINT comes to the main thread.

        It begins with a sweep. In the end it waits up to ten seconds for handlers that are running; a second signal
        ends the wait. What still runs then is cut off with the process; its leases end by themselves.
        """
        consumer = _Consumer(self._huey, workers=workers, max_delay=_SLOWEST_POLL, shutdown_timeout=_STOP_SECONDS)
        with _signals(stop):
            consumer.start()
            checked = time.monotonic()
            while not stop.wait(0.2):
                if time.monotonic() - checked > _HEALTH_SECONDS:
                    consumer.check_worker_health()
                    checked = time.monotonic()
            consumer.stop(graceful=True)


class _Storage(SqlStorage):  # type: ignore[misc]
    """huey's tables under our names, taking no write lock where there is nothing to write."""

    def __init__(self, name: str, database: Database) -> None:
        self._portal = database
        super().__init__(name, database=database.engine, create_tables=False)

    def create_models(self) -> tuple[type, type, type, type]:
        return QueueValue, QueueSchedule, QueueTask, QueueCounter

    def check_conn(self) -> None:
        """The engine replaces dead connections by itself."""

    def enqueue(self, data: bytes, priority: float | None = None) -> None:
        with self._portal.transaction():
            if not self._portal.is_first(f"wake:{data.decode()}"):
                return
            # Whoever takes the call that lies there waits for this commit and then sees all that it brought. That is
            # so where writers are alone; on PostgreSQL it may be taken before.
            if self._portal.kind == "sqlite" and _SAME.run(data=data):
                return
            _WAKE.run(data=data, priority=priority or 0)

    def dequeue(self) -> bytes | None:
        first = self.tasks(QueueTask.id).limit(1)
        if not first.exists():
            return None
        with self._portal.transaction():
            row = self._locked(self.tasks().order_by(QueueTask.priority.desc(), QueueTask.id).limit(1)).first()
            if row is None:
                return None
            # Ten thousand calls of one name are one: its handler, which has yet to begin, will see all of them.
            same = self._locked(self.tasks(QueueTask.id).where(QueueTask.data == row.data))
            QueueTask.delete().where(QueueTask.id.in_(same)).execute()
        return bytes(row.data)

    def add_to_schedule(self, data: bytes, timestamp: datetime) -> None:
        with self._portal.transaction():
            QueueSchedule.insert(queue=self.name, data=data, timestamp=_milliseconds(timestamp)).execute()

    def read_schedule(self, timestamp: datetime) -> list[bytes]:
        due = self.schedule(QueueSchedule.id, QueueSchedule.data)
        due = due.where(QueueSchedule.timestamp <= _milliseconds(timestamp)).limit(1000)
        if not due.exists():
            return []
        with self._portal.transaction():
            rows = list(self._locked(due))
            QueueSchedule.delete().where(QueueSchedule.id.in_([row.id for row in rows])).execute()
        return list(dict.fromkeys(bytes(row.data) for row in rows))

    def _locked(self, query: Any) -> Any:
        return query.for_update(self.for_update) if self.for_update else query


class _Huey(Huey):  # type: ignore[misc]
    """A task is its name: no pickles, no arguments, no results, nothing to revoke."""

    def __init__(self, database: Database) -> None:
        self._handlers: dict[str, Any] = {}
        super().__init__(_NAME, results=False, storage_class=_Storage, database=database)
        self.on_shutdown("close")(database.close_thread)
        self.periodic_task(crontab(), name="sweep")(self.wake_all)

    def add(self, name: str, handler: Handler) -> None:
        if name in self._handlers or name == "sweep":
            raise ValueError(f"there is a handler for {name!r} already")
        self._handlers[name] = self.task(name=name)(handler)

    def wake_all(self) -> None:
        for name in self._handlers:
            self.storage.enqueue(name.encode())

    def serialize_task(self, task: Any) -> bytes:
        return str(task.name).encode()

    def deserialize_task(self, data: bytes) -> Any:
        name = data.decode()
        if name == "sweep":
            return self._registry.periodic_tasks[0]
        if name not in self._handlers:
            raise LookupError(f"nobody handles {name!r} here: is another version of the portal running?")
        return self._handlers[name].s()

    def is_revoked(self, *_args: Any, **_kwargs: Any) -> bool:
        return False

    def delete(self, _key: str) -> bool:
        return False


class _Scheduler(Scheduler):  # type: ignore[misc]
    def shutdown(self) -> None:
        self.huey.storage._portal.close_thread()


class _Consumer(Consumer):  # type: ignore[misc]
    scheduler_class = _Scheduler

    def _set_signal_handlers(self) -> None:
        """Signals are `run`'s; huey's own handlers drop running tasks on SIGTERM."""


@contextmanager
def _signals(stop: threading.Event) -> Iterator[None]:
    """SIGTERM and SIGINT set `stop`, and put the former handlers back; the next one acts as if we were not here."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before: dict[int, Any] = {}

    def ask(number: int, _frame: FrameType | None) -> None:
        stop.set()
        signal.signal(number, before[number])

    before.update({number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)})
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _milliseconds(instant: datetime) -> int:
    # huey hands over its own instants naive, and in UTC.
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return int(aware.timestamp() * 1000)
