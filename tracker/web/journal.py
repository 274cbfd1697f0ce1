"""The access log: one line a request, with its route and never its path, so that no token or person is in it."""

import re
import secrets
import time

from flask import Flask, Response, g, request

from tracker.services import logs

_GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")


def init_app(app: Flask) -> None:
    """Gives every request an id and logs its end."""
    app.before_request(_begin)
    app.after_request(_end)


def name_request(given: str) -> str:
    """A request's id: the one that a proxy gave it where that is harmless in a log, else a new one."""
    return given if _GIVEN.fullmatch(given) else secrets.token_hex(8)


def note(name: str, method: str, route: str, status: int, began: float) -> None:
    """Logs the end of a request that `began` at that reading of `time.perf_counter`."""
    ms = round((time.perf_counter() - began) * 1000, 1)
    logs.note("tracker.web", "request", id=name, method=method, route=route, status=status, ms=ms)


def _begin() -> None:
    g.request_id = name_request(request.headers.get("X-Request-Id", ""))
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "")
    rule = request.url_rule.rule if request.url_rule else "-"
    # Health checks come every few seconds and say nothing.
    if rule not in ("/healthz", "/readyz"):
        began = g.get("began", time.perf_counter())
        note(g.get("request_id", ""), request.method, rule, response.status_code, began)
    return response
