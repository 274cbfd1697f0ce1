"""The widget: a frame that only the shop's own sites may show, and the loader that puts it there."""

import re

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from tracker.services import links, themes
from tracker.web import files, security, tracking
from tracker.web.current import portal

blueprint = Blueprint("embed", __name__)
LOADER = "embed/v1.js"
_ORIGIN = re.compile(r"https?://[a-z0-9.-]{1,253}(?::\d{1,5})?")


@blueprint.get("/embed/<token>")
def show(token: str) -> ResponseReturnValue:
    """The frame's page. Without cookies and without storage; what it has to know is in its address."""
    opened = links.follow(portal(), token)
    if opened is None:
        # Framed by nobody: the shop's list is the link's to tell.
        raise tracking.refuse(request.remote_addr or "")
    origins = tuple(origin for origin in opened.shop.origins if _ORIGIN.fullmatch(origin))
    security.allow_framing(origins)
    security.allow_pictures()
    parent, scheme = request.args.get("origin", ""), request.args.get("scheme", "")
    surface = tracking.Surface(
        "widget", parent if parent in origins else "", scheme if scheme in themes.SCHEMES else ""
    )
    return tracking.answer(opened, surface)


@blueprint.get("/embed/v1.js")
def show_loader() -> ResponseReturnValue:
    """The loader. Its address never changes, so it is asked for again after an hour."""
    file = files.load(LOADER)
    response: Response = files.send(file.body, file.packed, file.mimetype, file.etag, "public, max-age=3600")
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
