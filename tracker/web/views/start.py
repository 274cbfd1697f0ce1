"""The portal's own front page, for whoever took the path off an address. It names no shop."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

blueprint = Blueprint("start", __name__)


@blueprint.get("/")
def show() -> ResponseReturnValue:
    """What this is, and the way in for staff."""
    return render_template("pages/start.html")
