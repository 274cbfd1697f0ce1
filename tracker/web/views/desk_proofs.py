"""Proofs of delivery in the desk, on their order's page."""

from flask import abort
from flask.typing import ResponseReturnValue

from tracker.services import proofs
from tracker.services.desk import Shop
from tracker.web import desk, pictures
from tracker.web.desk import desk_route

from .desk_orders import open_file
from .desk_shipments import ONE

blueprint = desk.make_blueprint("desk_proofs")


@desk_route(blueprint, ONE + "/proofs/<int:proof>", "staff")
def show_proof(shop: Shop, order: int, shipment: int, proof: int) -> ResponseReturnValue:
    """The picture of a proof."""
    found = proofs.read(shop.id, open_file(shop, order).order.id, shipment, proof)
    if found is None:
        abort(404)
    return pictures.send(found.body, found.content_type, found.kind, cache="no-store")
