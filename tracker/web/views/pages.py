"""The tracking page of one order, for whoever holds its link."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from tracker.services import links
from tracker.web import embedding, security, tracking
from tracker.web.current import portal

blueprint = Blueprint("pages", __name__)


@blueprint.get("/t/<token>")
def show(token: str) -> ResponseReturnValue:
    """The whole page, or for htmx the part that changes."""
    opened = links.follow(portal(), token)
    if opened is None:
        waiting = embedding.wait(token, "embed/waiting_page.html", framed=False)
        if waiting is not None:
            return waiting
        raise tracking.refuse(request.remote_addr or "")
    security.allow_pictures()
    return tracking.answer(opened, tracking.Surface("page"))
