"""Error pages: what happened, in a sentence, and what to do next. They need no database."""

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from tracker.i18n import gettext, mark
from tracker.services.errors import StoreError

_TEXTS = {
    400: (mark("This request was not understood"), mark("Go back and try again. If you typed the address, check it.")),
    403: (mark("This is not allowed"), mark("Your session may have ended. Sign in again, or go back and reload.")),
    404: (
        mark("Nothing is here"),
        mark("The link may have expired or been mistyped. Use the newest e-mail about your order, or ask the shop."),
    ),
    405: (mark("This cannot be done here"), mark("Go back and try again from the page before.")),
    413: (mark("This is too large"), mark("Send a smaller file, or split it into several.")),
    429: (mark("Too many attempts"), mark("Wait a few minutes, then try again.")),
    500: (mark("Something went wrong on our side"), mark("Try again in a moment. Nothing you did was lost.")),
    503: (mark("Busy for the moment"), mark("Try again in a few seconds. Nothing was lost.")),
}


def init_app(app: Flask) -> None:
    """Answers every error with a page of ours."""
    app.register_error_handler(HTTPException, _answer)
    app.register_error_handler(StoreError, _answer_store)
    app.register_error_handler(CSRFError, lambda _: show_error(403))


def _answer(error: HTTPException) -> Response:
    if error.response is not None and error.code is None:
        return make_response(error.response)
    code = error.code or 500
    if 300 <= code < 400:
        return make_response(error.get_response())
    retry_after = getattr(error, "retry_after", None)
    return show_error(code, int(retry_after) if isinstance(retry_after, (int, float)) else None, error)


def _answer_store(error: StoreError) -> Response:
    retry_after = getattr(error, "retry_after", None)
    if retry_after is None:
        raise InternalServerError from error
    return show_error(503, int(retry_after))


def show_error(code: int, retry_after: int | None = None, error: HTTPException | None = None) -> Response:
    """The error page for a status; JSON at the doors of machines. `retry_after` is in seconds."""
    title, advice = _TEXTS.get(code, _TEXTS[500 if code >= 500 else 400])
    if request.path.startswith(("/hooks/", "/readyz", "/healthz")):
        response = jsonify(error=title, advice=advice)
    else:
        page = render_template("pages/error.html", code=code, title=gettext(title), advice=gettext(advice))
        response = make_response(page)
    response.status_code = code
    if retry_after is not None:
        response.headers["Retry-After"] = str(max(1, retry_after))
    allowed = getattr(error, "valid_methods", None)
    if code == 405 and allowed:
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response
