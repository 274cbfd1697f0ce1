"""The page of preferences: who may see it, what it keeps, what it refuses, and that looking changes nothing."""

import json
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.portals import make_order, make_shop, scan
from tracker.sdk import Buyer
from tracker.services import links, preferences
from tracker.services.portal import Portal
from tracker.store.orders import Order
from tracker.store.outbox import Outbox
from tracker.store.preferences import Preference, find_preference
from tracker.store.shops import Shop

Link = Callable[..., str]
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
WHOLE = {
    "channel-shipped": "none", "channel-delivered": "email", "locale": "ko", "only_trouble": "1", "quiet": "1",
    "quiet_from": "21:30", "quiet_until": "06:45", "zone": "Europe/Berlin", "pause": "7",
}  # fmt: skip


def kept(shop: Shop) -> Preference | None:
    return find_preference(shop.id, "ada@example.com")


def test_a_customer_chooses_without_an_account_and_sees_it_again(
    client: FlaskClient, portal: Portal, shop: Shop, order: Order, link: Link
) -> None:
    path = f"{link(order)}/preferences"
    page = client.get(path).text
    for piece in ("It could not be delivered", "Only when something is wrong", "Europe/Berlin", "a•••@e•••.com"):
        assert piece in page
    assert "ada@example.com" not in page
    answer = client.post(path, data=WHOLE)
    assert (answer.status_code, answer.location) == (303, f"{path}#saved")
    row = kept(shop)
    assert row is not None
    assert row.channels == {"shipped": "", "delivered": "email"}
    assert (row.locale, row.only_trouble, row.zone) == ("ko", True, "Europe/Berlin")
    assert (row.quiet_from, row.quiet_until, (row.paused_until - portal.now()).days) == ("21:30", "06:45", 7)
    korean = client.get(path).text
    assert '<html lang="ko"' in korean
    assert 'value="21:30"' in korean
    assert '<option value="none" selected>' in korean
    client.post(path, data={"pause": "off"})
    row = kept(shop)
    assert row is not None
    assert (row.channels, row.locale, row.quiet_from, row.paused_until, row.only_trouble) == ({}, "", "", None, False)


def test_what_is_wrong_is_said_beside_what_was_typed(client: FlaskClient, shop: Shop, order: Order, link: Link) -> None:
    path = f"{link(order)}/preferences"
    cases = [
        {"channel-shipped": "pigeon"}, {"pause": "999999"}, {"quiet_from": "25:00"}, {"quiet_until": "0700"},
        {"quiet_until": "21:30"}, {"zone": "../../etc/passwd"}, {"zone": "Moon/Base"}, {"quiet_from": "２１:30"},
        {"quiet_from": "21:30\n"},
    ]  # fmt: skip
    for case in cases:
        answer = client.post(path, data={**WHOLE, **case})
        expected = 303 if case == {"quiet_from": "21:30\n"} else 422
        assert answer.status_code == expected, case
        assert kept(shop) is None or expected == 303
    answer = client.post(path, data={**WHOLE, "zone": "<script>alert(1)</script>", "quiet_from": '"><b>'})
    assert "<script>alert" not in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert client.post(path, data={"locale": "xx-" + "y" * 5000, "channel-" + "z" * 999: "q"}).status_code == 303
    row = kept(shop)
    assert row is not None
    assert (row.locale, row.channels) == ("", {})


def test_nobody_gets_there_with_a_link_that_was_passed_on_or_is_anothers(
    client: FlaskClient, portal: Portal, shop: Shop, order: Order, link: Link
) -> None:
    shared, other = link(order, tier="shared"), make_shop(portal, "other")
    stranger = make_order(portal, other)
    for path in ("/preferences", "/preferences/export", "/preferences/erase", "/unsubscribe"):
        assert client.get(shared + path).status_code == 403
        assert client.post(shared + path, data=ONE_CLICK).status_code in (403, 405)
        assert client.get(f"/t/{'x' * 32}{path}").status_code == 404
    token = links.issue(portal, other.id, stranger, stranger.email)
    client.post(f"/t/{token}/preferences", data=WHOLE)
    client.post(f"/t/{token}/unsubscribe", data=ONE_CLICK)
    assert kept(shop) is None, "the same address in another shop is another customer"
    foreign = client.post(f"{link(order)}/preferences", data=WHOLE, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403
    assert kept(shop) is None


def test_s18_looking_changes_nothing(client: FlaskClient, shop: Shop, order: Order, link: Link) -> None:
    before = Order.get_by_id(order.id).version, Outbox.select().count()
    for path in ("/preferences", "/preferences/export", "/preferences/erase", "/unsubscribe"):
        for query in ("", "?when=now&List-Unsubscribe=One-Click&channel-shipped=none"):
            for method in (client.get, client.head):
                answer = method(link(order) + path + query, headers={"Sec-Purpose": "prefetch"})
                assert answer.status_code == 200
                assert answer.headers["Cache-Control"] == "no-store"
    assert client.post(f"{link(order)}/preferences/export").status_code == 405
    assert (Order.get_by_id(order.id).version, Outbox.select().count()) == before
    assert kept(shop) is None


def test_s19_one_click_ends_the_news_of_one_person_in_one_shop(
    client: FlaskClient, shop: Shop, order: Order, link: Link, portal: Portal
) -> None:
    kim = make_order(portal, shop, "2", buyer=Buyer(email="kim@example.com"))
    path = f"{link(order)}/unsubscribe"
    for body in (None, {}, {"List-Unsubscribe": "Two-Clicks"}, {"x": "y"}):
        assert client.post(path, data=body).status_code == 400
    assert client.post(path, json=ONE_CLICK).status_code == 400
    assert kept(shop) is None
    client.set_cookie("tracker", "whatever")
    for _again in range(2):
        assert client.post(path, data=ONE_CLICK).status_code == 200
    row = kept(shop)
    assert row is not None
    wishes = preferences.find(shop.id, "ada@example.com")
    assert preferences.is_unsubscribed(wishes)
    assert "answer" not in wishes.channels, "what they ask is answered still"
    assert find_preference(shop.id, kim.email) is None
    assert client.post(f"/t/{'x' * 32}/unsubscribe", data=ONE_CLICK).status_code == 404


def test_what_is_kept_can_be_taken_along(
    client: FlaskClient, portal: Portal, shop: Shop, order: Order, link: Link, send: Callable[..., None]
) -> None:
    send(order, scan("delivered"))
    make_order(portal, shop, "1002")
    answer = client.get(f"{link(order)}/preferences/export")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    told = json.loads(answer.text)
    (one,) = told["orders"]
    assert one["number"] == "1001"
    assert one["customer"]["email"] == "ada@example.com"
    assert one["parcels"][0]["scans"][0]["milestone"] in ("info_received", "picked_up", "in_transit", "delivered")
    whole = json.loads(client.get(f"{link(order, tier='account')}/preferences/export").text)
    assert [one["number"] for one in whole["orders"]] == ["1001", "1002"]


def test_before_anything_is_erased_it_is_said_what_goes(
    client: FlaskClient, portal: Portal, shop: Shop, order: Order, link: Link, send: Callable[..., None]
) -> None:
    path = f"{link(order)}/preferences/erase"
    send(order, scan("in_transit"))
    page = client.get(path).text
    for piece in ("What goes", "What stays", "Something is still to come", "Once everything has arrived"):
        assert piece in page
    assert "It happens by itself as soon as" in client.post(path, data={"when": "arrived"}).text
    assert "You asked us to erase" in client.get(f"{link(order)}/preferences").text
    assert client.post(path, data={"when": "keep"}).status_code == 303
    row = kept(shop)
    assert row is not None
    assert row.erasing_at is None
    assert client.post(path, data={"when": "<now>"}).status_code == 200
    row = kept(shop)
    assert row is not None
    assert row.erasing_at is None
    assert "Your data is being erased" in client.post(path, data={"when": "now"}).text


@pytest.mark.parametrize("path", ["/preferences", "/preferences/erase", "/unsubscribe"])
def test_an_order_without_an_address_has_nothing_to_choose(
    client: FlaskClient, shop: Shop, order: Order, link: Link, path: str
) -> None:
    page = link(order)
    Order.update(email="").execute()
    assert client.get(page + path).status_code == 200
    assert client.post(page + path, data={**WHOLE, **ONE_CLICK, "when": "now"}).status_code == 200
    assert Preference.select().count() == 0
