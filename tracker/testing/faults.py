"""Faults of the other side: an HTTP of which every answer is what the test says, and what may come of each."""

import json as json_
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

from tracker.sdk import HttpAnswer, PluginError, Upstream
from tracker.sdk.urls import api_url

JSON = {"content-type": "application/json"}
HTML = {"content-type": "text/html; charset=utf-8"}
PAGE = b"<!doctype html><html><head><title>Sorry</title></head><body>Service unavailable</body></html>"
SAID = b'{"message": "made up", "code": "0"}'
WAIT = 17.0
"""Seconds that a rate limit asks for."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One way in which the other side fails. `kinds` are the errors that it has to end in; empty for any of the SDK's.

    Without a `status` there is no answer at all.
    """

    name: str
    status: int = 0
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    kinds: frozenset[str] = frozenset()

    def answer(self, url: str) -> HttpAnswer:
        """What comes back from an address. Raises `Upstream` where nothing does, like the portal's own `Http`."""
        if not self.status:
            raise Upstream("no usable answer")
        return HttpAnswer(self.status, self.headers, self.body, url)


REFUSALS = (
    Fault("401", 401, SAID, JSON, frozenset({"auth"})),
    Fault("401 without a body", 401, kinds=frozenset({"auth"})),
    Fault("403", 403, SAID, JSON, frozenset({"auth"})),
    Fault("429 with Retry-After", 429, SAID, {**JSON, "retry-after": str(int(WAIT))}, frozenset({"rate_limit"})),
    Fault("500", 500, PAGE, HTML, frozenset({"upstream"})),
    Fault("503", 503, PAGE, HTML, frozenset({"upstream"})),
    Fault("a time-out", kinds=frozenset({"upstream"})),
    Fault("a refused connection", kinds=frozenset({"upstream"})),
    Fault("a redirect", 302, b"", {"location": "https://elsewhere.example/"}),
)
"""Nothing was said about a parcel, and the caller must hear why."""


def odd_answers(body: bytes) -> tuple[Fault, ...]:
    """Answers with status 200 that are not what they should be; `body` is what they should have been."""
    return (
        Fault("an empty body", 200),
        Fault("HTML with status 200", 200, PAGE, HTML),
        Fault("an answer that is cut off", 200, body[: len(body) // 2], JSON),
        Fault("{}", 200, b"{}", JSON),
        Fault("[]", 200, b"[]", JSON),
        Fault("null", 200, b"null", JSON),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that a plugin made."""

    method: str
    url: str
    headers: Mapping[str, str]
    params: Mapping[str, str]
    body: bytes | None
    json: Any
    form: Mapping[str, str]
    auth: tuple[str, str] | None

    def holds(self, text: str) -> bool:
        """Whether the request says a text anywhere: in its address, headers or body, however it is encoded."""
        said = json_.dumps([self.headers, self.params, self.json, self.form], default=str, ensure_ascii=False)
        whole = said + unquote(self.url) + (self.body or b"").decode("utf-8", "replace")
        return text in whole or json_.dumps(text)[1:-1] in whole or text.replace("&", "&amp;") in whole


@dataclass
class MadeUpHttp:
    """`tracker.sdk.Http` that answers every request alike, and looks at what is asked."""

    reply: Callable[[str], HttpAnswer]
    asked: list[Asked] = field(default_factory=list)

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> HttpAnswer:
        if len(self.asked) > 500:
            raise Upstream("this call has used up its time on the network")
        self.asked.append(Asked(method, url, headers or {}, params or {}, body, json, form or {}, auth))
        return self.reply(url)


def answers(body: bytes, status: int = 200, headers: Mapping[str, str] = JSON) -> MadeUpHttp:
    """An HTTP on which everything goes well."""
    return MadeUpHttp(Fault("", status, body, headers).answer)


def complaints(asked: Asked) -> list[str]:
    """What is wrong with a request by itself, whatever went into it."""
    found = []
    try:
        api_url(asked.url)
    except ValueError as error:
        found.append(f"asks for {asked.url!r:.120}: {error}")
    if any(unquote(step) in (".", "..") for step in urlsplit(asked.url).path.split("/")):
        found.append(f"asks for {asked.url!r:.120}, which leaves its folder: quote(number, safe='') what goes in there")
    for name, value in {**asked.headers, **asked.params, **asked.form}.items():
        if not isinstance(value, str):
            found.append(f"sends {name} = {value!r:.60}, which is no text")
        elif name in asked.headers and not value.isprintable():
            found.append(f"sends a header {name} that holds a control character")
    if wrong := _broken(asked):
        found.append(wrong)
    return found


def _broken(asked: Asked) -> str:
    """A body that a number has broken out of."""
    if asked.json is not None:
        try:
            json_.dumps(asked.json)
        except (TypeError, ValueError) as error:
            return f"sends JSON that cannot be written: {error}"
    body = (asked.body or b"").lstrip()
    if body[:1] == b"<":
        try:
            ElementTree.fromstring(body)  # noqa: S314 - the plugin's own request
        except ElementTree.ParseError as error:
            return f"sends XML that cannot be read ({error}): escape what goes into it (xml.sax.saxutils.escape)"
    if body[:1] in (b"{", b"["):
        try:
            json_.loads(body)
        except ValueError as error:
            return f"sends JSON that cannot be read ({error}): give it as json=..., or make it with json.dumps"
    return ""


def kind_of(error: PluginError | None) -> str:
    """The word for an error, empty for none."""
    return error.kind if error is not None else ""
