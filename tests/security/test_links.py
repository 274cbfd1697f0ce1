"""Links that should have ended: of a customer whose address was wrong, of an order that is gone."""

from tests.portals import make_order
from tracker.sdk import Buyer, OrderDeleted
from tracker.services import links, orders


def readdress(portal, shop, clock, email):
    clock.advance(minutes=5)
    return make_order(portal, shop, buyer=Buyer(name="Ada Ito", email=email, locale="en"))


def test_s01_a_link_ends_when_the_store_corrects_whom_the_order_belongs_to(portal, shop, clock):
    order = make_order(portal, shop)
    stranger = links.issue(portal, shop.id, order, order.email)
    shared = links.issue(portal, shop.id, order, "", "shared")
    order = readdress(portal, shop, clock, "ada@right.example")
    customer = links.issue(portal, shop.id, order, order.email)
    readdress(portal, shop, clock, "ada@right.example")
    assert links.follow(portal, stranger) is None
    assert links.follow(portal, customer)
    assert links.follow(portal, shared)


def test_s01_no_other_orders_links_end_with_it(portal, shop, clock):
    other = make_order(portal, shop, "1002")
    token = links.issue(portal, shop.id, other, other.email)
    make_order(portal, shop)
    readdress(portal, shop, clock, "ada@right.example")
    assert links.follow(portal, token)


def test_s06_what_was_said_before_a_deletion_opens_no_page_again(portal, shop, clock):
    order = make_order(portal, shop)
    token, said = links.issue(portal, shop.id, order, order.email), {"changed_at": order.changed_at}
    orders.accept(portal, shop.id, "woocommerce", OrderDeleted(order.ref))
    make_order(portal, shop, placed_at=order.placed_at, **said)
    assert links.follow(portal, token) is None
    clock.advance(minutes=5)
    make_order(portal, shop)
    assert links.follow(portal, token)
