"""What of the widget belongs to no order: the look-up form, and the page of an order that is still to be told of."""

from flask import Response, render_template, request

from tracker.services import embeds, themes
from tracker.services.links import Look

from . import security, sheets, tracking
from .current import portal
from .rendering import choose_locale

AGAIN = 10
"""Seconds after which a page looks again whether its order is there."""


def wait(token: str, template: str, *, framed: bool = True) -> str | None:
    """What the holder of a genuine pass is shown until the portal has been told of the order; `None` for others."""
    look = embeds.find_waiting(portal(), token)
    return None if look is None else draw(look, template, framed=framed, token=token)


def draw(look: Look, template: str, *, framed: bool = True, token: str = "") -> str:
    """A page or a piece of a shop. What is `framed` its own sites may show in a frame."""
    choose_locale(look.locale)
    origins, origin = tracking.allowed_origins(look), request.args.get("origin", "")
    if framed:
        security.allow_framing(origins)
    theme, _ = themes.render(embeds.lay_over(look.theme, embeds.read_tokens(request.args)))
    return render_template(
        template,
        shop=look,
        theme=theme,
        sheet=sheets.sheet_address(theme),
        parent=origin if origin in origins else "",
        lang=tracking.read_language(request.args.get("lang", "")),
        token=token,
        again=AGAIN,
    )


def open_to(response: Response, origins: tuple[str, ...]) -> Response:
    """Lets the scripts of these sites read an answer. They send no cookie, and get none."""
    origin = request.headers.get("Origin", "")
    if origin in origins:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = "ETag"
    response.vary.add("Origin")
    return response
