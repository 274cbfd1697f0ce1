"""The demo's play: the shop's orders told to the portal, their parcels under way, and links to look at them by."""

import csv
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from socket import socket

from werkzeug.serving import WSGIRequestHandler, make_server

from tracker.services import demo, doors, imports, links, passes, shops
from tracker.services.portal import open_portal
from tracker.testing.shop import CARRIER, Door, Shop
from tracker.testing.shop.cast import CAST, Part

from .stage import Stage

PATIENCE = 30.0
HEADINGS = ("Order number", "Carrier", "Tracking number", "SKU", "Quantity", "Date shipped")


class Play:
    """One performance. It has a portal of its own, beside those of the processes that serve and work."""

    def __init__(self, stage: Stage, smtp_port: int) -> None:
        known = stage.secrets()
        self._stage = stage
        self._portal = open_portal(stage.config(smtp_port))
        self._row = demo.set_up(self._portal, stage.shop_url, known.webhook, known.consumer)
        hook = next(door.address for door in doors.list_doors(self._portal, self._row) if door.store == "woocommerce")
        key = passes.show_key(self._portal, self._row) or passes.renew_key(self._portal, self._row.id)
        door = Door(stage.portal_url, hook, known.webhook, demo.SLUG, key, self._number)
        self._shop = Shop(door, stage.folder / "shop.json", "ck_demo", known.consumer)

    @contextmanager
    def serving(self, listener: socket) -> Iterator[None]:
        """Serves the shop's pages on a listening socket until the block ends."""
        server = make_server(
            "127.0.0.1", listener.getsockname()[1], self._shop, threaded=True, request_handler=_Quiet,
            fd=listener.fileno(),
        )  # fmt: skip
        threading.Thread(target=server.serve_forever, name="shop", daemon=True).start()
        try:
            yield
        finally:
            server.shutdown()

    def perform(self) -> str:
        """Plays what has not been played yet; the link token of the first order."""
        played = self._stage.folder / "played"
        known = self._stage.secrets()
        me = demo.hire(self._portal, self._row, known.email, known.password)
        demo.dress(self._portal, self._row, self._stage.shop_url, me)
        if not played.exists():
            for part in CAST:
                self._begin(part)
            self._await_orders()
            self._import_file()
            played.touch()
        (first, *_others) = shops.find_orders(self._portal, self._row, str(CAST[0].number))
        return links.issue(self._portal, self._row.id, first, first.email)

    def _begin(self, part: Part) -> None:
        """The order is placed, its parcels' stories begin, and the shop tells of those it sends itself."""
        at = self._portal.now() - timedelta(hours=(part.hour or 0) + 5 if part.hour is not None else 0)
        self._shop.place(part.number, part.buyer, part.lines, at)
        numbers, hour = self._numbers(part), part.hour
        starts = [demo.place_story(self._portal, self._row, one, hour) for one in numbers if hour is not None]
        if part.script and not part.by_file:
            self._shop.ship(part.number, list(zip(numbers, part.whole, strict=True)), min(starts, default=at))

    def _await_orders(self) -> None:
        """Until the worker has read every order: a row of the file that has none would be refused."""
        until = time.monotonic() + PATIENCE
        wanted = {str(part.number) for part in CAST}
        while any(not shops.find_orders(self._portal, self._row, number) for number in wanted):
            if time.monotonic() > until:
                raise RuntimeError("the worker has not read the shop's orders")
            time.sleep(0.1)

    def _import_file(self) -> None:
        file = self._stage.folder / "shipments.csv"
        with file.open("w", newline="", encoding="utf-8") as out:
            writer = csv.writer(out)
            writer.writerow(HEADINGS)
            for part in CAST:
                if part.by_file:
                    writer.writerows(self._rows(part))
        done = imports.import_file(self._portal, self._row.id, file, actor="demo")
        if done.refused:
            raise RuntimeError(f"the demo's own file has errors: {done.problems}")

    def _rows(self, part: Part) -> Iterator[tuple[object, ...]]:
        shipped = (self._portal.now() - timedelta(hours=part.hour or 0)).date().isoformat()
        for number, pieces in zip(self._numbers(part), part.whole, strict=True):
            for sku, count in pieces.items():
                yield part.number, CARRIER, number, sku, count, shipped

    def _numbers(self, part: Part) -> list[str]:
        """Even seeds arrive and odd ones are their twins under way, where a script has both."""
        return [self._number(part.script, part.number * 10 + i) for i in range(len(part.whole))]

    def _number(self, script: str, seed: int) -> str:
        return demo.number_parcel(self._portal, script, seed)


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Nothing: the terminal shows the addresses."""
