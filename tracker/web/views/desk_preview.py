"""What the shop's customers would see, with what a marketer typed, saved or not. Of no real order."""

from flask import abort, make_response, render_template, request
from flask.typing import ResponseReturnValue

from tracker import i18n
from tracker.services import previews, themes
from tracker.services.slots import Drafts
from tracker.services.staff import Shop
from tracker.web import desk, desk_slots, security
from tracker.web.current import portal
from tracker.web.desk import desk_route
from tracker.web.tracking import Surface

blueprint = desk.make_blueprint("desk_preview")
# A mail's styles stand in its text, since mail programs take no others. The sandbox keeps scripts and forms away.
MAIL_POLICY = (
    "sandbox allow-same-origin; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' https:; "
    "frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
)
RULE = "/look/preview/<any(page, widget, mail):surface>"


@desk_route(blueprint, RULE, "marketer")
def show(shop: Shop, surface: str) -> ResponseReturnValue:
    """A surface as it is saved."""
    return _show(shop, surface, None, None)


@desk_route(blueprint, RULE, "marketer", methods=("POST",))
def show_draft(shop: Shop, surface: str) -> ResponseReturnValue:
    """A surface with the draft of the form that was sent; nothing is kept."""
    theme = {name: request.form[name][:40] for name in themes.DEFAULTS if name in request.form} or None
    drafts: Drafts = None
    if "slot" in request.form:
        sent = desk_slots.read(shop, request.form["slot"])
        if sent is None:
            abort(422)
        if sent.read.model is None:
            return _frame(render_template("desk/preview_note.html", errors=sent.read.errors.values()), 422)
        drafts = {sent.slot: sent.filling}
    return _show(shop, surface, theme, drafts)


def _show(shop: Shop, surface: str, theme: dict[str, str] | None, drafts: Drafts) -> ResponseReturnValue:
    locale = i18n.choose(shop.locale)
    i18n.begin(locale)
    tokens = themes.complete(theme) if theme else None
    if surface == "mail":
        response = make_response(_frame(previews.make_mail(portal(), shop, tokens, drafts, locale), 200))
        response.headers["Content-Security-Policy"] = MAIL_POLICY
        return response
    look = previews.make_look(shop, tokens)
    page = render_template(
        f"pages/{surface}.html",
        page=previews.make_page(portal()),
        shop=look,
        surface=Surface(surface),
        address="",
        base="#",
        lang="",
        theme=themes.render(look.theme)[0],
        slots=previews.fill_slots(portal(), shop, surface, drafts, locale),
    )
    return _frame(page, 200)


def _frame(page: str, status: int) -> ResponseReturnValue:
    security.allow_framing(["'self'"])
    security.allow_pictures()
    response = make_response(page, status)
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response
