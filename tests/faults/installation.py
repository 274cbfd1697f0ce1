"""A whole portal as an operator runs it: `tracker run`, `tracker worker`, a mail server and a shop, to be killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import psutil

from tests.host.sink import Sink, free_port, mail_sink
from tests.portals import KEY, make_config, make_shop
from tracker.services import settings
from tracker.services.portal import Portal, open_portal
from tracker.store.shops import Shop
from tracker.testing.woocommerce import MadeUpShop

from .harness import ROOT

SECRET = "made-up-webhook-secret"
LEASE = 5.0
"""Seconds, in place of two minutes: what a killed worker held comes back within the test."""


@dataclass
class Installation:
    """The processes of one portal. Web and worker may be killed and started again in any order."""

    folder: Path
    portal: Portal
    shop: Shop
    sink: Sink
    store: MadeUpShop
    env: dict[str, str]
    port: int
    web: subprocess.Popen[bytes] | None = None
    worker: subprocess.Popen[bytes] | None = None
    kills: int = 0
    _open: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def door(self) -> str:
        return f"/hooks/{self.shop.slug}/stores/woocommerce"

    def start_web(self, crash_at: str = "", workers: int = 2) -> None:
        command = ["-m", "tests.faults.tracker_command", "run", "--port", str(self.port), "--workers", str(workers)]
        self.web = self._start("web", command, crash_at)

    def start_worker(self, crash_at: str = "") -> None:
        self.worker = self._start("worker", ["-m", "tests.faults.tracker_command", "worker"], crash_at)

    def wait_for_web(self, seconds: float = 30) -> None:
        """Returns when the portal answers."""
        tell = lambda: f"no answer at {self.address}\n{self.log('web')[-3000:]}"  # noqa: E731
        wait_until(self.is_up, seconds, tell, needs=self.web)

    def is_up(self) -> bool:
        with suppress(OSError, HTTPException):
            return self.ask("GET", "/healthz")[0] == 200
        return False

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None, wait: float = 30
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers in lower case and body of one request. Raises `OSError` or `HTTPException`."""
        connection = HTTPConnection("localhost", self.port, timeout=wait)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def kill_web(self) -> None:
        """Kills gunicorn with all its processes at once."""
        if self.web is not None:
            self._kill(self.web)
        self.web = None

    def kill_worker(self) -> None:
        if self.worker is not None:
            self._kill(self.worker)
        self.worker = None

    def gunicorn_workers(self) -> list[psutil.Process]:
        assert self.web is not None
        with suppress(psutil.NoSuchProcess):
            return psutil.Process(self.web.pid).children()
        return []

    def kill_one_web_process(self, which: int) -> None:
        """Kills one of the processes that gunicorn made; gunicorn starts another."""
        found = self.gunicorn_workers()
        if found:
            with suppress(psutil.NoSuchProcess):
                found[which % len(found)].kill()
                self.kills += 1

    def stop(self) -> None:
        """Ends everything by force: what was acknowledged is safe by then, that is the point."""
        for process in self._open:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def log(self, name: str) -> str:
        """All that `web` or `worker` has written."""
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def start_command(self, *arguments: str) -> subprocess.Popen[bytes]:
        """`tracker` with these arguments, as an operator calls it."""
        return self._start("command", ["-m", "tests.faults.tracker_command", *arguments], "")

    def kill_command(self, process: subprocess.Popen[bytes]) -> None:
        self._kill(process)

    def _start(self, name: str, command: list[str], crash_at: str) -> subprocess.Popen[bytes]:
        env = {**self.env, **({"TRACKER_CRASH_AT": crash_at} if crash_at else {})}
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *command], env=env, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
            )
        self._open.append(process)
        return process

    def _kill(self, process: subprocess.Popen[bytes]) -> None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.kills += 1
        self._open.remove(process)


@contextmanager
def installed(database_url: str, folder: Path, **more: str) -> Iterator[Installation]:
    """A portal with one shop and its store, on a migrated database; nothing runs yet. `more` are settings."""
    store, port = MadeUpShop(), free_port()
    with mail_sink() as sink, store.running() as store_url:
        mail = {"MAIL_HOST": "127.0.0.1", "MAIL_PORT": str(sink.port), "MAIL_SECURITY": "none"}
        given = {"URL": f"http://localhost:{port}", "HTTP_ALLOW": store_url.removeprefix("http://"), **mail, **more}
        config = make_config(database_url, folder, **given)
        portal = open_portal(config)
        shop = make_shop(portal)
        woo = {"url": store_url, "webhook_secret": SECRET}
        woo |= {"consumer_key": store.consumer_key, "consumer_secret": store.consumer_secret}
        settings.change(portal, shop, "woocommerce", woo, "test")
        settings.change(portal, shop, "demo", {"seconds_per_hour": "0.1"}, "test")
        base = {"KEYS": KEY, "DATABASE": database_url, "INSTANCE": str(folder), "MAIL_FROM": config.mail_from}
        env = {f"TRACKER_{name}": value for name, value in {**base, "NOTICE_HOLD": "0", **given}.items()}
        plain = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
        env = {**plain, **env, "TRACKER_CONFIG": "", "TRACKER_TEST_LEASE": str(LEASE), "PYTHONPATH": str(ROOT)}
        running = Installation(folder, portal, shop, sink, store, env, port)
        try:
            yield running
        finally:
            running.stop()
            portal.database.close_thread()


def wait_until(
    done: Callable[[], bool],
    seconds: float,
    why: Callable[[], str],
    every: float = 0.05,
    needs: subprocess.Popen[bytes] | None = None,
) -> None:
    """Returns when `done`; fails with `why` when that takes too long, or when the process it `needs` has ended."""
    end = time.monotonic() + seconds
    while not done():
        ended = needs is not None and needs.poll() is not None
        if ended or time.monotonic() > end:
            raise AssertionError(f"{'its process ended' if ended else f'after {seconds:g} s'}: {why()}")
        time.sleep(every)
