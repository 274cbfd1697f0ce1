"""A parcel's delivery report, as a file for its customer."""

from flask import Response, abort, make_response
from flask.typing import ResponseReturnValue

from tracker.domain.tiers import Grant
from tracker.services import reports
from tracker.services.reports import Report
from tracker.web.current import portal
from tracker.web.customer import Visit, customer_route, make_blueprint, render

blueprint = make_blueprint("evidence")


@customer_route(blueprint, "/parcels/<int:shipment>/report.json", Grant.REPORT)
def show_report(visit: Visit, shipment: int) -> ResponseReturnValue:
    """The report once the parcel's way has ended; until then, and where it holds strangers' scans, a page says why."""
    report = reports.open_report(portal(), visit.opened.shop.id, shipment, visit.opened.order)
    if report is None:
        abort(404)
    if not (report.complete and report.own):
        return make_response(render(visit, "customer/report.html", early=not report.complete), 404)
    return send(report)


def send(report: Report) -> Response:
    """A report as a file to keep."""
    response = Response(report.body, mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{report.name}"'
    return response
