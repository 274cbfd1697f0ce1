"""Lighthouse on the tracking page, and on a shop's page with the widget and without: `python -m bench.lighthouse`.

Needs Chromium and Lighthouse (`npm install lighthouse@12.8.2` somewhere; name its command by `--lighthouse`). Both
sites are this machine's own: Lighthouse computes what a phone's network would make of a page that it loads without one.
With `--lighthouse "lighthouse --throttling-method=devtools"` it slows the loading itself. Each page is measured several
times; medians are told.
"""

import argparse
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.servers import find_port, start_server
from bench.world import SLUG, database_url, make_world

AUDITS = {
    "first paint": "first-contentful-paint",
    "largest paint": "largest-contentful-paint",
    "blocked": "total-blocking-time",
    "shift": "cumulative-layout-shift",
}
UNITS = {"first paint": "ms", "largest paint": "ms", "blocked": "ms", "shift": ""}
TRIES = 3
"""Now and then it misses the beginning of a page, says so, and asks to be run again."""
SHOP_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>My account</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="description" content="Your orders">
<style>body{{font:1rem/1.5 sans-serif;margin:1rem auto;max-width:60rem}}
.order-tracking{{min-height:max(62rem, 84rem - 40vw)}}</style></head>
<body><header><h1>My account</h1></header><main><h2>Your order</h2><p>Thank you for your order.</p>{widget}
<p>Anything else? Write to us.</p></main></body></html>"""
WIDGET = """<div class="order-tracking"><a href="{portal}/t/{token}">Track your parcel</a>
<script async src="{portal}/embed/v1.js" data-token="{token}"></script></div>"""


@dataclass(frozen=True, slots=True)
class Scores:
    """One page: scores from 0 to 100, and the audits of `AUDITS`, each the median of all runs."""

    performance: float
    accessibility: float
    audits: Mapping[str, float]


def main() -> None:
    """Measures and prints. Nothing passes or fails."""
    options = _read()
    with tempfile.TemporaryDirectory(prefix="tracker-lighthouse-") as name, _serve_sites(Path(name)) as addresses:
        table = Table(title=f"Lighthouse, a phone, medians of {options.runs}", title_justify="left")
        for column in ("page", "performance", "accessibility", *(f"{one} {UNITS[one]}".strip() for one in AUDITS)):
            table.add_column(column, justify="left" if column == "page" else "right")
        for page, address in addresses.items():
            scores = _measure(shlex.split(options.lighthouse), address, options.runs)
            audits = [f"{value:.3f}" if one == "shift" else f"{value:,.0f}" for one, value in scores.audits.items()]
            table.add_row(page, f"{scores.performance:.0f}", f"{scores.accessibility:.0f}", *audits)
        Console(width=140, highlight=False).print(table)


@contextmanager
def _serve_sites(folder: Path) -> Iterator[Mapping[str, str]]:
    """The addresses of the pages to measure, by name, while portal and shop are being served."""
    port, pages = find_port(), dict[str, bytes]()
    with database_url("sqlite", folder) as url, _serve_shop(pages) as shop:
        world = make_world(folder, url)
        portal = f"http://localhost:{port}"
        _admit(world, shop)
        token = world.tokens["40 events"]
        pages["/with"] = SHOP_PAGE.format(widget=WIDGET.format(portal=portal, token=token)).encode()
        pages["/without"] = SHOP_PAGE.format(widget="").encode()
        with start_server("portal", {**world.env, "TRACKER_URL": portal}, folder, port):
            yield {
                "tracking page, 40 events": f"{portal}/t/{token}",
                "tracking page, 12 parcels": f"{portal}/t/{world.tokens['12 parcels']}",
                "shop's page with the widget": f"{shop}/with",
                "shop's page without it": f"{shop}/without",
            }


def _admit(world: Any, origin: str) -> None:
    from tracker.services import shops
    from tracker.store.shops import write_shop

    portal = world.open()
    shop = shops.find(portal, SLUG)
    assert shop is not None
    write_shop(shop.id, {"origins": [origin]})
    portal.database.close_thread()


@contextmanager
def _serve_shop(pages: Mapping[str, bytes]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *args: object) -> None:
            """Keeps quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def _measure(lighthouse: list[str], address: str, runs: int) -> Scores:
    reports = [_run(lighthouse, address) for _ in range(runs)]

    def middle(read: Any) -> float:
        return float(median(read(report) for report in reports))

    return Scores(
        middle(lambda report: 100 * report["categories"]["performance"]["score"]),
        middle(lambda report: 100 * report["categories"]["accessibility"]["score"]),
        {one: middle(lambda report, id=id: report["audits"][id]["numericValue"]) for one, id in AUDITS.items()},
    )


def _run(lighthouse: list[str], address: str) -> dict[str, Any]:
    chromium = shutil.which("chromium") or shutil.which("google-chrome") or ""
    flags = "--headless --no-sandbox --disable-gpu --disable-background-networking --disable-component-update"
    command = [*lighthouse, address, "--quiet", "--output=json", f"--chrome-flags={flags}"]
    command += ["--only-categories=performance,accessibility"]
    done = subprocess.run(
        command, env={**os.environ, "CHROME_PATH": chromium}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"Lighthouse did not run: {done.stderr.strip()[-500:]}")
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def _read() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.lighthouse", description=__doc__)
    parser.add_argument("--lighthouse", default="npx --yes lighthouse@12.8.2", help="the command that runs it")
    parser.add_argument("--runs", type=int, default=3, help="runs a page (default: 3)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
