"""What tests of bundled plugins share: the plugins themselves, a context in memory, and a real way out to loopback."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pydantic import BaseModel

from tracker.host.sources import mount
from tracker.sdk import Context, HttpAnswer, Upstream

PLUGINS = Path(__file__).parents[2] / "plugins"
mount([PLUGINS])


class Memory:
    """A plugin's memory as the portal gives it, with the time that a token lives."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.tokens: dict[str, tuple[str, float]] = {}

    def get(self, key: str) -> Any:
        return json.loads(self.values[key]) if key in self.values else None

    def set(self, key: str, value: Any, expires: datetime | None = None) -> None:
        self.values[key] = json.dumps(value)

    def delete(self, key: str) -> None:
        self.values.pop(key, None)

    def token(self, key: str, make: Callable[[], tuple[str, float]]) -> str:
        if key not in self.tokens:
            self.tokens[key] = make()
        return self.tokens[key][0]


@dataclass
class ScriptedHttp:
    """Answers each request with what `reply` makes of it, and keeps what was asked."""

    reply: Callable[[str, str, dict[str, Any]], HttpAnswer]

    def __post_init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, Any]]] = []

    def request(self, method: str, url: str, **more: Any) -> HttpAnswer:
        self.asked.append((method, url, more))
        return self.reply(method, url, more)


class LoopbackHttp:
    """`tracker.sdk.Http` over real sockets to this machine."""

    def request(self, method: str, url: str, **more: Any) -> HttpAnswer:
        more["data"], more["content"] = more.pop("form", None), more.pop("body", None)
        try:
            answer = httpx2.request(method, url, timeout=1.0, follow_redirects=False, trust_env=False, **more)
        except httpx2.HTTPError as error:
            raise Upstream(type(error).__name__) from error
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return HttpAnswer(answer.status_code, headers, answer.content, str(answer.url))


def http_answer(
    status: int, data: object = None, headers: Mapping[str, str] | None = None, url: str = ""
) -> HttpAnswer:
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    return HttpAnswer(status, dict(headers or {}), body, url or "https://carrier.example/x")


@pytest.fixture
def make_context() -> Callable[..., Context]:
    """A context for some settings; keywords replace its other fields."""

    def make(settings: BaseModel, **fields: Any) -> Context:
        moment = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
        context = Context(settings, Memory(), logging.getLogger("tests.plugins"), moment, str)
        return replace(context, **fields)

    return make
