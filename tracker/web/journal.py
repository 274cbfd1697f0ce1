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


def _begin() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if _GIVEN.fullmatch(given) else secrets.token_hex(8)
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "")
    rule = request.url_rule.rule if request.url_rule else "-"
    # Health checks come every few seconds and say nothing.
    if rule not in ("/healthz", "/readyz"):
        logs.note(
            "tracker.web",
            "request",
            id=g.get("request_id", ""),
            method=request.method,
            route=rule,
            status=response.status_code,
            ms=round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1),
        )
    return response
