"""Orders in the desk: the list with search and filters, one order in full, and what the shop has done with it."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.domain.wording import ORDER
from tracker.i18n import gettext as _
from tracker.i18n import ngettext
from tracker.services import desk as service
from tracker.services import provenance
from tracker.services.desk import Filter, OrderFile, Shop
from tracker.web import desk, htmx
from tracker.web.current import portal
from tracker.web.desk import desk_route, me
from tracker.web.desk_custom import choices as own_choices
from tracker.web.desk_custom import custom_said
from tracker.web.desk_words import choices, word

blueprint = desk.make_blueprint("desk_orders")


@desk_route(blueprint, "/orders", "staff")
def list_orders(shop: Shop) -> ResponseReturnValue:
    """A page of orders, newest first; only its rows when htmx refreshes them."""
    args = request.args
    asked = Filter(
        q=args.get("q", "").strip()[:100],
        state=args.get("state", ""),
        milestone=args.get("milestone", ""),
        shipment=args.get("shipment", ""),
        attention="attention" in args,
    )
    page = service.list_orders(shop.id, asked, args.get("before", ""), args.get("after", ""))
    template = "desk/order_rows.html" if htmx.request.wants_fragment else "desk/orders.html"
    kept = {name: value for name, value in args.items() if name in Filter.__slots__ and value}
    return render_template(
        template,
        page=page,
        asked=asked,
        kept=kept,
        carrier_name=lambda shipment: service.carrier_name(portal(), shipment),
        states=choices("state"),
        milestones=choices("order"),
        shipments=choices("shipment"),
    )


@desk_route(blueprint, "/orders/<int:order>", "staff")
def show_order(shop: Shop, order: int) -> ResponseReturnValue:
    """One order in full."""
    return _show(shop, open_file(shop, order))


@desk_route(blueprint, "/orders/<int:order>/mark", "staff", methods=("POST",))
def mark_order(shop: Shop, order: int) -> ResponseReturnValue:
    """Says what the shop has done with an order."""
    open_file(shop, order)
    mark = request.form.get("milestone", "")
    try:
        service.mark_order(portal(), shop.id, order, mark, me=me())
    except service.Refused as refused:
        flash(str(refused), "error")
    else:
        own = custom_said(mark)
        flash(_("The order is marked: %(word)s.") % {"word": own.label if own else word("order", mark)})
    return to_order(shop, order)


@desk_route(blueprint, "/orders/<int:order>/link", "staff", methods=("POST",))
def share_link(shop: Shop, order: int) -> ResponseReturnValue:
    """Shows the address of the order's page, to be handed on."""
    file = open_file(shop, order)
    address = service.share_link(portal(), shop.id, file.order, me=me())
    return _show(shop, open_file(shop, order), address)


@desk_route(blueprint, "/orders/<int:order>/links/end", "staff")
def show_end_links(shop: Shop, order: int) -> ResponseReturnValue:
    """Asks first: it cannot be undone."""
    file = open_file(shop, order)
    living = sum(link.revoked_at is None for link in file.links)
    return render_template("desk/order_links.html", file=file, living=living)


@desk_route(blueprint, "/orders/<int:order>/links/end", "staff", methods=("POST",))
def end_links(shop: Shop, order: int) -> ResponseReturnValue:
    """Ends every link to the order."""
    ended = service.end_links(portal(), shop.id, open_file(shop, order).order, me=me())
    flash(ngettext("%(num)d link has ended.", "%(num)d links have ended.", ended) % {"num": ended})
    return to_order(shop, order)


def _show(shop: Shop, file: OrderFile, address: str = "") -> ResponseReturnValue:
    return render_template(
        "desk/order.html",
        file=file,
        address=address,
        own_marks=[mark for mark in own_choices(shop.id, ORDER) if mark[0] != file.order.word],
        trace=lambda shipment: provenance.trace(shop.id, shipment),
        find_reading=provenance.find,
    )


def open_file(shop: Shop, order: int) -> OrderFile:
    """One order of the shop; 404 for any other."""
    found = service.open_order(portal(), shop.id, order)
    if found is None:
        abort(404)
    return found


def to_order(shop: Shop, order: int) -> ResponseReturnValue:
    """The way back to an order after something was done."""
    return redirect(url_for("desk_orders.show_order", slug=shop.slug, order=order), code=303)
