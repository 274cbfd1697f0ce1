"""Shipments in the desk: added, corrected, cancelled, and what staff say of them by hand."""

from flask import abort, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue

from tracker.i18n import gettext as _
from tracker.sdk import plain
from tracker.services import desk as service
from tracker.services import shipping
from tracker.services.desk import OrderFile, Shipment, Shop
from tracker.web import desk, desk_forms
from tracker.web.current import portal
from tracker.web.desk import desk_route, me
from tracker.web.desk_carriers import describe_choices
from tracker.web.desk_custom import choices, custom
from tracker.web.desk_forms import ShipmentForm
from tracker.web.desk_words import word

from .desk_orders import open_file, to_order

blueprint = desk.make_blueprint("desk_shipments")
ORDER = "/orders/<int:order>/shipments"
ONE = ORDER + "/<int:shipment>"


@desk_route(blueprint, ORDER + "/new", "staff")
def show_new(shop: Shop, order: int) -> ResponseReturnValue:
    """The form for a new shipment."""
    file = open_file(shop, order)
    return _show_form(file, desk_forms.blank_shipment(file), None)


@desk_route(blueprint, ORDER + "/new", "staff", methods=("POST",))
def add(shop: Shop, order: int) -> ResponseReturnValue:
    """Adds a shipment, or shows what is wrong beside its field."""
    file = open_file(shop, order)
    form = desk_forms.read_shipment(request.form, file, shop)
    if not form.errors:
        try:
            shipment, new = shipping.add_shipment(
                portal(), shop.id, file.order, form.carrier, form.get("number"), actor=me().actor,
                quantities=form.quantities, shipped_at=form.shipped_at, carrier_name=form.carrier_name,
                url=form.url, location=form.location, handed_over=form.ticked("handed_over"),
                silent=not form.ticked("tell"),
            )  # fmt: skip
        except service.Refused as refused:
            form.errors[refused.field] = _(str(refused))
        else:
            number = {"number": shipment.number}
            flash(
                _("Shipment %(number)s is added.") % number
                if new
                else _("Shipment %(number)s was here already; what it carries is up to date.") % number
            )
            return to_order(shop, order)
    return _show_form(file, form, None)


@desk_route(blueprint, ONE + "/edit", "staff")
def show_edit(shop: Shop, order: int, shipment: int) -> ResponseReturnValue:
    """The form of one shipment."""
    file = open_file(shop, order)
    row = _find(shop, order, shipment)
    return _show_form(file, desk_forms.filled_shipment(file, row, shop), row)


@desk_route(blueprint, ONE + "/edit", "staff", methods=("POST",))
def edit(shop: Shop, order: int, shipment: int) -> ResponseReturnValue:
    """Corrects a shipment, or shows what is wrong beside its field."""
    file, row = open_file(shop, order), _find(shop, order, shipment)
    form = desk_forms.read_shipment(request.form, file, shop, row)
    if not form.errors:
        try:
            shipping.edit_shipment(
                portal(), shop.id, shipment, actor=me().actor, carrier=form.carrier, number=form.get("number"),
                carrier_name=form.carrier_name, url=form.url, shipped_at=form.shipped_at,
                quantities=form.quantities,
            )  # fmt: skip
        except service.Refused as refused:
            form.errors[refused.field] = _(str(refused))
        else:
            flash(_("The shipment is changed."))
            return to_order(shop, order)
    return _show_form(file, form, row)


@desk_route(blueprint, ONE + "/cancel", "staff")
def show_cancel(shop: Shop, order: int, shipment: int) -> ResponseReturnValue:
    """The question before a shipment is cancelled."""
    return render_template(
        "desk/shipment_cancel.html", file=open_file(shop, order), shipment=_find(shop, order, shipment)
    )


@desk_route(blueprint, ONE + "/cancel", "staff", methods=("POST",))
def cancel(shop: Shop, order: int, shipment: int) -> ResponseReturnValue:
    """Cancels a shipment."""
    _find(shop, order, shipment)
    shipping.cancel_shipment(portal(), shop.id, shipment, actor=me().actor)
    flash(_("The shipment is cancelled."))
    return to_order(shop, order)


@desk_route(blueprint, ONE + "/say", "staff")
def show_say(shop: Shop, order: int, shipment: int) -> ResponseReturnValue:
    """The form to say a status by hand."""
    return _show_say(open_file(shop, order), _find(shop, order, shipment), {"tell": "1"}, {})


@desk_route(blueprint, ONE + "/say", "staff", methods=("POST",))
def say(shop: Shop, order: int, shipment: int) -> ResponseReturnValue:
    """Records the shop's word about a shipment."""
    file, row = open_file(shop, order), _find(shop, order, shipment)
    typed = {name: value.strip()[:600] for name, value in request.form.items()}
    errors: dict[str, str] = {}
    status, key = desk_forms.read_status(shop, typed, errors)
    at = desk_forms.read_time(typed, "at", shop.zone, errors)
    if row.cancelled_at is not None:
        errors[""] = _("This shipment was cancelled. Add a new one instead.")
    if errors or status is None:
        return _show_say(file, row, typed, errors)
    shipping.say(
        portal(), shop.id, row, status, at, actor=me().actor, silent="tell" not in typed,
        text=plain(typed.get("text", ""), 300), place=plain(typed.get("place", ""), 120),
        custom=key,
    )  # fmt: skip
    own = custom(key)
    flash(_("Recorded: %(word)s.") % {"word": own.label if own else word("shipment", status.milestone)})
    return to_order(shop, order)


def _find(shop: Shop, order: int, shipment: int) -> Shipment:
    row = service.find_parcel(shop.id, order, shipment)
    if row is None:
        abort(404)
    return row


def _show_form(file: OrderFile, form: ShipmentForm, shipment: Shipment | None) -> ResponseReturnValue:
    page = render_template(
        "desk/shipment_form.html",
        file=file,
        form=form,
        shipment=shipment,
        carriers=describe_choices(file.order.shop),
        locations=[(str(one.id), one.name) for one in service.list_locations(file.order.shop_id)],
    )
    return make_response(page, 422 if form.errors else 200)


def _show_say(
    file: OrderFile, shipment: Shipment, typed: desk_forms.Typed, errors: dict[str, str]
) -> ResponseReturnValue:
    page = render_template(
        "desk/shipment_say.html",
        file=file,
        shipment=shipment,
        typed=typed,
        errors=errors,
        sayable=[(one, word("shipment", one)) for one in desk_forms.SAYABLE],
        own=choices(file.order.shop_id),
        carrier=service.carrier_name(portal(), shipment),
    )
    return make_response(page, 422 if errors else 200)
