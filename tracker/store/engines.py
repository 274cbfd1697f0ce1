"""The two back ends, set up so that neither loses an acknowledged write."""

import sqlite3
from collections.abc import Callable
from random import uniform
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, TypeVar

import peewee

from .errors import StoreBusy, translate
from .turns import Turns

T = TypeVar("T")


if TYPE_CHECKING:
    _Database = peewee.Database
else:
    _Database = object


class _Engine(_Database):
    """Turns drivers' errors into those of `tracker.store.errors`, wherever a statement runs."""

    _state: Any

    def ask(self, sql: str, *params: Any) -> Any:
        """The first row that a statement answers, `None` without one."""
        return self.execute_sql(sql, params).fetchone()  # type: ignore[no-untyped-call]

    def _execute_cursor(self, sql: str, params: Any, **options: Any) -> Any:
        run = super()._execute_cursor  # type: ignore[misc]
        fresh = sql.lstrip()[:6].upper() != "SELECT" or self.in_transaction()
        return self._guard(lambda: run(sql, params, **options), again=not fresh)

    def connect(self, *args: Any, **kwargs: Any) -> Any:
        run = super().connect
        return self._guard(lambda: run(*args, **kwargs))

    def begin(self, *args: Any, **kwargs: Any) -> Any:
        run = super().begin
        return self._guard(lambda: run(*args, **kwargs), again=True)

    def commit(self) -> Any:
        run = super().commit
        return self._guard(run)

    def rollback(self) -> Any:
        # A full disk or a lost server has already rolled back; saying so again would hide the first error.
        if not self._rolled_back():
            super().rollback()

    def _guard(self, run: Callable[[], T], again: bool = False) -> T:
        """`again`: nothing was done yet, so that a connection which died while it was idle may be replaced."""
        try:
            return run()
        except peewee.PeeweeException as error:
            told = translate(error)
            if told is None:
                raise
            dead = not self.in_transaction() and self._forget_dead()
            if dead and again:
                return self._guard(run)
            raise told from error

    def _forget_dead(self) -> bool:
        """True when the thread's connection was dead and is dropped; the next statement opens a new one."""
        return False

    def _rolled_back(self) -> bool:
        raise NotImplementedError


class SqliteEngine(_Engine, peewee.SqliteDatabase):
    """SQLite for many threads and processes: WAL, full sync, and write locks that are taken at BEGIN."""

    def __init__(self, path: str, busy_seconds: float) -> None:
        super().__init__(
            path,
            pragmas=(
                ("busy_timeout", int(busy_seconds * 1000)),
                ("journal_mode", "wal"),
                # NORMAL may lose the newest commits when the power fails, and those were acknowledged.
                ("synchronous", "full"),
                ("foreign_keys", 1),
                # What was erased is overwritten, and not only left out of account. Not every build of SQLite does so.
                ("secure_delete", 1),
            ),
            # A deferred transaction that turns into a writer fails at once, whatever the time-out is.
            lock_type="IMMEDIATE",
            timeout=busy_seconds,
        )
        self.patience, self._turns = busy_seconds, Turns(f"{path}-turn")

    def begin(self, *args: Any, **kwargs: Any) -> Any:
        """Takes the write lock, each writer in its turn."""
        end = monotonic() + self.patience
        connection = self.connection()  # type: ignore[no-untyped-call]
        # SQLite's own waiting naps for up to 100 ms between its tries.
        connection.execute("PRAGMA busy_timeout = 0")
        try:
            with self._turns.turn(self.patience):
                return self._begin(end, *args, **kwargs)
        finally:
            connection.execute(f"PRAGMA busy_timeout = {int(self.patience * 1000)}")

    def clear_log(self) -> bool:
        """Takes the `-wal` file over into the main one and cuts it to nothing; False where others were in the way."""
        for _ in range(20):
            # Never waited for inside of SQLite: it would hold the write lock while it does.
            if self._checkpoint():
                return True
            sleep(0.05)
        return False

    def _checkpoint(self) -> bool:
        connection = self.connection()  # type: ignore[no-untyped-call]
        connection.execute("PRAGMA busy_timeout = 0")
        try:
            return bool(connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)
        except sqlite3.OperationalError:
            return False
        finally:
            connection.execute(f"PRAGMA busy_timeout = {int(self.patience * 1000)}")

    def _begin(self, end: float, *args: Any, **kwargs: Any) -> Any:
        while True:
            try:
                return super().begin(*args, **kwargs)
            except StoreBusy:
                if monotonic() >= end:
                    raise
            sleep(uniform(0.0003, 0.001))  # noqa: S311

    def _rolled_back(self) -> bool:
        return not self._state.conn.in_transaction


class PostgresEngine(_Engine, peewee.PostgresqlDatabase):
    """PostgreSQL through psycopg 3. The URL goes to libpq, which knows sockets, quoting and TLS options."""

    def __init__(self, url: str, busy_seconds: float) -> None:
        super().__init__(
            url,
            prefer_psycopg3=True,
            connect_timeout=int(busy_seconds),
            application_name="tracker",
            options=f"-c lock_timeout={int(busy_seconds * 1000)} -c timezone=UTC",
        )

    def _forget_dead(self) -> bool:
        state = self._state
        if state.closed or not state.conn.closed:
            return False
        state.reset()
        return True

    def _rolled_back(self) -> bool:
        return self._forget_dead()
