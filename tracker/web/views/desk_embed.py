"""Put it on your site: what a shop copies into its own pages, and the key that its server signs with."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.i18n import gettext as _
from tracker.services import embeds, passes
from tracker.services.staff import Shop
from tracker.web import desk
from tracker.web.current import portal
from tracker.web.desk import desk_route, me
from tracker.web.snippets import write_constants, write_snippets

blueprint = desk.make_blueprint("desk_embed")


@desk_route(blueprint, "/embedding", "marketer")
def show(shop: Shop) -> ResponseReturnValue:
    """The pieces, the sites that may show them, and for owners whether there is a key."""
    return _show(shop)


@desk_route(blueprint, "/embedding/key", methods=("POST",))
def use_key(shop: Shop) -> ResponseReturnValue:
    """Shows the key, or makes a new one. Only for owners: with it one can see every order."""
    deed = request.form.get("deed", "show")
    if deed == "show":
        return _show(shop, embeds.reveal_key(portal(), shop, me=me()))
    embeds.renew_key(portal(), shop, at_once=deed == "replace", me=me())
    flash(_("There is a new key. Show it, and put it into your shop’s server."))
    # To another page, so that loading it again makes no second one.
    return redirect(url_for("desk_embed.show", slug=shop.slug) + "#key", code=303)


def _show(shop: Shop, key: str = "") -> str:
    url = portal().config.url
    return render_template(
        "desk/embed.html",
        snippets=write_snippets(url, shop.slug),
        constants=write_constants(url, shop.slug, key or "…"),
        key=key,
        has_key=bool(passes.show_key(portal(), shop)),
        days=passes.OVERLAP.days,
        origins=shop.origins or (),
    )
