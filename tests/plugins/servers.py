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


MISBEHAVIOUR: list[tuple[Response, type[PluginError]]] = [
    (reply(b"", 429, Retry_After="30"), RateLimited),
    (reply(b"<html>later</html>", 503), Upstream),
    (reply(b"<html>no</html>", 403), AuthFailed),
]


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

    def misbehaves(self, path: str, ask: Callable[[], Iterable[Payload]], carrier: Carrier) -> None:
        """Asserts that 429, 503 and 403 raise what they mean, and that a page of HTML is a bad payload when read."""
        for answer, error in MISBEHAVIOUR:
            self.answers(path, answer)
            with pytest.raises(error) as caught:
                list(ask())
            if isinstance(caught.value, RateLimited):
                assert caught.value.retry_after == 30
        self.answers(path, reply(b"<!doctype html><html><body>Please wait</body></html>"))
        with pytest.raises(BadPayload):
            carrier.parse(next(iter(ask())))

    def _answer(self, request: Request) -> Response:
        request.get_data()
        self.asked.append(request)
        replies = self._answers.get(request.path)
        if not replies:
            return reply(b"nobody expected this path", 500)
        return replies.pop(0) if len(replies) > 1 else replies[0]
