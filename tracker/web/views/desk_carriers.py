"""The shop's own carriers: added, changed and removed."""

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.i18n import country_names
from tracker.i18n import gettext as _
from tracker.services import own_carriers as service
from tracker.services.own_carriers import Draft, OwnCarrier
from tracker.services.refusals import Refused
from tracker.services.staff import Shop
from tracker.web import desk, forms
from tracker.web.current import portal
from tracker.web.desk import desk_route, me

blueprint = desk.make_blueprint("desk_carriers")
SAMPLE = "123456789"


@desk_route(blueprint, "/carriers", "staff")
def list_carriers(shop: Shop) -> ResponseReturnValue:
    """The shop's own carriers."""
    rows = service.list_own(shop.id)
    countries = country_names()
    return render_template(
        "desk/carriers.html",
        lines=[(row, service.fill(row, SAMPLE), countries.get(row.country, row.country)) for row in rows],
    )


@desk_route(blueprint, "/carriers/new", "staff")
def show_new(shop: Shop) -> ResponseReturnValue:  # noqa: ARG001 - every desk view gets its shop
    """The form for a new carrier."""
    return _show_form(None, forms.Read(None, {"name": request.args.get("name", "")[:80]}, {}))


@desk_route(blueprint, "/carriers/new", "staff", methods=("POST",))
def add(shop: Shop) -> ResponseReturnValue:
    """Keeps a new carrier, or shows what is wrong beside its field."""
    read = forms.read(Draft, request.form)
    try:
        if isinstance(read.model, Draft):
            row = service.add(portal(), shop, read.model, me=me())
            flash(_("%(carrier)s is added. It can be chosen for shipments and named in files.") % {"carrier": row.name})
            return _back(shop)
    except Refused as refused:
        read = forms.Read(None, read.typed, {refused.field: str(refused)})
    return _show_form(None, read)


@desk_route(blueprint, "/carriers/<int:carrier>", "staff")
def show_edit(shop: Shop, carrier: int) -> ResponseReturnValue:
    """The form of one carrier."""
    row = _find(shop, carrier)
    return _show_form(row, forms.Read(None, {name: getattr(row, name) for name in Draft.model_fields}, {}))


@desk_route(blueprint, "/carriers/<int:carrier>", "staff", methods=("POST",))
def edit(shop: Shop, carrier: int) -> ResponseReturnValue:
    """Keeps the changes of a carrier, or shows what is wrong beside its field."""
    row, read = _find(shop, carrier), forms.read(Draft, request.form)
    try:
        if isinstance(read.model, Draft):
            service.change(portal(), shop, row.id, read.model, me=me())
            flash(_("The carrier is changed, for shipments from now on."))
            return _back(shop)
    except Refused as refused:
        read = forms.Read(None, read.typed, {refused.field: str(refused)})
    return _show_form(row, read)


@desk_route(blueprint, "/carriers/<int:carrier>/remove", "staff", methods=("POST",))
def remove(shop: Shop, carrier: int) -> ResponseReturnValue:
    """Forgets a carrier."""
    if not service.remove(portal(), shop.id, carrier, me=me()):
        abort(404)
    flash(_("The carrier is removed. Shipments that it has keep its name and link."))
    return _back(shop)


def _find(shop: Shop, carrier: int) -> OwnCarrier:
    row = service.find(shop.id, carrier)
    if row is None:
        abort(404)
    return row


def _show_form(row: OwnCarrier | None, read: forms.Read) -> ResponseReturnValue:
    values = {name: "" if value is None else value for name, value in read.typed.items()}
    countries = [("", _("Not said")), *sorted(country_names().items(), key=lambda pair: pair[1])]
    fields = forms.draw(Draft, values, read.errors, choices={"country": countries})
    page = render_template("desk/carriers_form.html", row=row, fields=fields, wrong=len(read.errors))
    return make_response(page, 422 if read.errors else 200)


def _back(shop: Shop) -> ResponseReturnValue:
    return redirect(url_for("desk_carriers.list_carriers", slug=shop.slug), code=303)
