"""gunicorn, set up from here: no file of its own, no access log, and its words in the portal's log."""

import errno
import logging
import selectors
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from time import monotonic
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import TConn, ThreadWorker

from tracker.services import logs

GRACE = 15
"""Seconds that requests have to end in when the server stops."""

MOMENT = 0.5
"""Seconds in which a request arrives from any client that means it, or from a proxy."""
PATIENCE = 10.0
"""Seconds for which half of the threads wait for the others; what arrives of a request earns more time."""
LINGER = 2.0
"""Seconds for which a client may take in the last answer before the connection is closed."""
PIECE = 65_536
SLOWEST = 16_384
"""Bytes of a request that have to arrive in each further second."""


class _Log(Logger):  # type: ignore[misc]
    """gunicorn's words, through the portal's own handler; who asks for what is the portal's log's matter."""

    def setup(self, cfg: Any) -> None:  # noqa: ARG002
        self.error_log.handlers[:] = []
        self.error_log.propagate = True
        self.error_log.setLevel(logging.INFO)
        self.access_log.disabled = True

    def warning(self, msg: object, *args: Any, **more: Any) -> None:
        """Logs a warning; of a request that is none, without the line that was sent (it may hold a key) or by whom."""
        said, _, _ = str(msg).partition(" from ip=")
        super().warning(said, *args, **more)

    def exception(self, msg: object, *args: Any, **more: Any) -> None:
        """Logs an exception; without the address that was asked for, which may hold a key."""
        said = str(msg)
        asked = said.startswith("Error handling request %s")
        super().exception("Error handling request" if asked else said, *(() if asked else args), **more)


class _Patient:
    """A connection's socket that gives up on a request which does not arrive.

    `slow` are the places for requests that take longer than a moment; while all are taken, no other may.
    """

    def __init__(self, sock: socket.socket, slow: threading.Semaphore) -> None:
        self._sock, self._slow = sock, slow
        now = monotonic()
        self._soon, self._until = now + MOMENT, now + PATIENCE

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def recv(self, size: int) -> bytes:
        piece = self._receive(size, self._soon)
        if piece is None and self._slow.acquire(blocking=False):
            try:
                piece = self._receive(size, self._until)
            finally:
                self._slow.release()
        if piece is None:
            # As if the client had gone: nobody is to be answered, and no line of the log is owed.
            raise ConnectionResetError(errno.ECONNRESET, "the request did not arrive in time")
        self._soon += len(piece) / SLOWEST
        self._until += len(piece) / SLOWEST
        return piece

    def _receive(self, size: int, until: float) -> bytes | None:
        self._sock.settimeout(max(until - monotonic(), 0.001))
        try:
            return self._sock.recv(size)
        except TimeoutError:
            return None
        finally:
            self._sock.settimeout(None)


class Worker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's threads, which no client can keep by sending nothing, or a request without an end."""

    def init_process(self) -> None:
        """Begins a worker process, and stays in it until its end."""
        self.slow = threading.Semaphore(max(1, self.cfg.threads // 2))
        super().init_process()

    def enqueue_req(self, conn: TConn) -> None:
        """Hands a connection to a thread once it has something to read; until then the poller watches it."""
        if conn.initialized or conn.data_ready:
            super().enqueue_req(conn)
            return
        self._watch(conn, PATIENCE, self.on_pending_socket_readable)

    def handle(self, conn: TConn) -> Any:
        """Reads and answers one request, in a thread."""
        conn.init()
        conn.parser.unreader.sock = _Patient(conn.sock, self.slow)
        return super().handle(conn)

    def finish_request(self, conn: TConn, fs: Future[Any]) -> None:
        """Keeps a connection for the next request, or ends it."""
        if fs.cancelled() or fs.exception() is not None or fs.result():
            super().finish_request(conn, fs)
            return
        # gunicorn would wait here for the client to hang up, for two seconds and with everybody else behind it.
        try:
            conn.sock.shutdown(socket.SHUT_WR)
            self._watch(conn, LINGER, self._drain)
        except (OSError, ValueError):
            self._close(conn)

    def _watch(self, conn: TConn, seconds: float, act: Callable[[TConn, socket.socket], None]) -> None:
        """Leaves a connection to the poller, which closes it in time when there is nothing to read."""
        conn.sock.setblocking(False)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(act, conn))
        conn.timeout = monotonic() + seconds
        self.pending_conns.append(conn)

    def _drain(self, conn: TConn, client: socket.socket) -> None:
        """Reads away what still comes, so that the answer before it arrives whole; ends with the client's end."""
        try:
            if client.recv(PIECE):
                return
        except BlockingIOError:
            return
        except OSError:
            pass
        self.poller.unregister(client)
        self.pending_conns.remove(conn)
        self._close(conn)

    def _close(self, conn: TConn) -> None:
        self.nr_conns -= 1
        conn.close()


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, make_app: Callable[[], Any], settings: dict[str, Any]) -> None:
        self._make_app, self._settings = make_app, settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return self._make_app()


def serve(make_app: Callable[[], Any], host: str, port: int, workers: int, threads: int) -> None:
    """Serves until SIGTERM or SIGINT. `make_app` runs in each worker process."""
    logs.configure("web")
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    settings = {
        "bind": address,
        "workers": workers,
        "threads": threads,
        "worker_class": Worker,
        "logger_class": _Log,
        "graceful_timeout": GRACE,
        # A proxy in front keeps its connections open for longer than this.
        "keepalive": 75,
        "control_socket_disable": True,
    }
    _Server(make_app, settings).run()
