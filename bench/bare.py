"""The floors: bare Flask views that do the least which has to be done. No other line than those needed."""

from pathlib import Path
from typing import Any

import peewee
from flask import Flask, Response, request


def make_reader(body: bytes) -> Flask:
    """`/page` answers these bytes; `/same` an empty 304."""
    app = Flask(__name__)

    @app.get("/page")
    def page() -> Response:
        return Response(body, mimetype="text/html")

    @app.get("/same")
    def same() -> Response:
        return Response(status=304)

    return app


def make_writer(url: str) -> Flask:
    """`POST /keep` reads the body and commits one row with it, as durably as the portal does."""
    app = Flask(__name__)
    database = _open(url)

    class Row(peewee.Model):
        body = peewee.BlobField()

        class Meta:
            database = None
            table_name = "bench_row"

    Row.bind(database)
    database.create_tables([Row])
    database.close()

    @app.post("/keep")
    def keep() -> tuple[str, int]:
        with database.atomic():
            Row.insert(body=request.get_data()).execute()
        return "", 202

    return app


def _open(url: str) -> Any:
    if not url.startswith("sqlite"):
        return peewee.PostgresqlDatabase(url, prefer_psycopg3=True)
    path = Path(url.removeprefix("sqlite:///"))
    pragmas = {"journal_mode": "wal", "synchronous": "full", "busy_timeout": 10_000, "foreign_keys": 1}
    # A file of its own: the portal's rows shall neither slow it down nor be slowed down by it.
    return peewee.SqliteDatabase(path.with_name("bare.sqlite3"), pragmas=pragmas, lock_type="IMMEDIATE")
