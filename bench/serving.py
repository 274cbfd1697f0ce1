"""One server process: `python -m bench.serving KIND PORT`, where KIND is a key of `KINDS`. Same server for all."""

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from flask import Flask

from bench.servers import THREADS, WORKERS
from tracker.cli.server import serve


def make_portal() -> Flask:
    """The portal as `tracker run` makes it."""
    from tracker.config import load_config
    from tracker.services.portal import WEB_PATIENCE, open_portal
    from tracker.web import create_app

    return create_app(open_portal(load_config(), patience=WEB_PATIENCE))


def make_cold() -> Flask:
    """The portal with no room to keep a rendered page, so that each request renders its own."""
    from tracker.web import tracking

    tracking.kept = tracking.Kept(most=0)
    return make_portal()


def make_reader() -> Flask:
    from bench import bare

    return bare.make_reader(Path(os.environ["BENCH_BODY"]).read_bytes())


def make_writer() -> Flask:
    from bench import bare

    return bare.make_writer(os.environ["TRACKER_DATABASE"])


KINDS: Mapping[str, Callable[[], Flask]] = {
    "portal": make_portal,
    "cold": make_cold,
    "reader": make_reader,
    "writer": make_writer,
}

if __name__ == "__main__":
    serve(KINDS[sys.argv[1]], "127.0.0.1", int(sys.argv[2]), WORKERS, THREADS)
