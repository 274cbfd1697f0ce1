"""The widget: a frame that only the shop's own sites may show, and the loader that puts it there."""

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from tracker.services import links
from tracker.web import files, htmx, security, tracking
from tracker.web.current import portal

blueprint = Blueprint("embed", __name__)
LOADER = "embed/v1.js"


@blueprint.get("/embed/<token>")
def show(token: str) -> ResponseReturnValue:
    """The frame's page. Without cookies and without storage; what it has to know is in its address."""
    opened = links.follow(portal(), token)
    if opened is None:
        # Framed by nobody: the shop's list is the link's to tell.
        raise tracking.refuse(request.remote_addr or "")
    security.allow_framing(tracking.allowed_origins(opened))
    security.allow_pictures()
    return tracking.answer(opened, tracking.read_surface("embed", opened, htmx.request))


@blueprint.get("/embed/v1.js")
def show_loader() -> ResponseReturnValue:
    """The loader. Its address never changes, so it is asked for again after an hour."""
    file = files.load(LOADER)
    response: Response = files.send(file.body, file.packed, file.mimetype, file.etag, "public, max-age=3600")
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
