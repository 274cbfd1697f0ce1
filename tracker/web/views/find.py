"""The way back for customers without their link: what they ask is kept, and answered by mail alone.

No cookie and no token guard this form. Whoever makes a customer's browser send it gains nothing: the answer says
nothing, the mail goes to the address on file, and all of it is counted. Browsers that say the form came from another
site are refused all the same.
"""

from flask import Blueprint, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from tracker.services import looks, lookups, themes
from tracker.services.links import Look
from tracker.web import security
from tracker.web.current import portal
from tracker.web.rendering import choose_locale

blueprint = Blueprint("find", __name__)
security.csrf.exempt(blueprint)


@blueprint.get("/s/<slug>/find")
def show(slug: str) -> ResponseReturnValue:
    """The form."""
    return _render(_find_look(slug))


@blueprint.post("/s/<slug>/find")
def take(slug: str) -> ResponseReturnValue:
    """Keeps the request and answers the same whether or not there is such an order."""
    look = _find_look(slug)
    if security.is_from_elsewhere():
        abort(403)
    number, proof = request.form.get("number", "")[:200], request.form.get("proof", "")[:300]
    wrong = lookups.check(number, proof)
    if wrong:
        return _render(look, number, proof, wrong)
    wait = lookups.ask(portal(), look.id, number, proof, request.remote_addr or "")
    if wait:
        raise TooManyRequests(retry_after=int(wait) + 1)
    return _render(look, asked=True)


def _find_look(slug: str) -> Look:
    look = looks.find_look(portal(), slug)
    if look is None:
        abort(404)
    choose_locale(look.locale)
    return look


def _render(look: Look, number: str = "", proof: str = "", wrong: str = "", asked: bool = False) -> ResponseReturnValue:
    theme, _ = themes.render(look.theme)
    lang = request.args.get("lang", "")
    page = render_template(
        "pages/find.html", shop=look, theme=theme, number=number, proof=proof, wrong=wrong, asked=asked, lang=lang
    )
    return make_response(page, 422 if wrong else 200)
