"""Afterwards: one press for the delivery; the carrier and a few words if wanted; all of it can be changed."""

from flask import abort, make_response, request
from flask.typing import ResponseReturnValue

from tracker.domain.ratings import LONGEST_COMMENT, STARS, read_stars
from tracker.domain.tiers import Grant
from tracker.services import concerns_pages, ratings
from tracker.services.refusals import Refused
from tracker.web import customer, customer_words
from tracker.web.current import portal
from tracker.web.customer import Visit, customer_route

blueprint = customer.make_blueprint("ratings")


@customer_route(blueprint, "/parcels/<int:shipment>/rating", Grant.RATE, methods=("GET", "POST"))
def rate(visit: Visit, shipment: int) -> ResponseReturnValue:
    """The stars and what was said. `?stars=4` of a mail marks the fourth, and nothing more: links are opened by robots.

    A POST keeps what it names, and leaves the rest as it was.
    """
    shop = visit.opened.shop.id
    parcel = ratings.find_parcel(shop, visit.opened.order, shipment)
    if parcel is None:
        if request.method == "POST" or not ratings.is_of_order(shop, visit.opened.order, shipment):
            abort(404)
        # A mail about a delivery is opened when the parcel has long gone back, too: the page says what became of it.
        return customer.go_back(visit)
    wrong: dict[str, str] = {}
    if request.method == "POST":
        form = request.form
        try:
            ratings.rate(
                portal(), parcel, delivery=_read(form.get("delivery")), carrier=_read(form.get("carrier")),
                comment=form.get("comment"),
            )  # fmt: skip
        except Refused as refused:
            wrong = {refused.field: str(refused)}
        else:
            return customer.go_back(visit, f"/parcels/{shipment}/rating", "thanks")
    sheet = concerns_pages.open_sheet(visit.opened)
    page = customer.render(
        visit, "customer/rating.html", rating=ratings.find(shop, parcel.id), wrong=wrong, stars=STARS[::-1],
        words=customer_words, offered=read_stars(request.args.get("stars", "")), longest=LONGEST_COMMENT,
        parcel=next((one for one in sheet.parcels if one.id == parcel.id), None), sheet=sheet,
        comment=request.form.get("comment"),
    )  # fmt: skip
    return make_response(page, 422 if wrong else 200)


def _read(text: str | None) -> int | None:
    """The stars of a field. What is no number of stars is 0, which is refused; no field at all says nothing."""
    return None if text is None else read_stars(text) or 0
