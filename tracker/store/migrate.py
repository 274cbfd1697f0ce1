"""Brings the tables to the shape that this version expects. One process does it, others wait."""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playhouse.migrations import Runner

from .database import Database
from .errors import StoreBusy, StoreUnavailable

MIGRATIONS = Path(__file__).parent / "migrations"
_ADVISORY = 7_236_001
_PATIENCE = 600.0


def migrate(database: Database, directory: Path = MIGRATIONS, patience: float = _PATIENCE) -> list[str]:
    """Applies what is pending and returns the names, an empty list when there was nothing to do.

    Waits up to `patience` seconds for another process that is at it, then raises `StoreBusy`. Each migration commits
    together with its entry in the history, so that a process killed half-way leaves a state to continue from.
    """
    with _alone(database, patience):
        _refuse_newer(database, directory)
        return list(_runner(database, directory).up())


def pending(database: Database, directory: Path = MIGRATIONS) -> list[str]:
    """Names of the migrations that are still to be applied, oldest first."""
    return [each.name for each in _runner(database, directory).status() if each.path and not each.applied]


def check_schema(database: Database, directory: Path = MIGRATIONS) -> None:
    """Raises `StoreUnavailable` with what to do unless the tables have exactly the shape this version expects."""
    _refuse_newer(database, directory)
    if names := pending(database, directory):
        raise StoreUnavailable(
            f"The database is older than this portal ({len(names)} to apply, first {names[0]}). Run: tracker migrate"
        )


def _refuse_newer(database: Database, directory: Path) -> None:
    gone = [each.name for each in _runner(database, directory).status() if each.path is None]
    if gone:
        raise StoreUnavailable(
            f"The database is newer than this portal: it has {gone[-1]}, which this version does not know. "
            "Install the version that made it, or restore a backup from before the upgrade."
        )


def _runner(database: Database, directory: Path) -> Runner:
    return Runner(database.engine, str(directory))


@contextmanager
def _alone(database: Database, patience: float) -> Iterator[None]:
    """The runner has no lock. Both kinds here die with their process, so that a kill leaves none behind."""
    held = _file_lock(database.path, patience) if database.path else _advisory_lock(database, patience)
    with held:
        yield


@contextmanager
def _file_lock(path: Path, patience: float) -> Iterator[None]:
    with path.with_name(path.name + ".migrating").open("a") as file:

        def take() -> bool:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        _wait(take, patience)
        yield


@contextmanager
def _advisory_lock(database: Database, patience: float) -> Iterator[None]:
    engine = database.engine
    _wait(lambda: engine.ask("SELECT pg_try_advisory_lock(%s)", _ADVISORY)[0], patience)
    try:
        yield
    finally:
        engine.ask("SELECT pg_advisory_unlock(%s)", _ADVISORY)


def _wait(take: Callable[[], bool], patience: float) -> None:
    deadline = time.monotonic() + patience
    while not take():
        if time.monotonic() > deadline:
            raise StoreBusy("Another process is still migrating the database. Wait for it, or stop it and try again.")
        time.sleep(0.1)
