"""Opening, transactions, and what is said when the database does not answer (R-19 to R-21)."""

import ast
import os
import pwd
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg
import pytest

from tracker.store import outbox
from tracker.store.database import (
    StoreBusy,
    StoreFull,
    StoreUnavailable,
    TransactionDoomed,
    after_commit,
    hold,
    open_database,
    transaction,
)
from tracker.store.outbox import Outbox

BARE = {"atomic", "manual_commit", "savepoint", "session_start"}
STORE = Path(__file__).parents[2] / "tracker"


@pytest.fixture
def file(sqlite_template, instance):
    path = instance / "tracker.sqlite3"
    shutil.copy(sqlite_template, path)
    return path


def _put(key, clock):
    outbox.put("t", key, {}, clock())


# --- transactions ----------------------------------------------------------------------------------------------------


def test_a_block_commits_as_a_whole_or_not_at_all(database, clock):
    def work():
        with transaction():
            _put("a", clock)
            with transaction():
                _put("b", clock)
            raise KeyError

    with pytest.raises(KeyError):
        work()
    assert Outbox.select().count() == 0
    assert not database.in_transaction()
    with transaction(), transaction():
        _put("a", clock)
    assert Outbox.select().count() == 1


def test_an_inner_failure_that_is_swallowed_undoes_the_whole(database, clock):
    def work():
        with transaction():
            _put("a", clock)
            try:
                with transaction():
                    _put("b", clock)
                    raise KeyError
            except KeyError:
                pass
            _put("c", clock)

    with pytest.raises(TransactionDoomed):
        work()
    assert Outbox.select().count() == 0
    with transaction():
        _put("next", clock)
    assert Outbox.select().count() == 1


def test_what_needs_no_second_one_is_asked_anew_in_each_transaction(database):
    with transaction():
        assert database.is_first("wake")
    with transaction(), transaction():
        assert [database.is_first(what) for what in ("wake", "wake", "other")] == [True, False, True]
    with pytest.raises(RuntimeError):
        database.is_first("wake")


def test_callbacks_run_after_the_outermost_commit_alone(database, clock):
    seen = []
    with transaction():
        with transaction():
            after_commit(lambda: seen.append(Outbox.select().count()))
        _put("a", clock)
        assert seen == []
    assert seen == [1]
    after_commit(lambda: seen.append("at once"))
    assert seen == [1, "at once"]


def test_callbacks_of_a_rolled_back_transaction_never_run(database, clock):
    seen = []

    def work():
        with transaction():
            after_commit(lambda: seen.append(1))
            raise KeyError

    with pytest.raises(KeyError):
        work()
    with transaction():
        _put("a", clock)
    assert seen == []


def test_a_callback_that_raises_stops_no_other(database):
    seen = []
    with transaction():
        after_commit(lambda: 1 / 0)
        after_commit(lambda: seen.append(1))
    assert seen == [1]


def test_each_thread_has_its_own_transaction(database, clock):
    count = []

    def look():
        count.append(Outbox.select().count())
        database.close_thread()

    with transaction():
        _put("a", clock)
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    assert count == [0]


def test_no_transaction_begins_outside_of_the_database_module():
    found = []
    for path in STORE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Attribute) and called.attr in BARE:
                found.append(path.relative_to(STORE).as_posix())
    assert found == ["store/database.py"]


def test_a_child_after_a_fork_has_connections_of_its_own(database_url, clock):
    script = (
        "import os, sys\n"
        "from tracker.store.database import open_database\n"
        "database = open_database(sys.argv[1])\n"
        "child = os.fork()\n"
        "if not child:\n"
        "    database.dispose()\n"
        "    database.check()\n"
        "    os._exit(0)\n"
        "assert os.waitpid(child, 0)[1] == 0\n"
        "database.check()\n"
    )
    subprocess.run([sys.executable, "-c", script, database_url], check=True)


def test_who_holds_a_key_reads_and_writes_in_peace(database, clock):
    outbox.put("t", "counter", {"n": 0}, clock())

    def count():
        for _ in range(25):
            with transaction():
                hold("counter")
                row = outbox.find("counter")
                Outbox.update(payload={"n": row.payload["n"] + 1}).where(Outbox.id == row.id).execute()
        database.close_thread()

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outbox.find("counter").payload == {"n": 100}
    with pytest.raises(RuntimeError, match="inside of a transaction"):
        hold("counter")


# --- SQLite's settings -----------------------------------------------------------------------------------------------


def test_sqlite_is_durable_shared_and_checks_references(file):
    database = open_database(f"sqlite:///{file}")
    read = {name: database.engine.ask(f"PRAGMA {name}")[0] for name in ("journal_mode", "synchronous", "foreign_keys")}
    assert read == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    database.close_thread()


def test_writers_of_many_threads_never_meet_a_locked_database(database, clock):
    outbox.put("t", "counter", {"n": 0}, clock())
    failed = []

    def count():
        try:
            for _ in range(40):
                with transaction():
                    query = Outbox.select().where(Outbox.key == "counter")
                    row = (query.for_update() if database.kind == "postgres" else query).get()
                    Outbox.update(payload={"n": row.payload["n"] + 1}).where(Outbox.id == row.id).execute()
        except Exception as error:
            failed.append(error)
        finally:
            database.close_thread()

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert outbox.find("counter").payload == {"n": 160}


# --- trouble ---------------------------------------------------------------------------------------------------------


def test_r19_a_lock_held_for_long_is_told_and_nothing_is_half_written(file, clock):
    database = open_database(f"sqlite:///{file}", busy_seconds=0.3)
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    with pytest.raises(StoreBusy, match="busy") as caught:
        _put("a", clock)
    assert 0.25 < time.monotonic() - began < 3
    assert caught.value.retry_after > 0
    assert Outbox.select().count() == 0, "readers are not kept out"
    holder.execute("ROLLBACK")
    holder.close()
    _put("a", clock)
    assert Outbox.select().count() == 1
    database.close_thread()


def test_r19_a_row_locked_on_postgres_is_told(postgres_url, clock):
    database = open_database(postgres_url, busy_seconds=0.3)
    Outbox.delete().execute()
    _put("a", clock)
    with psycopg.connect(postgres_url) as holder:
        holder.execute("SELECT * FROM outbox FOR UPDATE")
        with pytest.raises(StoreBusy):
            Outbox.update(topic="x").execute()
    assert Outbox.update(topic="x").execute() == 1
    database.close_thread()


def test_r20_a_full_disk_is_told_and_the_portal_recovers_with_space(file, clock):
    database = open_database(f"sqlite:///{file}")
    _put("before", clock)
    pages = database.engine.ask("PRAGMA page_count")[0]
    database.engine.execute_sql(f"PRAGMA max_page_count = {pages + 2}")

    def fill():
        with transaction():
            for n in range(100):
                outbox.put("t", f"big{n}", {"text": "x" * 20_000}, clock())

    with pytest.raises(StoreFull, match="full") as caught:
        fill()
    assert caught.value.retry_after > 0
    assert [row.key for row in Outbox.select()] == ["before"]
    database.engine.execute_sql("PRAGMA max_page_count = 1000000")
    fill()
    assert Outbox.select().count() == 101
    database.close_thread()


def test_r20_a_disk_that_fails_to_write_is_told_and_recovers(file, clock):
    script = (
        "import resource, signal, sys\n"
        "from datetime import UTC, datetime\n"
        "from tracker.store import outbox\n"
        "from tracker.store.database import StoreUnavailable, open_database\n"
        "database = open_database(sys.argv[1])\n"
        "now = datetime.now(UTC)\n"
        "outbox.put('t', 'before', {}, now)\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, resource.RLIM_INFINITY))\n"
        "try:\n"
        "    outbox.put('t', 'big', {'text': 'x' * 200_000}, now)\n"
        "except StoreUnavailable as error:\n"
        "    print(error)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)\n"
        "outbox.put('t', 'after', {}, now)\n"
    )
    command = [sys.executable, "-c", script, f"sqlite:///{file}"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "check its disk" in done.stdout
    database = open_database(f"sqlite:///{file}")
    assert [row.key for row in Outbox.select()] == ["before", "after"]
    assert database.engine.ask("PRAGMA integrity_check")[0] == "ok"
    database.close_thread()


def test_r21_files_that_cannot_be_written_are_refused_with_a_sentence(file, tmp_path):
    file.chmod(0o444)
    with pytest.raises(StoreUnavailable, match=r"cannot be written by user"):
        open_database(f"sqlite:///{file}")
    with pytest.raises(StoreUnavailable, match=r"does not exist\. Create it"):
        open_database(f"sqlite:///{tmp_path / 'nowhere' / 'db'}")
    with pytest.raises(StoreUnavailable, match="is not a file"):
        open_database(f"sqlite:///{tmp_path}")
    (tmp_path / "text").write_text("not a database at all\n" * 100)
    with pytest.raises(StoreUnavailable, match="cannot be read or written"):
        open_database(f"sqlite:///{tmp_path / 'text'}")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_r21_root_does_not_lock_the_owner_out(file):
    owner = pwd.getpwnam("nobody")
    os.chown(file, owner.pw_uid, owner.pw_gid)
    with pytest.raises(StoreUnavailable, match="belongs to nobody, and this is root"):
        open_database(f"sqlite:///{file}")
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_r21_a_missing_shm_file_is_made_anew(file, clock):
    script = (
        "import os, sys\n"
        "from tracker.store.database import open_database\n"
        "from tracker.store import outbox\n"
        "from datetime import datetime, UTC\n"
        "open_database(sys.argv[1])\n"
        "outbox.put('t', 'a', {}, datetime.now(UTC))\n"
        "os.kill(os.getpid(), 9)\n"
    )
    url = f"sqlite:///{file}"
    subprocess.run([sys.executable, "-c", script, url], check=False)
    assert file.with_name(file.name + "-wal").stat().st_size > 0
    file.with_name(file.name + "-shm").unlink()
    database = open_database(url)
    assert outbox.find("a") is not None
    database.close_thread()


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite://", "sqlite:///", "sqlite://host/file", ""])
def test_an_address_that_names_no_database_is_refused(url):
    with pytest.raises(StoreUnavailable, match="database URL"):
        open_database(url)


def test_a_server_that_is_not_there_is_told(tmp_path):
    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        open_database(f"postgresql://u:p%40ss@/db?host={tmp_path}")


def test_a_connection_that_died_is_replaced_before_anybody_notices(postgres_url, clock):
    database = open_database(postgres_url)
    Outbox.delete().execute()
    for again in ("read", "write"):
        backend = database.engine.ask("SELECT pg_backend_pid()")[0]
        with psycopg.connect(postgres_url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 2000)", (backend,))
        if again == "read":
            assert Outbox.select().count() == 0
        else:
            _put("a", clock)
    assert Outbox.select().count() == 1
    database.close_thread()


def test_a_connection_that_dies_inside_a_transaction_is_told_and_forgotten(postgres_url, clock):
    database = open_database(postgres_url)
    Outbox.delete().execute()

    def work():
        with transaction():
            _put("lost", clock)
            backend = database.engine.ask("SELECT pg_backend_pid()")[0]
            with psycopg.connect(postgres_url, autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s, 2000)", (backend,))
            _put("after", clock)

    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        work()
    assert Outbox.select().count() == 0
    database.close_thread()


def test_errors_name_no_data(file, clock):
    database = open_database(f"sqlite:///{file}", busy_seconds=0.1)
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy) as caught:
        outbox.put("t", "key", {"email": "someone@example.com"}, clock())
    assert "example" not in str(caught.value)
    holder.close()
    database.close_thread()
