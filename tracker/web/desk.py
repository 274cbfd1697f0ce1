"""The desk's gate: who comes in, to which shop, and with which role. Every desk screen is registered through it."""

import hmac
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import quote, urlsplit

from flask import Blueprint, Response, abort, g, redirect, request, session
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as BaseResponse

from tracker import i18n
from tracker.services import staff
from tracker.services.staff import Me

from . import htmx
from .current import portal
from .desk_words import words_for_templates

COOKIE = "tracker_desk"
PATH = "/desk"
TOKEN = "csrf_token"  # noqa: S105 - the name of a field
V = TypeVar("V", bound=Callable[..., ResponseReturnValue])


def make_blueprint(name: str) -> Blueprint:
    """A blueprint whose templates know the words of the desk, who is signed in and in which shop."""
    blueprint = Blueprint(name, __name__)
    blueprint.context_processor(words_for_templates)
    return blueprint


def desk_route(blueprint: Blueprint, rule: str, *roles: str, methods: tuple[str, ...] = ("GET",)) -> Callable[[V], V]:
    """Registers a screen of one shop under `/desk/<slug>` for people with one of these roles; owners may always.

    The view gets the shop. A shop that the person does not work in is not there: 404. A role that may not: 403.
    """

    def register(view: V) -> V:
        allowed = {"owner", *roles}

        @wraps(view)
        def guarded(slug: str, **values: Any) -> ResponseReturnValue:
            me = _enter()
            if isinstance(me, BaseResponse):
                return me
            found = staff.enter(slug, me)
            if found is None:
                abort(404)
            g.shop, g.role = found
            if g.role not in allowed:
                abort(403)
            return view(g.shop, **values)

        guarded.desk_roles = allowed  # type: ignore[attr-defined]
        blueprint.add_url_rule(f"{PATH}/<slug>{rule}", view.__name__, guarded, methods=list(methods))
        return cast(V, guarded)

    return register


def own_route(blueprint: Blueprint, rule: str, methods: tuple[str, ...] = ("GET",)) -> Callable[[V], V]:
    """Registers a screen about whoever is signed in, whatever their role and shop."""

    def register(view: V) -> V:
        @wraps(view)
        def guarded(**values: Any) -> ResponseReturnValue:
            me = _enter()
            return me if isinstance(me, BaseResponse) else view(**values)

        guarded.desk_roles = {"owner", "staff", "marketer"}  # type: ignore[attr-defined]
        blueprint.add_url_rule(f"{PATH}{rule}", view.__name__, guarded, methods=list(methods))
        return cast(V, guarded)

    return register


def me() -> Me:
    """Whoever is signed in, inside a guarded view."""
    return cast(Me, g.me)


def find_me() -> Me | None:
    """Whoever is signed in, if anybody is."""
    # A page that refreshes itself is nobody at work: it keeps no sign-in alive.
    return staff.resume(portal(), request.cookies.get(COOKIE, ""), touch=not htmx.request.wants_fragment)


def own_path(text: str) -> str:
    """The path of a screen of the desk that `next` may lead to; empty for every other address."""
    # One slash begins a path; after two of them Python would look for a host, and stumble over a broken one.
    clean = text.isascii() and text.isprintable() and "\\" not in text and text[:2] != "//"
    parts = urlsplit(text if clean and text[:1] == "/" else "")
    inside = parts.path == PATH or parts.path.startswith(PATH + "/")
    if not inside or ".." in parts.path:
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


def begin(response: Response, secret: str) -> Response:
    """Hands a sign-in's secret to the browser, and leaves nothing of what was before it."""
    session.clear()
    response.set_cookie(
        COOKIE, secret, max_age=int(staff.LIFE.total_seconds()), path=PATH, httponly=True, samesite="Lax",
        secure=portal().config.secure,
    )  # fmt: skip
    return response


def end(response: Response) -> Response:
    """Takes a sign-in's secret back."""
    session.clear()
    response.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="Lax", secure=portal().config.secure)
    return response


def _enter() -> Me | BaseResponse:
    """Whoever is signed in, or the way to the sign-in. Forms count only with the token of this very sign-in."""
    found = find_me()
    if found is None:
        return _ask_to_sign_in()
    if request.method not in ("GET", "HEAD") and not _holds_token(found):
        abort(403)
    if not _holds_token(found):
        session[TOKEN] = found.csrf
        g.pop(TOKEN, None)
    i18n.begin(i18n.choose_for_staff(found.locale, i18n.current_locale()))
    g.me = found
    return found


def _holds_token(found: Me) -> bool:
    return hmac.compare_digest(str(session.get(TOKEN, "")).encode(), found.csrf.encode())


def _ask_to_sign_in() -> BaseResponse:
    back = request.full_path.rstrip("?") if request.method == "GET" else own_path(urlsplit(request.path).path)
    address = f"{PATH}/sign-in?next={quote(back, safe='/')}"
    if htmx.request.wants_fragment:
        return htmx.make_response("", redirect=f"{PATH}/sign-in")
    return redirect(address, code=303)
