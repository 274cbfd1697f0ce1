"""Labels in the desk: asked for on the order's page, waited for there, and downloaded to be printed."""

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from tracker.i18n import gettext as _
from tracker.services import labels
from tracker.services.desk import OrderFile, ShipmentFile, Shop
from tracker.services.refusals import Refused
from tracker.web import desk, htmx
from tracker.web.current import portal
from tracker.web.desk import desk_route, me

from .desk_orders import open_file, to_order
from .desk_shipments import ONE

blueprint = desk.make_blueprint("desk_labels")
LABEL = ONE + "/label"
ENDINGS = {"application/pdf": "pdf", "image/png": "png"}


@desk_route(blueprint, LABEL, "staff", methods=("POST",))
def ask_label(shop: Shop, order: int, shipment: int) -> ResponseReturnValue:
    """Has the worker get the label; the order's page shows what becomes of it."""
    one = _find(open_file(shop, order), shipment)
    try:
        labels.ask(portal(), one.shipment, me().actor)
    except Refused as refused:
        flash(str(refused), "error")
    address = url_for("desk_orders.show_order", slug=shop.slug, order=order, _anchor=f"label-{shipment}")
    return redirect(address, code=303)


@desk_route(blueprint, LABEL, "staff")
def show_label(shop: Shop, order: int, shipment: int) -> ResponseReturnValue:
    """Where the label stands, for the page that waits for it; the order's page for everybody else."""
    file = open_file(shop, order)
    one = _find(file, shipment)
    if not htmx.request.wants_fragment:
        return to_order(shop, order)
    return render_template("desk/plugins/label_part.html", order=file.order, shipment=one.shipment, one=one)


@desk_route(blueprint, LABEL + "/file", "staff")
def download_label(shop: Shop, order: int, shipment: int) -> ResponseReturnValue:
    """The label as a file. It names a customer: nobody keeps it on the way, and the browser shows it in no page."""
    one = _find(open_file(shop, order), shipment)
    label = labels.read(portal(), one.shipment)
    if label is None:
        flash(_("There is no label yet. Get it first."), "error")
        return to_order(shop, order)
    ending = ENDINGS[label.content_type]
    response = Response(bytes(label.body or b""), mimetype=label.content_type)
    response.headers["Content-Disposition"] = f"attachment; filename=label-{shipment}.{ending}"
    return response


def _find(file: OrderFile, shipment: int) -> ShipmentFile:
    found = next((one for one in file.shipments if one.shipment.id == shipment), None)
    if found is None:
        abort(404)
    return found
