"""Delivery reports in the desk: staff can fetch one at any time."""

from flask import abort
from flask.typing import ResponseReturnValue

from tracker.services import reports
from tracker.services.staff import Shop
from tracker.web import desk
from tracker.web.current import portal
from tracker.web.desk import desk_route

from .evidence import send

blueprint = desk.make_blueprint("desk_reports")


@desk_route(blueprint, "/shipments/<int:shipment>/report.json", "staff")
def show_report(shop: Shop, shipment: int) -> ResponseReturnValue:
    """What is recorded of a shipment by now."""
    report = reports.open_report(portal(), shop.id, shipment)
    if report is None:
        abort(404)
    return send(report)
