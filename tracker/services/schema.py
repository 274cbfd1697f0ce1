"""The database as a whole: its tables' shape, its copies, and putting one back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tracker.config import Config
from tracker.store import backup
from tracker.store.database import Database, open_database
from tracker.store.errors import StoreUnavailable
from tracker.store.migrate import check_schema, migrate


def require(config: Config) -> None:
    """Raises `StoreUnavailable`, which says what to do, unless the tables are those of this version."""
    with _open(config) as database:
        check_schema(database)


def bring_up_to_date(config: Config) -> list[str]:
    """Applies what is pending; the names of what was applied."""
    with _open(config) as database:
        return migrate(database)


def copy(config: Config, target: Path) -> int:
    """Copies the database into a new file while everything runs; its size in bytes. Raises `BackupError`."""
    with _open(config) as database:
        return backup.backup(database, target)


def put_back(config: Config, source: Path) -> Path:
    """Puts a copy in the place of the SQLite file and brings it up to date; where the file lies.

    Raises `BackupError` while something uses the database, and `StoreUnavailable` for PostgreSQL.
    """
    scheme, _, path = config.database.partition(":///")
    if scheme != "sqlite":
        raise StoreUnavailable(
            "This database is PostgreSQL; restore the file with: pg_restore --clean --if-exists --dbname=URL FILE"
        )
    backup.restore(source, Path(path))
    bring_up_to_date(config)
    return Path(path)


@contextmanager
def _open(config: Config) -> Iterator[Database]:
    database = open_database(config.database)
    try:
        yield database
    finally:
        database.close_thread()
