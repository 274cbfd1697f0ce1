"""The widget: a frame that only the shop's own sites may show, and the scripts that put it there."""

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from tracker.services import links, looks, themes
from tracker.web import embedding, files, htmx, security, sheets, tracking
from tracker.web.current import portal

blueprint = Blueprint("embed", __name__)
LOADER, ELEMENT = "embed/v1.js", "embed/element-v1.js"


@blueprint.get("/embed/<token>")
def show(token: str) -> ResponseReturnValue:
    """The frame's page. Without cookies and without storage; what it has to know is in its address."""
    opened = links.follow(portal(), token)
    if opened is None:
        waiting = embedding.wait(token, "embed/waiting.html")
        if waiting is None:
            # Framed by nobody: the shop's list is the link's to tell.
            raise tracking.refuse(request.remote_addr or "")
        return waiting
    security.allow_framing(tracking.allowed_origins(opened.shop))
    security.allow_pictures()
    return tracking.answer(opened, tracking.read_surface("embed", opened, htmx.request))


@blueprint.get("/embed/find/<slug>")
def show_find(slug: str) -> ResponseReturnValue:
    """The look-up form in a frame. What it sends goes to the whole window, where the answer stands."""
    look = looks.find_look(portal(), slug)
    if look is None:
        raise NotFound
    return embedding.draw(look, "embed/find.html")


@blueprint.get("/embed/v1.js")
def show_loader() -> ResponseReturnValue:
    """The loader of frames."""
    return _script(LOADER)


@blueprint.get("/embed/element-v1.js")
def show_element() -> ResponseReturnValue:
    """The custom element."""
    return _script(ELEMENT)


@blueprint.get("/embed/theme/<name>.css")
def show_sheet(name: str) -> ResponseReturnValue:
    """The style sheet of pieces on a shop's own page, for whatever page asks: nobody's order is in it."""
    digest, _, spelled = name.partition("-")
    tokens = themes.read_name(spelled)
    if tokens is None:
        abort(404)
    body = sheets.sheet(tokens)
    cache = files.FOR_GOOD if digest == sheets.digest() else "public, no-cache"
    response = files.send(body, files.pack(body), "text/css", f'W/"{sheets.digest()}-{spelled}"', cache)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _script(name: str) -> Response:
    """A script whose address never changes, so that it is asked for again after an hour."""
    file = files.load(name)
    response: Response = files.send(file.body, file.packed, file.mimetype, file.etag, "public, max-age=3600")
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    # For a page whose policy, or whose tag, asks for scripts by CORS. It is the same for everybody.
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
