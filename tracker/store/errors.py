"""What can go wrong with the database itself, in words that a person can act on."""

import sqlite3

import peewee
import psycopg


class StoreError(Exception):
    """Base of the errors below. The message is a plain sentence without data of the statement."""


class StoreBusy(StoreError):
    """Somebody else holds the database. Nothing was written; try again after `retry_after` seconds."""

    def __init__(self, message: str, retry_after: int = 5) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class StoreFull(StoreError):
    """There is no space left. Nothing was written; `retry_after` seconds is when a sender may ask again."""

    retry_after = 60


class StoreUnavailable(StoreError):
    """The database cannot be reached or written. Nothing was written by the statement that failed."""

    retry_after = 15


class Taken(StoreError):
    """A name that has to be unique belongs to somebody already. The transaction it was tried in is lost."""


class TransactionDoomed(StoreError):
    """A block inside a transaction failed and its error was swallowed: the whole transaction was rolled back."""


_BUSY = "The database is busy: another process holds it. Try again in a few seconds."
_FULL = "The disk that holds the database is full. Free some space; nothing else needs to be done."
_READONLY = "The database cannot be written: check the owner and the rights of its file and folder."
_UNREACHABLE = "The database server cannot be reached or is shutting down."
_BROKEN = "The database file cannot be read or written: check its disk; restore a backup if it is damaged."

_SQLITE = {
    sqlite3.SQLITE_BUSY: (StoreBusy, _BUSY),
    sqlite3.SQLITE_LOCKED: (StoreBusy, _BUSY),
    sqlite3.SQLITE_FULL: (StoreFull, _FULL),
    sqlite3.SQLITE_READONLY: (StoreUnavailable, _READONLY),
    sqlite3.SQLITE_PERM: (StoreUnavailable, _READONLY),
    sqlite3.SQLITE_CANTOPEN: (StoreUnavailable, _READONLY),
    sqlite3.SQLITE_IOERR: (StoreUnavailable, _BROKEN),
    sqlite3.SQLITE_CORRUPT: (StoreUnavailable, _BROKEN),
    sqlite3.SQLITE_NOTADB: (StoreUnavailable, _BROKEN),
}
# Lock not available, serialization failure, deadlock, cancelled by a time-out, too many connections.
_POSTGRES_BUSY = {"55P03", "40001", "40P01", "57014", "53300"}
_POSTGRES_FULL = {"53100"}


def translate(error: peewee.PeeweeException) -> StoreError | None:
    """The error of this module that a driver's error stands for; None when it is a bug or a broken rule of the data."""
    cause = error.__cause__ or error.__context__ or (error.args[0] if error.args else None)
    if isinstance(cause, sqlite3.Error):
        return _from_sqlite(cause)
    if isinstance(cause, psycopg.Error):
        return _from_postgres(cause)
    return None


def _from_sqlite(error: sqlite3.Error) -> StoreError | None:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    # Extended codes carry the plain one in their low byte.
    found = _SQLITE.get(code & 0xFF)
    return found[0](found[1]) if found else None


def _from_postgres(error: psycopg.Error) -> StoreError | None:
    state = error.sqlstate or ""
    if state in _POSTGRES_BUSY:
        return StoreBusy(_BUSY)
    if state in _POSTGRES_FULL:
        return StoreFull(_FULL)
    if state == "25006":
        return StoreUnavailable("The database server takes no changes now: it is a read-only standby.")
    # Without a state the error comes from the connection and not from the statement.
    lost = isinstance(error, psycopg.OperationalError) and (not state or state[:2] in {"08", "57", "58"})
    return StoreUnavailable(_UNREACHABLE) if lost or state in {"28P01", "28000", "3D000"} else None
