"""Sync: a store's existing orders, brought in silently and page by page."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tracker.host.registry import Provider
from tracker.sdk import OrderDeleted, Payload, RateLimited, StoreConnector, StoreOrder, Upstream
from tracker.store.orders import find_by_ref

from . import orders, plugins
from .portal import Portal
from .refusals import Refused

OVERLAP = timedelta(minutes=5)
"""Stores' clocks are not ours."""
TRIES = 6
LONGEST_PAUSE = 300.0
SLOWEST = 30.0
_OWNER = "-"
"""No plugin can have this name, so that none sees the cursor."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many orders a store told of, and what they were to us. `warnings` are the first of what could not be read."""

    orders: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    warnings: tuple[str, ...] = ()


class NoCursor(Exception):
    """Nobody has said yet from when on orders are wanted."""


Progress = Callable[[Counts], object]
Sleep = Callable[[float], object]


def sync(
    portal: Portal,
    shop: int,
    store: str,
    since: datetime | None = None,
    progress: Progress | None = None,
    sleep: Sleep = time.sleep,
) -> Counts:
    """Brings in all orders changed since an instant, or since the last run that ended. Writes to no customer.

    Starting anew after a break costs only time: what is known changes nothing. Where a store asks for a pause it
    gets one, and is asked more slowly from then on. Raises `NoCursor`, `UnknownProvider`, `Refused`, or the last
    error of a store that does not answer.
    """
    provider = portal.registry.stores[store]
    if plugins.is_refused(portal, shop, provider.plugin):
        raise Refused(f"The plugin {provider.plugin} is switched off in this shop. Switch it on first.")
    begin = portal.now()
    run = _Run(portal, shop, provider, progress, sleep)
    run.read(since or _load_cursor(portal, shop, store))
    kept = (begin - OVERLAP).isoformat()
    portal.ports.memory.set(shop, _OWNER, f"sync:{store}", kept, None)
    return run.counts


def _load_cursor(portal: Portal, shop: int, store: str) -> datetime:
    kept = portal.ports.memory.get(shop, _OWNER, f"sync:{store}", portal.now())
    if kept is None:
        raise NoCursor("No orders were brought in yet. Say from which day on, like: --since 2026-01-01")
    return datetime.fromisoformat(kept)


class _Run:
    """One run over a store's orders."""

    def __init__(
        self, portal: Portal, shop: int, provider: Provider[StoreConnector], progress: Progress | None, sleep: Sleep
    ) -> None:
        self._portal, self._shop, self._provider = portal, shop, provider
        self._progress, self._sleep = progress, sleep
        self.counts = Counts()
        self._pause = 0.0
        self._farthest = 0

    def read(self, since: datetime) -> None:
        """Reads all pages. A store that breaks off is asked again from the first page on: its pages are its own."""
        failures = 0
        while True:
            farthest = self._farthest
            try:
                self._read_pages(since)
            except (RateLimited, Upstream) as error:
                failures = 1 if self._farthest > farthest else failures + 1
                if failures >= TRIES:
                    raise
                asked = error.retry_after if isinstance(error, RateLimited) else None
                if isinstance(error, RateLimited):
                    self._pause = min(max(self._pause * 2, 0.5), SLOWEST)
                self._sleep(min(max(asked or 0.0, 2.0**failures), LONGEST_PAUSE))
            else:
                return

    def _read_pages(self, since: datetime) -> None:
        ctx = self._portal.contexts.make(self._shop, self._provider.plugin, worker=True)
        pages = self._portal.calls.orders_since(self._provider, self._shop, since, ctx)
        for number, payload in enumerate(pages, 1):
            self._accept(payload, again=number <= self._farthest)
            self._farthest = max(self._farthest, number)
            if self._progress is not None:
                self._progress(self.counts)
            if self._pause:
                self._sleep(self._pause)

    def _accept(self, payload: Payload, *, again: bool) -> None:
        parsed = self._portal.calls.parse_orders(self._provider, self._shop, payload)
        for told in parsed.orders:
            kind = self._take(told)
            # A page that is read twice is counted once, but for what has become new meanwhile.
            if not again or kind != "unchanged":
                more = {kind: getattr(self.counts, kind) + 1}
                self.counts = replace(self.counts, orders=self.counts.orders + 1, **more)
        if not again:
            self.counts = replace(self.counts, warnings=(*self.counts.warnings, *parsed.warnings)[:100])

    def _take(self, told: StoreOrder | OrderDeleted) -> str:
        before = find_by_ref(self._shop, self._provider.id, told.ref)
        after = orders.accept(self._portal, self._shop, self._provider.id, told, silent=True)
        if before is None and after is not None:
            return "added"
        if before is None or after is None:
            return "unchanged"
        found = find_by_ref(self._shop, self._provider.id, told.ref)
        return "changed" if found is not None and found.version != before.version else "unchanged"
