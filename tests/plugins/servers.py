"""A carrier's server on this machine: it answers what it is told to, keeps what it was asked, and can misbehave."""

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tracker.sdk import AuthFailed, BadPayload, Carrier, Payload, PluginError, RateLimited, Upstream


def reply(body: Any = b"", status: int = 200, **headers: str) -> Response:
    """An answer: bytes and text as they are, everything else as JSON. Headers are written with underscores."""
    raw = body if isinstance(body, bytes | str) else json.dumps(body, ensure_ascii=False)
    return Response(raw, status, {name.replace("_", "-"): value for name, value in headers.items()})


MISBEHAVIOUR = (
    reply(b"", 429, Retry_After="30"),
    reply(b"<html>later</html>", 503),
    reply(b"<html>no</html>", 403),
)
MEANT: list[tuple[type[PluginError], float | None]] = [
    (RateLimited, 30), (Upstream, None), (AuthFailed, None), (BadPayload, None),
]  # fmt: skip
"""What asking raises for each of them, and reading for a page of HTML, with the seconds to wait that were told."""


class Server:
    """Answers by path; of several answers to one path each is given once, and the last one for ever."""

    def __init__(self, server: HTTPServer) -> None:
        self.url = server.url_for("").rstrip("/")
        self.asked: list[Request] = []
        self._answers: dict[str, list[Response]] = {}
        server.expect_request(re.compile(".*")).respond_with_handler(self._answer)

    def answers(self, path: str, *replies: Response) -> None:
        self._answers[path] = list(replies)

    def paths(self) -> list[str]:
        return [request.path for request in self.asked]

    def misbehaves(
        self, path: str, ask: Callable[[], Iterable[Payload]], carrier: Carrier
    ) -> list[tuple[type[PluginError], float | None]]:
        """What is raised for each of `MISBEHAVIOUR` and for a page of HTML, to be held against `MEANT`."""
        raised = []
        for answer in MISBEHAVIOUR:
            self.answers(path, answer)
            with pytest.raises(PluginError) as caught:
                list(ask())
            raised.append((caught.type, getattr(caught.value, "retry_after", None)))
        self.answers(path, reply(b"<!doctype html><html><body>Please wait</body></html>"))
        (payload, *_) = ask()
        with pytest.raises(PluginError) as caught:
            carrier.parse(payload)
        raised.append((caught.type, None))
        return raised

    def _answer(self, request: Request) -> Response:
        request.get_data()
        self.asked.append(request)
        replies = self._answers.get(request.path)
        if not replies:
            return reply(b"nobody expected this path", 500)
        return replies.pop(0) if len(replies) > 1 else replies[0]
