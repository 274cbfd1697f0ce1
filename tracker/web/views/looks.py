"""What a shop's look is made of: its theme's style sheet, and its logo."""

import re

from flask import Blueprint, Response, abort
from flask.typing import ResponseReturnValue

from tracker.services import looks, themes
from tracker.web import files

blueprint = Blueprint("looks", __name__)
_DIGEST = re.compile(r"[0-9a-f]{64}")


@blueprint.get("/theme/<name>.css")
def show_theme(name: str) -> ResponseReturnValue:
    """The portal's style sheet with a theme in front of it: one request for both.

    The name spells the theme, and nothing is looked up for it.
    """
    digest, _, spelled = name.partition("-")
    tokens = themes.read_name(spelled)
    if tokens is None:
        abort(404)
    file = files.sheet()
    body = themes.render(tokens)[1].encode() + b"\n" + file.body
    cache = files.FOR_GOOD if digest == file.digest else "public, no-cache"
    return files.send(body, files.pack(body), "text/css", f'W/"{file.digest}-{spelled}"', cache)


@blueprint.get("/assets/<digest>")
def show_asset(digest: str) -> ResponseReturnValue:
    """A picture that was re-encoded when it was uploaded, named by its content."""
    asset = looks.load_asset(digest) if _DIGEST.fullmatch(digest) else None
    if asset is None:
        abort(404)
    content_type, body = asset
    response: Response = files.send(body, b"", content_type, f'W/"{digest}"', files.FOR_GOOD)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Content-Disposition"] = "inline"
    # A mail shows the logo on whatever site the reader's mail program is.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
