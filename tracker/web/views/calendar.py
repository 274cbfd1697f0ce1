"""The window of a parcel as a file for its customer's calendar."""

from flask import Response, abort
from flask.typing import ResponseReturnValue

from tracker.domain.tiers import Grant
from tracker.services import calendars
from tracker.web import customer
from tracker.web.current import portal
from tracker.web.customer import Visit, customer_route

blueprint = customer.make_blueprint("calendar")


@customer_route(blueprint, "/parcels/<int:shipment>/window.ics", Grant.HOURS)
def show(visit: Visit, shipment: int) -> ResponseReturnValue:
    """The entry, to be saved or opened."""
    written = calendars.write_window(portal(), visit.opened, shipment)
    if written is None:
        abort(404)
    response = Response(written, mimetype="text/calendar")
    response.headers["Content-Disposition"] = "attachment; filename=delivery.ics"
    return response
