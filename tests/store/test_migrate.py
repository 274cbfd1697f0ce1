"""Migrations: what they make, one process at a time, and what a kill leaves (R-23)."""

import importlib
import json
import os
import shutil
import subprocess
import sys
import textwrap
import threading
from datetime import UTC, datetime

import peewee
import pytest
from playhouse.migrate import SchemaMigrator
from playhouse.schema_diff import diff_models

from tracker.store.base import Row
from tracker.store.database import StoreBusy, StoreUnavailable, open_database
from tracker.store.fields import UTCDateTimeField
from tracker.store.leases import Leased
from tracker.store.migrate import MIGRATIONS, check_schema, migrate, pending
from tracker.store.notices import Notice
from tracker.store.queue_tables import QUEUE_TABLES
from tracker.store.shipments import Shipment
from tracker.store.shops import Shop, Slot
from tracker.store.tables import TABLES

ALL = (*TABLES, *QUEUE_TABLES)


@pytest.fixture
def empty(empty_url):
    database = open_database(empty_url)
    yield database
    database.close_thread()


def _models(base):
    for model in base.__subclasses__():
        yield model
        yield from _models(model)


def _shape(database, tables):
    """Columns (type, null, key), indexes and references of tables, as the database itself tells them."""
    engine = database.engine
    shape = {}
    for table in tables:
        columns = [
            (c.name, (c.full_type or c.data_type).lower(), c.null, c.primary_key) for c in engine.get_columns(table)
        ]
        indexes = sorted((tuple(i.columns), bool(i.unique)) for i in engine.get_indexes(table))
        references = sorted((f.column, f.dest_table, f.dest_column) for f in engine.get_foreign_keys(table))
        shape[table] = (columns, indexes, references)
    return shape


def test_every_table_of_the_store_is_listed():
    concrete = {model for model in _models(Row) if model.__module__.startswith("tracker.")} - {Leased}
    assert concrete == set(ALL)


def test_the_migrated_tables_are_those_of_the_models(empty, request):
    names = [model._meta.table_name for model in ALL]
    migrate(empty)
    migrated = _shape(empty, names)
    difference = diff_models(empty.engine, list(ALL))
    assert not difference, difference
    empty.engine.drop_tables(ALL)
    empty.engine.create_tables(ALL)
    made = _shape(empty, names)
    for name in names:
        assert migrated[name] == made[name], f"{name}: write a migration, or before the first release mend 0001"


def test_migrating_twice_does_nothing_the_second_time(empty):
    names = pending(empty)
    assert names[0] == "0001_first"
    assert migrate(empty) == names
    assert pending(empty) == []
    assert migrate(empty) == []
    check_schema(empty)


def test_an_older_database_is_refused_with_the_command_to_run(empty):
    with pytest.raises(StoreUnavailable, match="Run: tracker migrate"):
        check_schema(empty)


def test_r23_old_code_refuses_a_newer_database(empty):
    migrate(empty)
    sql = "INSERT INTO schema_migration (name, applied) VALUES ('9999_later', '2030-01-01 00:00:00')"
    empty.engine.execute_sql(sql)
    with pytest.raises(StoreUnavailable, match="newer than this portal: it has 9999_later"):
        check_schema(empty)
    with pytest.raises(StoreUnavailable, match="newer than this portal"):
        migrate(empty)


def _add(database, table, **given):
    """A row as an older version left it: what is not `given` is empty. Tells its id."""
    fill = {"int": 0, "bool": False, "json": "{}", "time": "2026-03-02 09:00:00"}
    row = {}
    for column in database.engine.get_columns(table):
        kind = (column.full_type or column.data_type).lower()
        if not column.null and not column.primary_key:
            row[column.name] = next((value for name, value in fill.items() if name in kind), "")
    row |= given
    names, marks = ", ".join(f'"{name}"' for name in row), ", ".join([database.engine.param] * len(row))
    sql = f'INSERT INTO "{table}" ({names}) VALUES ({marks}) RETURNING id'
    return database.engine.execute_sql(sql, tuple(row.values())).fetchone()[0]


def test_r23_what_stands_in_a_database_outlives_the_upgrade_to_what_customers_do(empty, tmp_path):
    older = tmp_path / "older"
    older.mkdir()
    for file in sorted(MIGRATIONS.glob("000[1-7]_*.py")):
        shutil.copy(file, older)
    migrate(empty, older)
    shop = _add(empty, "shop", slug="tea", name="Tea")
    order = _add(empty, "order_", shop_id=shop, ref="1", number="1001")
    ways = ("in_transit", "delivered")
    moving, there = [
        _add(empty, "shipment", shop_id=shop, order_id=order, carrier="demo", number=way, milestone=way) for way in ways
    ]
    told = {"moment": "delivered", "recipient": "a@b.example"}
    _add(empty, "notice", shop_id=shop, order_id=order, shipment_id=there, **told)
    offer = {"name": "offer", "surfaces": json.dumps(["page", "mail"]), "content": json.dumps({"title": "Tin"})}
    _add(empty, "slot", shop_id=shop, block="offer", **offer)
    migrate(empty)
    assert {one.id: one.turns_at is not None for one in Shipment.select()} == {moving: True, there: False}
    assert [(one.moment, one.shipment_id) for one in Notice.select()] == [("delivered", there)]
    slots = {one.name: (one.content["title"], one.shown, one.recommender) for one in Slot.select()}
    assert slots == dict.fromkeys(("below", "mail"), ("Tin", True, ""))
    assert (Shop.get().answer_hours, Shop.get().tiers, Shop.get().embed_keys) == (24, None, "")


RUN = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from tracker.store.database import open_database
    from tracker.store.migrate import MIGRATIONS, migrate

    directory = Path(sys.argv[2]) if len(sys.argv) > 2 else MIGRATIONS
    print(len(migrate(open_database(sys.argv[1]), directory)))
    """
)


def _start(url, *arguments, env=None):
    command = [sys.executable, "-c", RUN, url, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)


def test_three_processes_at_once_migrate_once(empty_url):
    processes = [_start(empty_url) for _ in range(3)]
    answers = [process.communicate(timeout=60) for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], answers
    applied = sorted(int(out) for out, _ in answers)
    assert applied[:2] == [0, 0]
    assert applied[2] >= 2


@pytest.fixture
def two_steps(tmp_path):
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "0001_one.py").write_text("def up(migrator, db):\n    db.execute_sql('CREATE TABLE one (id INTEGER)')\n")
    second = """
        from tracker import crash

        def up(migrator, db):
            db.execute_sql('CREATE TABLE two (id INTEGER)')
            crash.point("migration")
            db.execute_sql('CREATE TABLE three (id INTEGER)')
    """
    (folder / "0002_two.py").write_text(textwrap.dedent(second))
    return folder


def test_r23_a_killed_migration_is_taken_up_again(empty_url, two_steps):
    killed = _start(empty_url, two_steps, env={**os.environ, "TRACKER_CRASH_AT": "migration:1"})
    killed.communicate(timeout=60)
    assert killed.returncode == -9
    database = open_database(empty_url)
    assert pending(database, two_steps) == ["0002_two"], "the first is kept, of the second nothing"
    assert "two" not in database.engine.get_tables()
    with pytest.raises(StoreUnavailable, match="first 0002_two"):
        check_schema(database, two_steps)
    assert migrate(database, two_steps, patience=5) == ["0002_two"], "no lock is left behind"
    assert {"one", "two", "three"} <= set(database.engine.get_tables())
    database.close_thread()


def test_a_migration_that_fails_leaves_nothing_of_itself(empty, two_steps):
    (two_steps / "0003_bad.py").write_text(
        "def up(migrator, db):\n    db.execute_sql('CREATE TABLE four (id INTEGER)')\n    raise ValueError('bad')\n"
    )
    with pytest.raises(ValueError, match="bad"):
        migrate(empty, two_steps)
    assert pending(empty, two_steps) == ["0003_bad"]
    assert "four" not in empty.engine.get_tables()


def test_whoever_waits_too_long_for_another_is_told(empty, empty_url, two_steps):
    begun, go = threading.Event(), threading.Event()
    (two_steps / "0003_slow.py").write_text(
        "from tests.store import test_migrate as t\n\n"
        "def up(migrator, db):\n    t.HOLD[0].set()\n    t.HOLD[1].wait(20)\n"
    )
    HOLD[:] = [begun, go]

    def work():
        migrate(empty, two_steps)
        empty.close_thread()

    thread = threading.Thread(target=work)
    thread.start()
    assert begun.wait(20)
    try:
        with pytest.raises(StoreBusy, match="still migrating"):
            migrate(empty, two_steps, patience=0.3)
    finally:
        go.set()
        thread.join(20)
    assert migrate(empty, two_steps) == []


HOLD: list[threading.Event] = []


class OldSlot(peewee.Model):
    """A slot as it was before the ninth migration."""

    shop_id = peewee.IntegerField()
    name = peewee.CharField()
    block = peewee.CharField()
    content = peewee.JSONField()
    surfaces = peewee.JSONField(null=True)
    changed_at = UTCDateTimeField()

    class Meta:
        table_name = "slot"


def test_the_one_offer_moves_to_the_slots_of_its_surfaces(empty):
    migrate(empty)
    migrator = SchemaMigrator.from_database(empty.engine)
    migrator.migrate(
        migrator.drop_column("slot", "shown"),
        migrator.drop_column("slot", "recommender"),
        migrator.add_column("slot", "surfaces", peewee.JSONField(null=True)),
    )
    now = datetime(2026, 3, 2, tzinfo=UTC)
    with empty.engine.bind_ctx([OldSlot]):
        for slug, surfaces in (("on", ["mail", "page"]), ("off", [])):
            shop = Shop.create(slug=slug, name=slug, created_at=now)
            OldSlot.create(
                shop_id=shop.id, name="offer", block="offer", content={"title": slug}, surfaces=surfaces, changed_at=now
            )
        importlib.import_module("tracker.store.migrations.0009_slots").up(migrator, empty.engine)
        moved = [(one.name, one.content["title"], one.shown) for one in Slot.select().order_by(Slot.id)]
    assert moved == [("below", "on", True), ("mail", "on", True), ("below", "off", False)]
    assert not diff_models(empty.engine, [Slot])
