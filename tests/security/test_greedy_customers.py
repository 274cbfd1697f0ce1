"""A customer with time: what one order's page can make the portal keep, send and ask is bounded."""

from tests.portals import make_order
from tracker.domain.instructions import MOST
from tracker.services import links
from tracker.store.audit import load_audit
from tracker.store.instructions import Instruction


def press(app, path, **data):
    return app.test_client().post(path, data=data).status_code


def test_s28_wishes_over_wishes_end(portal, shop, app, clock):
    order = make_order(portal, shop)
    path = f"/t/{links.issue(portal, shop.id, order, order.email)}/change"
    for count in range(MOST + 5):
        clock.advance(minutes=10)
        said = press(app, path, kind="cancel", key=f"{count:032x}")
        assert said == (303 if count < MOST else 409), count
    assert Instruction.select().count() == MOST
    assert press(app, path, kind="cancel", key=f"{MOST - 1:032x}") == 303, "pressed twice is asked once"


def test_s28_an_orders_page_takes_so_much_a_day_and_no_more(portal, shop, app, clock):
    order = make_order(portal, shop)
    path = f"/t/{links.issue(portal, shop.id, order, order.email)}/share"
    said = []
    for _hour in range(5):
        for _ in range(30):
            said += [press(app, path), press(app, f"{path}/end")]
        clock.advance(hours=1)
    assert said.count(429) == 100
    assert len(load_audit(shop.id, f"order:{order.id}")) < 210
    clock.advance(hours=24)
    assert press(app, path) == 200
