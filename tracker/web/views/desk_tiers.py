"""Who sees what: the table of what each kind of link shows and allows, set by the shop's owner."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import i18n
from tracker.domain.tiers import NEEDS, Tier
from tracker.i18n import gettext as _
from tracker.services import previews, themes, tiers
from tracker.services.staff import Shop
from tracker.web import desk
from tracker.web.current import portal
from tracker.web.desk import desk_route, me
from tracker.web.desk_tiers_words import GRANTS, REASONS, TIERS
from tracker.web.tracking import Surface

blueprint = desk.make_blueprint("desk_tiers")


@desk_route(blueprint, "/tiers")
def show_tiers(shop: Shop) -> ResponseReturnValue:
    """The table as it is saved."""
    cells = tiers.read_cells(shop)
    return render_template("desk/tiers.html", cells=cells, tiers=TIERS, grants=GRANTS, reasons=REASONS)


@desk_route(blueprint, "/tiers", methods=("POST",))
def save_tiers(shop: Shop) -> ResponseReturnValue:
    """Keeps the table, or goes back to what is usual."""
    if "usual" in request.form:
        tiers.save(portal(), shop, None, me=me())
        flash(_("Every link shows again what is usual."))
    else:
        chosen = {str(tier): request.form.getlist(tier) for tier in Tier}
        tiers.save(portal(), shop, chosen, me=me())
        flash(_("The table is saved. Pages that are open follow by themselves."))
        if any(_lacks(grants) for grants in chosen.values()):
            flash(_("The delivery report stays off where numbers or times of day are off: it holds both."))
    return redirect(url_for("desk_tiers.show_tiers", slug=shop.slug), code=303)


@desk_route(blueprint, "/tiers/preview/<tier>")
def preview(shop: Shop, tier: str) -> ResponseReturnValue:
    """The page of a made-up order, as the table shows it to one tier."""
    if tier not in list(Tier):
        abort(404)
    i18n.begin(i18n.choose(shop.locale))
    return render_template(
        "pages/page.html",
        page=tiers.make_page(portal(), shop, Tier(tier)),
        shop=previews.make_look(shop),
        surface=Surface("page"),
        address="",
        lang="",
        theme=themes.render(shop.theme)[0],
        slot=None,
    )


def _lacks(chosen: list[str]) -> bool:
    """Whether something was chosen without what it needs."""
    return any(grant in chosen and not needed <= set(chosen) for grant, needed in NEEDS.items())
