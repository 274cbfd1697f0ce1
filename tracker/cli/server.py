"""gunicorn, set up from here: no file of its own, no access log, and its words in the portal's log."""

import logging
from collections.abc import Callable
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from tracker.services import logs

GRACE = 15
"""Seconds that requests have to end in when the server stops."""


class _Log(Logger):  # type: ignore[misc]
    """gunicorn's words, through the portal's own handler; who asks for what is the portal's log's matter."""

    def setup(self, cfg: Any) -> None:  # noqa: ARG002
        self.error_log.handlers[:] = []
        self.error_log.propagate = True
        self.error_log.setLevel(logging.INFO)
        self.access_log.disabled = True


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
        "worker_class": "gthread",
        "logger_class": _Log,
        "graceful_timeout": GRACE,
        # A proxy in front keeps its connections open for longer than this.
        "keepalive": 75,
        "control_socket_disable": True,
    }
    _Server(make_app, settings).run()
