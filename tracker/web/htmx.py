"""The only way to htmx-flask: knows htmx 4's headers, says `Vary`, and keeps header values within ASCII."""

import json
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import quote, unquote

import htmx_flask
from flask import Flask, Response
from flask import request as flask_request
from htmx_flask.requests import HtmxAwareRequest

SWAPS = frozenset(
    {"innerHTML", "outerHTML", "innerMorph", "outerMorph", "textContent", "delete", "none"}
    | {"beforebegin", "afterbegin", "beforeend", "afterend"}
)


class Request(HtmxAwareRequest):  # type: ignore[misc]
    """Flask's request with `htmx` (the library's view) and what version 4 of htmx tells besides."""

    @property
    def wants_fragment(self) -> bool:
        """Whether htmx asks for a part of the page: not for a boosted page, nor for one out of the history."""
        headers = self.headers
        if not self.htmx or self.htmx.history_restore_request:
            return False
        return bool(headers.get("HX-Request-Type", "partial") == "partial" and not self.htmx.boosted)

    @property
    def source_id(self) -> str:
        """The id of the element that asks, or an empty text."""
        return _identify(self.headers.get("HX-Source", ""))

    @property
    def target_id(self) -> str:
        """The id of the element that will be replaced, or an empty text."""
        return _identify(self.headers.get("HX-Target", ""))


request = cast(Request, flask_request)


def init_app(app: Flask) -> None:
    """Gives the application our request class; the library's own switch would overwrite any other."""
    app.request_class = Request

    @app.after_request
    def _vary(response: Response) -> Response:
        # Whoever looks at HX-Request may answer differently for it, so every HTML answer says so.
        if response.status_code != 304 and response.mimetype == "text/html":
            # One header line for all names: whoever adds to a second line later would lose it.
            response.vary.add("HX-Request")
        return response


def make_response(
    *args: Any, trigger: str | Mapping[str, Any] | None = None, reswap: str | None = None, **headers: Any
) -> Response:
    """A response with htmx headers. Takes what `htmx_flask.make_response` takes; raises `ValueError` for a bad swap.

    `trigger` may be a name, several names with commas, or names with details; `reswap` any style of htmx 4 with its
    modifiers. Addresses are percent-encoded.
    """
    for name in ("location", "push_url", "redirect", "replace_url"):
        if isinstance(headers.get(name), str):
            headers[name] = _ascii_url(headers[name])
    response = cast(Response, htmx_flask.make_response(*args, **headers))
    if trigger:
        response.headers["HX-Trigger"] = _ascii_trigger(trigger)
    if reswap:
        if reswap.split()[0] not in SWAPS or not reswap.isascii() or not reswap.isprintable():
            raise ValueError(f"{reswap!r} is no way to swap; choose one of {', '.join(sorted(SWAPS))}")
        response.headers["HX-Reswap"] = reswap
    return response


def _ascii_trigger(trigger: str | Mapping[str, Any]) -> str:
    if isinstance(trigger, str) and trigger.isascii() and trigger.isprintable():
        return trigger
    names = {name.strip(): None for name in trigger.split(",")} if isinstance(trigger, str) else dict(trigger)
    return json.dumps(names)


def _ascii_url(url: str) -> str:
    return quote(url, safe="/:?#[]@!$&'()*+,;=%~")


def _identify(value: str) -> str:
    return unquote(value.partition("#")[2])
