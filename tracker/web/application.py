"""Flask without the work that this portal never needs: no view is a coroutine, and most requests have no session."""

from collections.abc import Callable
from typing import Any

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from werkzeug.datastructures import ImmutableDict
from werkzeug.routing import IntegerConverter, Map


class Sessions(SecureCookieSessionInterface):
    """Sessions in a signed cookie, which cost nothing where there is neither a cookie nor anything to keep."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if session or session.modified or session.accessed:
            super().save_session(app, session, response)


class RowNumber(IntegerConverter):
    """A number in an address that a row can have: no database takes a larger one, so there is nothing to ask it."""

    def __init__(self, map: Map, fixed_digits: int = 0) -> None:
        super().__init__(map, fixed_digits, max=2**31 - 1)


class Addresses(Map):
    """The portal's addresses."""

    default_converters = ImmutableDict({**Map.default_converters, "int": RowNumber})


class Application(Flask):
    """The application class of the portal."""

    session_interface = Sessions()
    url_map_class = Addresses

    def log_exception(self, exc_info: Any) -> None:
        """Logs what broke a view, with its route; Flask would name the path, and tokens are in paths."""
        route = request.url_rule.rule if request.url_rule else "-"
        self.logger.error("a view broke", exc_info=exc_info, extra={"route": route, "method": request.method})

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself: Flask would look at every hook of every request whether it is a coroutine."""
        return func
