"""Passing an order's page on: a link of the lowest tier, made, shown and ended by the customer."""

from flask.typing import ResponseReturnValue

from tracker.domain.tiers import Grant
from tracker.services import sharing
from tracker.web.current import portal
from tracker.web.customer import Visit, customer_route, go_back, make_blueprint, render

blueprint = make_blueprint("share")


@customer_route(blueprint, "/share", Grant.SHARE)
def show_share(visit: Visit) -> ResponseReturnValue:
    """What a shared link shows, and the link where there is one."""
    return render(visit, "customer/share.html", address=sharing.find_shared(portal(), visit.opened), fresh=False)


@customer_route(blueprint, "/share", Grant.SHARE, methods=("POST",))
def make_share(visit: Visit) -> ResponseReturnValue:
    """Makes the link and shows it."""
    return render(visit, "customer/share.html", address=sharing.share(portal(), visit.opened), fresh=True)


@customer_route(blueprint, "/share/end", Grant.SHARE, methods=("POST",))
def end_share(visit: Visit) -> ResponseReturnValue:
    """Ends the link: whoever has it finds nothing any more."""
    sharing.end_shared(portal(), visit.opened)
    return go_back(visit, "/share")
