"""Copies of a live database that can be restored, and the proof that one can."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from .database import Database
from .errors import StoreError
from .migrate import MIGRATIONS


class BackupError(StoreError):
    """Why there is no backup, or why this file is none, and what to do."""


def backup(database: Database, target: Path, pg_dump: str = "pg_dump") -> int:
    """Writes a copy of the whole database as it is at one moment; the size in bytes.

    Writers go on meanwhile. What was acknowledged before the call is in the copy. The file appears under its name only
    when it is complete, readable by its owner alone, since it holds personal data. A file that is there already is
    never overwritten. On PostgreSQL it is what `pg_dump --format=custom` writes. Raises `BackupError`.
    """
    if target.exists():
        raise BackupError(f"{target} exists already. Name another file.")
    if not target.parent.is_dir():
        raise BackupError(f"The folder {target.parent} does not exist. Create it first.")
    with _unfinished(target) as part:
        if database.path:
            _copy_sqlite(database.path, part)
            check_backup(part)
        else:
            _dump_postgres(database.url, part, pg_dump)
        os.replace(part, target)
    return target.stat().st_size


def check_backup(path: Path) -> list[str]:
    """The migrations that a SQLite backup contains. Raises `BackupError` when it is damaged or is something else.

    A copy made with `cp` from a portal that runs fails here: its newest rows lie in another file.
    """
    if not path.is_file():
        raise BackupError(f"{path} is not a file.")
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            problems = [row[0] for row in connection.execute("PRAGMA integrity_check(3)") if row[0] != "ok"]
            broken = connection.execute("PRAGMA foreign_key_check").fetchone()
            names = [row[0] for row in connection.execute("SELECT name FROM schema_migration ORDER BY name")]
    except sqlite3.DatabaseError as error:
        raise BackupError(f"{path} is not a backup of the portal, or is damaged ({error}).") from error
    if problems or broken:
        raise BackupError(f"{path} is damaged: {(problems or ['rows refer to rows that are missing'])[0]}")
    if newer := set(names) - {each.stem for each in MIGRATIONS.glob("[0-9]*.py")}:
        raise BackupError(f"{path} was made by a newer portal (it has {max(newer)}). Install that version first.")
    return names


def restore(path: Path, target: Path) -> None:
    """Puts a checked SQLite backup in the place of the database file; the former one stays beside it as `.before`.

    Everything that uses the database must be stopped. Raises `BackupError` when something still uses it.
    """
    check_backup(path)
    with _unfinished(target.with_name(target.name + ".restored")) as part:
        shutil.copyfile(path, part)
        if target.exists():
            _set_aside(target)
        os.replace(part, target)


def _copy_sqlite(source: Path, part: Path) -> None:
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(part)) as copy:
        # In one step: a copy in steps begins anew with each write of others, and under load never ends.
        live.backup(copy, pages=-1)
        # A backup is one file; in WAL mode opening it would make others beside it.
        copy.execute("PRAGMA journal_mode = delete")


def _dump_postgres(url: str, part: Path, pg_dump: str) -> None:
    program = shutil.which(pg_dump)
    if program is None:
        raise BackupError(
            "pg_dump was not found. Install PostgreSQL's client programs (Debian: apt install postgresql-client), "
            "or let your database's own backups do it."
        )
    # Everybody on the machine may read a command line; the password goes another way.
    parts = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    secret = {"PGPASSWORD": parts.pop("password")} if parts.get("password") else {}
    command = [program, "--format=custom", "--no-password", f"--file={part}", f"--dbname={make_conninfo(**parts)}"]
    done = subprocess.run(  # noqa: S603
        command, capture_output=True, text=True, check=False, env={**os.environ, **secret}
    )
    if done.returncode:
        raise BackupError(f"pg_dump failed: {done.stderr.strip()[:500]}")


def _set_aside(target: Path) -> None:
    with closing(sqlite3.connect(target, timeout=0)) as old:
        try:
            # Also brings what lies in the -wal file home; another user of the database makes it fail.
            old.execute("PRAGMA locking_mode = exclusive")
            mode = old.execute("PRAGMA journal_mode = delete").fetchone()[0]
        except sqlite3.OperationalError:
            mode = "in use"
        except sqlite3.DatabaseError:
            mode = "delete"  # damaged, which may be why somebody restores
    if mode != "delete":
        raise BackupError(f"{target} is still in use. Stop the portal and its worker first.")
    os.replace(target, target.with_name(target.name + ".before"))
    for tail in ("-wal", "-shm"):
        target.with_name(target.name + tail).unlink(missing_ok=True)


@contextmanager
def _unfinished(target: Path) -> Iterator[Path]:
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)
