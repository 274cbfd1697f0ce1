"""The answer to an open page that asks whether there is news, when there is none: by far the most frequent of all.

It is given before Flask begins its work, and only when the name of the page is the one that the view would give.
Everything else, and everything odd, goes on to the application.
"""

import re
import time
from collections.abc import Iterable
from typing import Any

from flask import Flask

from tracker.services import links
from tracker.services.errors import StoreError
from tracker.services.portal import Portal

from . import journal, tracking
from .htmx import Request

_PATH = re.compile(r"/(t|embed)/([A-Za-z0-9_-]{32})")
Headers = list[tuple[str, str]]


def init_app(app: Flask, portal: Portal) -> None:
    """Puts itself in front of the application."""
    app.wsgi_app = _Unchanged(app.wsgi_app, portal)  # type: ignore[method-assign]


class _Unchanged:
    def __init__(self, application: Any, portal: Portal) -> None:
        self._application, self._portal = application, portal
        self._host = portal.config.host.rpartition("@")[2]

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if "HTTP_IF_NONE_MATCH" in environ and environ["REQUEST_METHOD"] == "GET":
            headers = self._answer(environ)
            if headers is not None:
                start_response("304 NOT MODIFIED", headers)
                return []
        answer: Iterable[bytes] = self._application(environ, start_response)
        return answer

    def _answer(self, environ: dict[str, Any]) -> Headers | None:
        """The headers of a 304; `None` where one is not, or not surely, the answer."""
        began = time.perf_counter()
        found = _PATH.fullmatch(environ.get("PATH_INFO", ""))
        if found is None or environ.get("HTTP_HOST") != self._host or environ.get("SCRIPT_NAME"):
            return None
        try:
            opened = links.follow(self._portal, found[2])
        except StoreError:
            return None
        if opened is None:
            return None
        request = Request(environ)
        shown = tracking.identify(self._portal, opened, tracking.read_surface(found[1], opened, request), request)
        if not request.if_none_match.contains_weak(shown.name):
            return None
        name = journal.name_request(environ.get("HTTP_X_REQUEST_ID", ""))
        journal.note(name, "GET", f"/{found[1]}/<token>", 304, began)
        return [*shown.headers, ("X-Request-Id", name)]
