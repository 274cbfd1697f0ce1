"""What customers do on their page: a form, a POST, and the page again. Never inside a frame.

No cookie and no token of a session guard these forms: the address itself is the secret, and nobody but its holder knows
it. Whoever makes a customer's browser send one would have to know it too; browsers that say that a form came from
another site are refused all the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from tracker.domain.tiers import Grant
from tracker.services import links, themes
from tracker.services.links import Opened

from . import security, tracking
from .current import portal
from .rendering import choose_locale

V = TypeVar("V", bound=Callable[..., Any])
MOST_DEEDS, DEED_WINDOW = 60, timedelta(hours=1)
MOST_A_DAY, DAY = 200, timedelta(days=1)
"""How often something may be sent from one order's page: each is an entry in a record that only grows."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody at an order's page. `base` is the page's address without a query, `lang` what its address asks for."""

    opened: Opened
    token: str
    base: str
    lang: str

    def address(self, path: str = "") -> str:
        """The address of something below the page, in the language that was asked for."""
        return f"{self.base}{path}" + (f"?lang={self.lang}" if self.lang else "")


def make_blueprint(name: str) -> Blueprint:
    """A blueprint for `customer_route`."""
    blueprint = Blueprint(name, __name__)
    security.csrf.exempt(blueprint)
    return blueprint


def customer_route(
    blueprint: Blueprint, rule: str, grant: Grant | None, *, methods: tuple[str, ...] = ("GET",), limit: int = 0
) -> Callable[[V], V]:
    """Puts a view below an order's page, at `/t/<token>` + `rule`. It is called with the `Visit` first.

    Whoever has no `grant` is told to come by the link in their mail. A POST that another site sent is refused, and so
    are too many. `limit` is the bytes that a body with files may have.
    """

    def put(view: V) -> V:
        @wraps(view)
        def show(token: str, **values: Any) -> ResponseReturnValue:
            visit = _visit(token)
            if request.method == "POST" and security.is_from_elsewhere():
                abort(403)
            if grant is not None and grant not in visit.opened.sight:
                return make_response(render(visit, "pages/not_granted.html"), 403)
            if request.method == "POST":
                # Only what may be done counts: whoever has a shared link cannot use up the customer's hour.
                _count(visit.opened)
            answer: ResponseReturnValue = view(visit, **values)
            return answer

        show.grant = grant  # type: ignore[attr-defined]
        blueprint.add_url_rule(
            f"/t/<token>{rule}", view.__name__, security.takes(limit)(show) if limit else show, methods=list(methods)
        )
        return view

    return put


def render(visit: Visit, template: str, **values: Any) -> str:
    """A page in the shop's look. Beside `values` it knows `shop`, `visit`, `theme` and `lang`."""
    theme, _ = themes.render(visit.opened.shop.theme)
    return render_template(template, shop=visit.opened.shop, visit=visit, theme=theme, lang=visit.lang, **values)


def go_back(visit: Visit, path: str = "", anchor: str = "") -> Response:
    """After a POST: the page (or what is below it), asked for anew. `anchor` is the id of what has changed."""
    address = visit.address(path) + (f"#{anchor}" if anchor else "")
    return redirect(address, code=303)  # type: ignore[return-value]


def _visit(token: str) -> Visit:
    opened = links.follow(portal(), token)
    if opened is None:
        raise tracking.refuse(request.remote_addr or "")
    choose_locale(opened.shop.locale, opened.language)
    return Visit(opened, token, f"/t/{links.spell(token)}", tracking.read_language(request.args.get("lang", "")))


def _count(opened: Opened) -> None:
    rates, now = portal().ports.rates, portal().now()
    for name, most, window in (("deeds", MOST_DEEDS, DEED_WINDOW), ("deeds-a-day", MOST_A_DAY, DAY)):
        wait = rates.take(opened.shop.id, f"{name}:{opened.order}", most, window, now)
        if wait:
            raise TooManyRequests(retry_after=int(wait) + 1)
