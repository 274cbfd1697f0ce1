"""How the shop looks, as its marketers set it: details, logo, colours and the offer, each with a preview."""

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.i18n import gettext as _
from tracker.i18n import locales, name_of
from tracker.services import branding
from tracker.services.branding import Details
from tracker.services.staff import Refused, Shop
from tracker.web import desk, forms
from tracker.web.current import portal
from tracker.web.desk import desk_route, me
from tracker.web.security import UPLOAD_LIMIT, takes

blueprint = desk.make_blueprint("desk_look")


@desk_route(blueprint, "/look", "marketer")
def show_look(shop: Shop) -> ResponseReturnValue:
    """All that can be set, as it is now."""
    return _show(shop)


@desk_route(blueprint, "/look/details", "marketer", methods=("POST",))
def save_details(shop: Shop) -> ResponseReturnValue:
    """Keeps who the shop is, or shows what is wrong beside its field."""
    read = forms.read(Details, request.form)
    if not isinstance(read.model, Details):
        return _show(shop, details=read)
    branding.save_details(portal(), shop, read.model, me=me())
    flash(_("The details are saved."))
    return _back(shop)


@desk_route(blueprint, "/look/logo", "marketer", methods=("POST",))
@takes(UPLOAD_LIMIT)
def save_logo(shop: Shop) -> ResponseReturnValue:
    """Keeps a new logo, or takes the present one away."""
    if "remove" in request.form:
        branding.remove_logo(portal(), shop, me=me())
        flash(_("The logo is gone; your shop’s name stands in its place."))
        return _back(shop)
    file = request.files.get("logo")
    if file is None or not file.filename:
        return _show(shop, logo_error=_("Choose a file first."))
    try:
        branding.save_logo(portal(), shop, file.stream.read(branding.LOGO_BYTES + 1), me=me())
    except Refused as refused:
        return _show(shop, logo_error=str(refused))
    flash(_("The logo is saved."))
    return _back(shop)


def _back(shop: Shop) -> ResponseReturnValue:
    return redirect(url_for("desk_look.show_look", slug=shop.slug), code=303)


def _show(shop: Shop, details: forms.Read | None = None, logo_error: str = "") -> ResponseReturnValue:
    values = details.typed if details else branding.read_details(shop)
    errors = details.errors if details else {}
    choices = {"locale": [(code, name_of(code)) for code in locales()]}
    page = render_template(
        "desk/look.html",
        details=forms.draw(Details, values, errors, choices=choices),
        wrong=len(errors),
        logo_error=logo_error,
    )
    return make_response(page, 422 if errors or logo_error else 200)
