"""Ratings in the desk: what each carrier's deliveries were given, month by month, and the newest words."""

from babel.dates import format_skeleton
from flask import render_template
from flask.typing import ResponseReturnValue

from tracker.domain.ratings import FEW, STARS
from tracker.i18n import current_locale, formats
from tracker.services import ratings
from tracker.services.desk import Shop
from tracker.web import desk
from tracker.web.current import portal
from tracker.web.desk import desk_route

blueprint = desk.make_blueprint("desk_ratings")


@desk_route(blueprint, "/ratings", "staff")
def list_ratings(shop: Shop) -> ResponseReturnValue:
    """All carriers with their ratings."""
    found = ratings.scores(portal(), shop.id)
    return render_template(
        "desk/ratings.html",
        scores=list(found.values()),
        months=ratings.months(portal(), shop),
        comments=ratings.newest(shop.id),
        names={carrier: one.name for carrier, one in found.items()},
        few=FEW,
        stars=STARS[::-1],
        decimal=lambda number: formats.format_number(round(number, 1)),
        month_name=lambda begins: format_skeleton("yMMMM", begins, locale=current_locale()),
    )
