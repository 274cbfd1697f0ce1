"""How the shop looks, as its marketers set it: details, logo, colours and what fills the slots, with a preview."""

from collections.abc import Mapping, Sequence

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.i18n import gettext as _
from tracker.i18n import locales, name_of
from tracker.services import branding, fillings, pictures, themes
from tracker.services.branding import Details
from tracker.services.refusals import Refused
from tracker.services.staff import Shop
from tracker.web import desk, desk_slots, forms
from tracker.web.current import portal
from tracker.web.desk import desk_route, me
from tracker.web.desk_words import choices
from tracker.web.security import UPLOAD_LIMIT, policy, takes

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
        branding.save_logo(portal(), shop, file.stream.read(pictures.MOST_BYTES + 1), me=me())
    except Refused as refused:
        return _show(shop, logo_error=str(refused))
    flash(_("The logo is saved."))
    return _back(shop)


@desk_route(blueprint, "/look/theme", "marketer", methods=("POST",))
def save_theme(shop: Shop) -> ResponseReturnValue:
    """Keeps colours, corners and font, or says which colour cannot be read and which could."""
    tokens = _read_tokens(shop)
    problems = themes.check(tokens)
    for _try in range(3):
        if "use" in request.form and problems:
            tokens |= {problem.field: problem.proposal for problem in problems}
            problems = themes.check(tokens)
    if problems:
        return _show(shop, tokens=tokens, problems=problems)
    branding.save_theme(portal(), shop, themes.complete(tokens), me=me())
    flash(_("The colours are saved."))
    return _back(shop)


@desk_route(blueprint, "/look/slots/<any(above, below, widget, mail):slot>", "marketer", methods=("POST",))
def save_slot(shop: Shop, slot: str) -> ResponseReturnValue:
    """Fills a slot, or shows what is wrong beside its field."""
    sent = desk_slots.read(shop, slot)
    if sent is None:
        abort(422)
    if sent.read.model is None:
        return _show(shop, sent=sent)
    fillings.save_slot(portal(), shop.id, slot, sent.kind, sent.read.model, shown=sent.shown, me=me())
    flash(_("The offer is saved.") if sent.shown else _("The offer is saved and shows nowhere."))
    return _back(shop, f"slot-{slot}")


def _read_tokens(shop: Shop) -> dict[str, str]:
    kept = themes.complete(shop.theme)
    return {name: request.form.get(name, value).strip().lower()[:40] for name, value in kept.items()}


def _back(shop: Shop, anchor: str | None = None) -> ResponseReturnValue:
    return redirect(url_for("desk_look.show_look", slug=shop.slug, _anchor=anchor), code=303)


def _show(
    shop: Shop,
    *,
    details: forms.Read | None = None,
    logo_error: str = "",
    tokens: Mapping[str, str] | None = None,
    problems: Sequence[themes.Problem] = (),
    sent: desk_slots.Sent | None = None,
) -> ResponseReturnValue:
    wrong = [*(details.errors if details else ()), *problems, *(sent.read.errors if sent else ())]
    values = details.typed if details else branding.read_details(shop)
    page = render_template(
        "desk/look.html",
        details=forms.draw(
            Details, values, details.errors if details else {}, choices={"locale": [(c, name_of(c)) for c in locales()]}
        ),
        wrong=len(wrong),
        logo_error=logo_error,
        tokens=tokens or themes.complete(shop.theme),
        problems={problem.field: problem for problem in problems},
        said={problem.field: problem.message for problem in problems},
        fonts=choices("font"),
        schemes=choices("scheme"),
        slots=desk_slots.draw(shop, request.args, sent),
        slot_names=dict(choices("slot")),
        surfaces=choices("surface"),
    )
    response = make_response(page, 422 if wrong or logo_error else 200)
    response.headers["Content-Security-Policy"] = f"{policy()}; frame-src 'self'"
    return response
