"""Proofs of delivery as the holder of a link may see them."""

from flask import abort, make_response
from flask.typing import ResponseReturnValue

from tracker.domain.tiers import Grant
from tracker.services import proofs
from tracker.web import customer, pictures
from tracker.web.customer import Visit, customer_route

blueprint = customer.make_blueprint("proofs")
GRANTS = {"photo": Grant.PHOTO, "signature": Grant.SIGNATURE}


@customer_route(blueprint, "/parcels/<int:shipment>/proofs/<int:proof>", None)
def show_proof(visit: Visit, shipment: int, proof: int) -> ResponseReturnValue:
    """The picture of a proof that the page shows of this very parcel."""
    found = proofs.read(visit.opened.shop.id, visit.opened.order, shipment, proof)
    if found is None:
        abort(404)
    if GRANTS[found.kind] not in visit.opened.sight:
        return make_response(customer.render(visit, "pages/not_granted.html"), 403)
    return pictures.send(found.body, found.content_type, found.kind)
