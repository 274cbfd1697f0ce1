"""What comes in from outside while things die: signed webhooks that are sent until they are taken, and scans."""

import json
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from queue import Empty, Queue

from tracker.services.portal import Portal
from tracker.store import inbox
from tracker.store.database import transaction
from tracker.store.errors import StoreError
from tracker.testing.woocommerce import make_order, webhook

from .installation import SECRET, Installation

SCANS = (("PUP", 50), ("ARR", 40), ("OFD", 20), ("DLV", 10))
"""Codes of the demo carrier, and how many minutes ago each was."""


def number_of(portal: Portal, n: int) -> str:
    """Even orders travel by a script, which the worker asks for; odd ones have no script and are pushed."""
    return f"DEMOXPU{n:06d}0" if n % 2 else portal.registry.carriers["demo"].object.number("delivered", n)


def order_of(portal: Portal, n: int) -> dict:
    """Order `n` as the store tells it: paid an hour ago, with one parcel."""
    number = number_of(portal, n)
    tracking = {"tracking_provider": "demo", "tracking_number": number, "tracking_id": f"t{n}"}
    at = datetime.now(UTC) - timedelta(hours=1)
    tracking["date_shipped"] = str(int(at.timestamp()))
    meta = [{"id": 1, "key": "_wc_shipment_tracking_items", "value": [tracking]}]
    return make_order(n, at=at, meta_data=meta)


def scans_of(portal: Portal, n: int) -> list[bytes]:
    """The answers that a carrier pushes about an odd order, one scan each."""
    scans = [{"code": code, "at": _ago(portal.now(), minutes), "place": "Seoul, KR"} for code, minutes in SCANS]
    return [json.dumps({"number": number_of(portal, n), "scans": [scan]}).encode() for scan in scans]


def _ago(now: datetime, minutes: int) -> str:
    return (now - timedelta(minutes=minutes)).replace(microsecond=0).isoformat()


@dataclass
class Traffic:
    """Sends orders and scans until it is stopped. `acknowledged` are the orders that were answered with 2xx."""

    running: Installation
    senders: int = 2
    per_second: float = 4.0
    first: int = 1
    acknowledged: dict[int, int] = field(default_factory=dict)
    pushed: set[int] = field(default_factory=set)
    refused: list[tuple[int, int]] = field(default_factory=list)
    tries: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)
    _todo: Queue[int] = field(default_factory=Queue)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        jobs = [self._feed, self._push, *[self._send] * self.senders]
        self._threads = [threading.Thread(target=job, daemon=True) for job in jobs]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """No new orders; returns when each that was begun is acknowledged, and all its scans are pushed."""
        self._stop.set()
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive(), "a sender never got its acknowledgement"
        for n in set(self.acknowledged) - self.pushed:
            if n % 2:
                self._put_scans(n)

    def _feed(self) -> None:
        n = self.first
        while not self._stop.wait(1 / self.per_second):
            self._todo.put(n)
            n += 1

    def _send(self) -> None:
        while True:
            try:
                n = self._todo.get(timeout=0.05)
            except Empty:
                if self._stop.is_set():
                    return
                continue
            self._deliver(n)

    def _deliver(self, n: int) -> None:
        order = self.running.store.put(order_of(self.running.portal, n))
        body, headers = webhook(order, "order.created", SECRET, f"delivery-{n}")
        while n not in self.acknowledged:
            self.tries += 1
            try:
                status = self.running.ask("POST", self.running.door, body, headers, wait=5)[0]
            except (OSError, HTTPException):
                time.sleep(0.05)
                continue
            if 200 <= status < 300:
                self.acknowledged[n] = status
            else:
                self.refused.append((n, status))
                time.sleep(0.1)

    def _push(self) -> None:
        """Scans of odd orders, some before their order and some after it, straight into the inbox."""
        n = self.first
        try:
            while not self._stop.wait(1 / self.per_second):
                if n % 2:
                    self._put_scans(n)
                n += 1
        finally:
            self.running.portal.database.close_thread()

    def _put_scans(self, n: int) -> None:
        portal = self.running.portal
        for body in scans_of(portal, n):
            while True:
                try:
                    with transaction():
                        inbox.receive(self.running.shop.id, "carrier:demo", "", body, now=portal.now())
                        portal.queue.wake("inbox")
                    break
                except StoreError:
                    time.sleep(0.05)
        self.pushed.add(n)
