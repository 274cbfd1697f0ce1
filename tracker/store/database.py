"""Opens the database and runs transactions. Nothing else in the portal begins or ends one."""

import logging
import os
import pwd
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from . import base
from .engines import PostgresEngine, SqliteEngine
from .errors import StoreBusy, StoreError, StoreFull, StoreUnavailable, TransactionDoomed
from .turns import Writers

__all__ = [
    "Database",
    "StoreBusy",
    "StoreError",
    "StoreFull",
    "StoreUnavailable",
    "TransactionDoomed",
    "after_commit",
    "hold",
    "open_database",
    "transaction",
    "writing",
]

log = logging.getLogger(__name__)


class _Local(threading.local):
    depth = 0
    doomed = False

    def __init__(self) -> None:
        self.callbacks: list[Callable[[], object]] = []
        self.done: set[str] = set()


class Database:
    """The open database. Each thread has a connection of its own that stays open until `close_thread`."""

    def __init__(self, url: str, engine: SqliteEngine | PostgresEngine, path: Path | None) -> None:
        self.url = url
        self.engine = engine
        self.path = path
        self._local = _Local()
        self._writers = Writers(engine.patience) if isinstance(engine, SqliteEngine) else None

    @property
    def kind(self) -> Literal["sqlite", "postgres"]:
        return "postgres" if isinstance(self.engine, PostgresEngine) else "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the block or nothing. On SQLite the write lock is taken at the start, so that no later step fails.

        A block inside another joins it: there are no savepoints, what is inside commits with the outermost one. When
        an error leaves an inner block and is caught further out, the whole is rolled back and `TransactionDoomed`
        raised at the end. Raises `StoreBusy`, `StoreFull` or `StoreUnavailable`; then nothing was written.
        """
        if self._local.depth:
            yield from self._join()
        else:
            yield from self._outermost()
            self._run_callbacks()

    def after_commit(self, callback: Callable[[], object]) -> None:
        """Runs `callback` once the outermost transaction has committed, never when it is rolled back.

        Outside a transaction it runs at once. A callback that raises is logged and stops no other: what it belongs to
        is already committed.
        """
        self._local.callbacks.append(callback)
        if not self._local.depth:
            self._run_callbacks()

    def in_transaction(self) -> bool:
        """Whether this thread is inside `transaction()`."""
        return self._local.depth > 0

    def is_first(self, what: str) -> bool:
        """Whether this is asked about `what` for the first time in this transaction: some things need no second one."""
        if not self.in_transaction():
            raise RuntimeError("ask inside of a transaction: at its end it is forgotten")
        first = what not in self._local.done
        self._local.done.add(what)
        return first

    def hold(self, key: str) -> None:
        """Until the transaction ends, nobody else gets past `hold` of the same key: read, decide and write in peace.

        On SQLite each transaction is alone already. Two keys are to be held in one order everywhere, best sorted.
        """
        if not self.in_transaction():
            raise RuntimeError("hold a key inside of a transaction: it is let go at its end")
        if self.kind == "postgres":
            self.engine.ask("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", key)

    def clear_log(self) -> bool:
        """Empties SQLite's `-wal` file, in which what was overwritten stands on; False while somebody reads or writes.

        True where there is nothing to empty. Call it outside of a transaction.
        """
        return not isinstance(self.engine, SqliteEngine) or self.engine.clear_log()

    def close_thread(self) -> None:
        """Closes this thread's connection, if it has one."""
        if not self.engine.is_closed():
            self.engine.close()

    def dispose(self) -> None:
        """Forgets inherited connections without closing them. To be called in a child after a fork."""
        self.engine.dispose()
        self._local = _Local()
        if self._writers:
            self._writers = Writers(self._writers.patience)

    def check(self) -> None:
        """Asks the database for an answer. Raises `StoreUnavailable` or `StoreBusy` when it gives none."""
        self.engine.ask("SELECT 1")

    def _outermost(self) -> Iterator[None]:
        local = self._local
        local.doomed = False
        local.done.clear()
        try:
            with self._alone(), self.engine.atomic():
                local.depth = 1
                try:
                    yield
                finally:
                    local.depth = 0
                if local.doomed:
                    raise TransactionDoomed("An error inside the transaction was caught outside of its own block.")
        except BaseException:
            local.callbacks.clear()
            raise

    def _alone(self) -> AbstractContextManager[object]:
        """On SQLite, the turn of this thread among those of its process: they need not ask the file again and again."""
        return self._writers.turn() if self._writers else nullcontext()

    def _join(self) -> Iterator[None]:
        local = self._local
        local.depth += 1
        try:
            yield
        except BaseException:
            local.doomed = True
            raise
        finally:
            local.depth -= 1

    def _run_callbacks(self) -> None:
        due, self._local.callbacks = self._local.callbacks, []
        for callback in due:
            try:
                callback()
            except Exception:
                log.exception("a callback after commit failed")


_current: Database | None = None


def open_database(url: str, busy_seconds: float = 10) -> Database:
    """Opens `sqlite:///relative`, `sqlite:////absolute` or `postgresql://...` and binds all tables to it.

    Writers wait up to `busy_seconds` for each other. Raises `StoreUnavailable` with a sentence for the operator when
    the database cannot be written or reached; a SQLite file that does not exist is created, its folder is not.
    """
    global _current  # noqa: PLW0603 - the tables are bound to one database a process
    scheme = urlsplit(url).scheme
    if scheme == "sqlite":
        path = _sqlite_path(url)
        _check_file(path)
        database = Database(url, SqliteEngine(str(path), busy_seconds), path)
    elif scheme in {"postgresql", "postgres"}:
        normal = "postgresql" + url[len(scheme) :]
        database = Database(url, PostgresEngine(normal, busy_seconds), None)
    else:
        raise StoreUnavailable("The database URL must begin with sqlite:/// or postgresql://.")
    database.check()
    if database.path:
        _check_write(database, database.path)
    base.database.initialize(database.engine)
    _current = database
    return database


def bound() -> Database:
    """The database that the tables are bound to. Raises `StoreUnavailable` before `open_database`."""
    if _current is None:
        raise StoreUnavailable("No database is open.")
    return _current


@contextmanager
def transaction() -> Iterator[None]:
    """`Database.transaction` of the database that is open."""
    with bound().transaction():
        yield


def after_commit(callback: Callable[[], object]) -> None:
    """`Database.after_commit` of the database that is open."""
    bound().after_commit(callback)


def hold(key: str) -> None:
    """`Database.hold` of the database that is open."""
    bound().hold(key)


@contextmanager
def writing(shop: int) -> Iterator[None]:
    """A transaction in which nobody else changes this shop's orders and shipments: what is read in it stays true."""
    with transaction():
        hold(f"shop:{shop}")
        yield


def _sqlite_path(url: str) -> Path:
    path = unquote(urlsplit(url).path)[1:]
    if not path or urlsplit(url).netloc:
        raise StoreUnavailable("The database URL names no file. Write sqlite:///folder/file or sqlite:////folder/file.")
    return Path(path).absolute()


def _check_file(path: Path) -> None:
    if not path.parent.is_dir():
        raise StoreUnavailable(f"The folder {path.parent} does not exist. Create it, or correct the database URL.")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise StoreUnavailable(f"The folder {path.parent} cannot be written by user {_user(os.geteuid())}.")
    for part in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        if part.exists():
            _check_part(part)


def _check_part(part: Path) -> None:
    found = part.stat()
    if not stat.S_ISREG(found.st_mode):
        raise StoreUnavailable(f"{part} is not a file.")
    if not found.st_mode & 0o222 or not os.access(part, os.R_OK | os.W_OK):
        raise StoreUnavailable(f"{part} cannot be written by user {_user(os.geteuid())}: correct its rights or owner.")
    # Root could write it, but would leave files beside it that lock the owner out.
    if os.geteuid() == 0 and found.st_uid != 0:
        owner = _user(found.st_uid)
        raise StoreUnavailable(f"{part} belongs to {owner}, and this is root. Start the portal as {owner}.")


def _check_write(database: Database, path: Path) -> None:
    try:
        with database.transaction():
            pass
    except StoreBusy:
        # Held by somebody who can write it; that is no reason not to start.
        return
    if database.engine.ask("PRAGMA journal_mode")[0] != "wal":
        raise StoreUnavailable(f"The disk of {path} cannot share memory between processes. Use a local disk.")


def _user(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
