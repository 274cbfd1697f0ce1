"""`tracker run` and `tracker worker`: the two kinds of process that a portal is made of."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from flask import Flask


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port.")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Processes.")
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 64), help="Threads in each process.")
def run(host: str, port: int, workers: int, threads: int) -> None:
    """Serve the pages, the desk and the doors.

    Put a reverse proxy with TLS in front of it and set TRACKER_PROXIES=1; docs/operating.md shows how. A worker has
    to run beside it: see `tracker worker`.

    \b
    Example:
      tracker run --port 8000 --workers 4 --threads 8
    """
    from tracker.config import load_config
    from tracker.services import schema

    from . import server

    schema.require(load_config())
    server.serve(_make_app, host, port, workers, threads)


@click.command()
def worker() -> None:
    """Do what is owed: read deliveries, ask carriers, send notices.

    Run at least one beside `tracker run`, as many as you like, on any machine that reaches the database. SIGTERM
    and Ctrl-C let it finish what it has begun.

    \b
    Example:
      tracker worker
    """
    import tracker.worker
    from tracker.config import load_config
    from tracker.services import logs, schema
    from tracker.services.portal import open_portal

    config = load_config()
    schema.require(config)
    logs.configure("worker")
    tracker.worker.run(open_portal(config))


def _make_app() -> "Flask":
    """The application, made in each process by itself: connections and threads do not survive a fork."""
    from tracker.config import load_config
    from tracker.services.portal import WEB_PATIENCE, open_portal
    from tracker.web import create_app

    return create_app(open_portal(load_config(), patience=WEB_PATIENCE))
