"""Pieces of the widget without a frame: for the custom element, for a shop's server, and for a shop's mails."""

from flask import Blueprint, Response, abort, make_response, request
from flask.typing import ResponseReturnValue

from tracker.domain.tiers import Tier
from tracker.services import embeds, links, looks
from tracker.services.links import Opened
from tracker.web import embedding, htmx, sheets, tracking
from tracker.web.current import portal
from tracker.web.tracking import Surface

blueprint = Blueprint("embed_parts", __name__)
TOO_MUCH = "Mails are passed on and kept. Make the pass for a mail with the tier `mail`, not `account`.\n"


@blueprint.get("/embed/<token>/element")
def show_element(token: str) -> ResponseReturnValue:
    """A piece for the custom element, which asks for it by CORS and without credentials."""
    return _answer(token, "element")


@blueprint.get("/embed/<token>/include")
def show_include(token: str) -> ResponseReturnValue:
    """The custom element with its piece in it, for the shop's server to put into a page. It works without a script."""
    return _answer(token, "include")


@blueprint.get("/embed/find/<slug>/element")
def show_find(slug: str) -> ResponseReturnValue:
    """The way to the look-up form, for the custom element: a piece holds no form."""
    look = looks.find_look(portal(), slug)
    if look is None:
        abort(404)
    piece = sheets.transplant(embedding.draw(look, "embed/find_element.html", framed=False), portal().config.url)
    return embedding.open_to(make_response(piece), tracking.allowed_origins(look))


@blueprint.get("/embed/<token>/mail")
def show_mail(token: str) -> ResponseReturnValue:
    """A block for a mail of the shop's own: HTML that needs no style sheet."""
    return _answer_mail(token)


@blueprint.get("/embed/<token>/mail.txt")
def show_plain_mail(token: str) -> ResponseReturnValue:
    """The same block as plain text."""
    return _answer_mail(token, plain=True)


@blueprint.after_request
def open_errors(response: Response) -> Response:
    """Lets the element's script see what went wrong and how long to wait. An error page holds nothing of anybody."""
    if response.status_code >= 400:
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "Retry-After"
    return response


def _answer(token: str, shape: str) -> ResponseReturnValue:
    opened = links.follow(portal(), token)
    if opened is None:
        return _wait(token, shape)
    tokens = embeds.read_tokens(htmx.request.args)
    response = tracking.answer(opened, Surface("widget", tokens=tokens, shape=shape))
    return embedding.open_to(response, tracking.allowed_origins(opened.shop))


def _wait(token: str, shape: str) -> ResponseReturnValue:
    look = embeds.find_waiting(portal(), token)
    if look is None:
        raise tracking.refuse(request.remote_addr or "")
    piece = embedding.draw(look, f"embed/waiting_{shape}.html", framed=False, token=token)
    piece = sheets.transplant(piece, portal().config.url)
    return embedding.open_to(make_response(piece), tracking.allowed_origins(look))


def _answer_mail(token: str, plain: bool = False) -> ResponseReturnValue:
    opened = links.follow(portal(), token)
    lang = tracking.read_language(request.args.get("lang", ""))
    drawn = _draw_mail(token, opened, lang)
    if drawn is None:
        raise tracking.refuse(request.remote_addr or "")
    if f"~{Tier.ACCOUNT}~" in token:
        return Response(TOO_MUCH, 403, mimetype="text/plain")
    html, text = drawn
    return Response(text if plain else html, mimetype="text/plain" if plain else "text/html")


def _draw_mail(token: str, opened: Opened | None, lang: str) -> tuple[str, str] | None:
    address = links.address(portal(), token, lang)
    if opened:
        return embeds.render_mail(opened, address, lang)
    look = embeds.find_waiting(portal(), token)
    return embeds.render_waiting_mail(look, address, lang) if look else None
