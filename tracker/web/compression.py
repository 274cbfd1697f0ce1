"""Compresses what a view has not compressed itself."""

from flask import Flask, Response, request

from .files import pack

SMALLEST = 800
_KINDS = ("text/html", "text/css", "text/plain", "text/javascript", "application/json")


def init_app(app: Flask) -> None:
    """Adds gzip to every answer that gains by it."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    # What is small is sent as it is to everybody, so that there is nothing to vary.
    if response.status_code in (204, 304) or (response.content_length or SMALLEST) < SMALLEST:
        return response
    if response.mimetype not in _KINDS or response.is_streamed:
        return response
    response.vary.add("Accept-Encoding")
    if "Content-Encoding" in response.headers or not request.accept_encodings.quality("gzip"):
        return response
    body = response.get_data()
    if len(body) < SMALLEST:
        return response
    response.set_data(pack(body))
    response.headers["Content-Encoding"] = "gzip"
    return response
