"""Links: who gets in, who does not, and that nobody can tell why not."""

import base64
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.conftest import Clock
from tests.portals import make_order, make_shop
from tracker.services import links
from tracker.services.portal import Portal
from tracker.store.links import Link
from tracker.store.orders import Order
from tracker.store.shops import Shop

NOWHERE = "A" * 32


def _kill(portal: Portal, shop: Shop, order: Order, how: str, clock: Clock) -> None:
    if how == "revoked":
        links.revoke(portal, shop.id, order)
    elif how == "expired":
        Link.update(expires_at=portal.now()).execute()
    elif how == "delivered long ago":
        Order.update(delivered_at=portal.now()).execute()
        clock.advance(days=91)
    elif how == "never delivered":
        clock.advance(days=401)
    elif how == "deleted":
        Order.update(deleted_at=portal.now()).execute()
    elif how == "written by hand":
        Link.update(nonce="0" * 32).execute()


@pytest.mark.parametrize(
    "how", ["revoked", "expired", "delivered long ago", "never delivered", "deleted", "written by hand"]
)
def test_s01_a_dead_link_cannot_be_told_from_one_that_never_was(
    portal: Portal, shop: Shop, order: Order, client: FlaskClient, clock: Clock, link: Callable[..., str], how: str
) -> None:
    path = link(order)
    assert client.get(path).status_code == 200
    _kill(portal, shop, order, how, clock)
    dead, never = client.get(path), client.get(f"/t/{NOWHERE}")
    assert dead.status_code == never.status_code == 404
    assert dead.data == never.data
    drop = {"X-Request-Id"}
    assert [h for h in dead.headers if h[0] not in drop] == [h for h in never.headers if h[0] not in drop]


@pytest.mark.parametrize(
    "token", ["short", "A" * 31, "A" * 33, "A" * 31 + "=", "../" * 10, "%00" * 4, "é" * 32, NOWHERE]
)
def test_s01_nonsense_for_a_token_is_not_found(client: FlaskClient, token: str) -> None:
    for path in ("/t/", "/embed/"):
        assert client.get(path + token).status_code == 404


def test_s01_an_address_that_guesses_too_often_has_to_wait_and_valid_links_still_open(
    client: FlaskClient, order: Order, link: Callable[..., str], clock: Clock
) -> None:
    statuses = [client.get(f"/t/{index:032d}").status_code for index in range(links.MOST_MISSES + 3)]
    assert statuses == [404] * links.MOST_MISSES + [429] * 3
    waiting = client.get(f"/t/{NOWHERE}")
    assert int(waiting.headers["Retry-After"]) > 0
    assert client.get(link(order)).status_code == 200
    assert client.get(f"/t/{NOWHERE}", environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 404
    clock.advance(minutes=11)
    assert client.get(f"/t/{NOWHERE}").status_code == 404


def test_s01_tokens_hold_at_least_128_bits_and_depend_on_every_bit_of_nonce_and_key(
    portal: Portal, shop: Shop, order: Order
) -> None:
    tokens = {links.issue(portal, shop.id, order, f"{index}@example.com") for index in range(300)}
    assert len(tokens) == 300
    raw = [base64.urlsafe_b64decode(token) for token in tokens]
    assert {len(one) for one in raw} == {24}
    ones = [sum(one[bit // 8] >> bit % 8 & 1 for one in raw) for bit in range(192)]
    # 300 fair coins: outside of 95..205 once in 10^10.
    assert all(95 < count < 205 for count in ones)
    assert len({row.nonce for row in Link.select()}) == 300


def test_a_link_is_printed_again_for_the_same_recipient_and_is_another_for_the_next(
    portal: Portal, shop: Shop, order: Order
) -> None:
    first = links.issue(portal, shop.id, order, "ada@example.com")
    assert links.issue(portal, shop.id, order, "ada@example.com") == first
    assert links.issue(portal, shop.id, order, "bob@example.com") != first
    assert links.issue(portal, shop.id, order, "ada@example.com", "shared") != first
    links.revoke(portal, shop.id, order, "ada@example.com")
    assert links.issue(portal, shop.id, order, "ada@example.com") != first


def test_the_database_alone_opens_no_page(portal: Portal, shop: Shop, order: Order) -> None:
    token = links.issue(portal, shop.id, order, "ada@example.com")
    row = Link.get()
    assert token not in {str(value) for value in row.__data__.values()}
    assert links.follow(portal, row.nonce) is None
    assert links.follow(portal, row.digest[:32]) is None


def test_links_outlive_a_new_key_and_end_with_the_old_one(portal: Portal, shop: Shop, order: Order) -> None:
    token = links.issue(portal, shop.id, order, "ada@example.com")
    old = portal.config.keys.get_secret_value()
    new = "k2:" + "another-key-" * 4
    portal.config = portal.config.model_copy(update={"keys": type(portal.config.keys)(f"{new},{old}")})
    assert links.follow(portal, token) is not None
    assert links.issue(portal, shop.id, order, "ada@example.com") == token
    assert links.issue(portal, shop.id, order, "bob@example.com") != token
    assert {row.key for row in Link.select()} == {"k1", "k2"}
    portal.config = portal.config.model_copy(update={"keys": type(portal.config.keys)(new)})
    assert links.follow(portal, token) is None


def test_a_link_lives_while_the_order_travels_and_ninety_days_after(
    portal: Portal, shop: Shop, order: Order, clock: Clock
) -> None:
    token = links.issue(portal, shop.id, order, "ada@example.com")
    clock.advance(days=200)
    assert links.follow(portal, token) is not None
    Order.update(delivered_at=portal.now()).execute()
    clock.advance(days=89)
    assert links.follow(portal, token) is not None
    clock.advance(days=2)
    assert links.follow(portal, token) is None


def test_an_order_delivered_long_before_its_link_was_made_can_still_be_seen(
    portal: Portal, shop: Shop, order: Order, clock: Clock
) -> None:
    Order.update(delivered_at=portal.now() - timedelta(days=300)).execute()
    token = links.issue(portal, shop.id, order, "ada@example.com")
    assert links.follow(portal, token) is not None


def test_a_link_shows_one_order_of_one_shop(portal: Portal, shop: Shop, client: FlaskClient) -> None:
    other = make_shop(portal, "other", name="Other Shop")
    mine, theirs = make_order(portal, shop, "1001"), make_order(portal, other, "2002")
    page = client.get(f"/t/{links.issue(portal, shop.id, mine, 'a@example.com')}").text
    assert "1001" in page
    assert "2002" not in page
    assert "Other Shop" not in page
    # The wrong shop's number gives a link that leads nowhere near the order.
    crossed = links.issue(portal, shop.id, theirs, "a@example.com")
    assert client.get(f"/t/{crossed}").status_code == 404


def test_addresses_come_from_the_configuration_and_from_nothing_else(portal: Portal) -> None:
    assert links.address(portal, NOWHERE) == f"http://localhost:8000/t/{NOWHERE}"
    assert links.address(portal, NOWHERE, "ko") == f"http://localhost:8000/t/{NOWHERE}?lang=ko"
