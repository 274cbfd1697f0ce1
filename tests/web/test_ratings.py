"""Afterwards: one press rates a delivery, and nothing but a press does."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.portals import make_order, scan
from tests.web.reading import Reader
from tracker.services import ratings
from tracker.services.portal import Portal
from tracker.store.audit import load_audit
from tracker.store.orders import Order, find_order
from tracker.store.ratings import Rating
from tracker.store.shops import Shop

ARRIVED = scan("delivered", "2026-03-02T16:00")
Link = Callable[..., str]


@pytest.fixture
def place(order: Order, send: Any, link: Link) -> str:
    """Where the only parcel of an order is rated; it has arrived."""
    send(order, ARRIVED)
    return f"{link(order)}/parcels/1/rating"


def stars() -> list[tuple[int | None, int | None, str]]:
    return [(row.delivery_stars, row.carrier_stars, row.comment) for row in Rating.select()]


def test_one_press_is_enough_and_the_rest_can_follow_and_change(
    client: FlaskClient, shop: Shop, order: Order, place: str
) -> None:
    page = Reader(client.get(place).text)
    assert [one["value"] for _tag, one in page.find(name="delivery")] == ["5", "4", "3", "2", "1"]
    assert "4 of 5: Good" in page.text
    assert not page.find(name="comment")
    assert client.post(place, data={"delivery": "4"}).status_code == 303
    page = Reader(client.get(place).text)
    assert "Thank you. You said: 4 of 5, Good." in page.text
    assert [one["value"] for _tag, one in page.find(aria_pressed="true")] == ["4"]
    assert client.post(place, data={"carrier": "2", "comment": "Wet, but\r\n\r\n\r\n\r\nquick"}).status_code == 303
    for _time in range(2):
        assert client.post(place, data={"delivery": "5"}).status_code == 303
    said = [(one.body["delivery"], one.body["carrier"]) for one in load_audit(shop.id, "shipment:1", "rated")]
    assert said == [(4, None), (4, 2), (5, 2)], "what is said again is no entry"
    assert stars() == [(5, 2, "Wet, but\n\nquick")]
    row = find_order(shop.id, order.id)
    assert row
    assert row.view["parcels"][0]["rating"] == {"delivery": 5, "carrier": 2}


def test_stars_are_not_shown_to_those_a_link_was_passed_on_to(
    client: FlaskClient, order: Order, place: str, link: Link
) -> None:
    client.post(place, data={"delivery": "5"})
    assert "you gave it 5 of 5" in Reader(client.get(link(order)).text).text
    assert "you gave it" not in Reader(client.get(link(order, tier="shared")).text).text


def test_s18_a_link_in_a_mail_marks_stars_and_gives_none(client: FlaskClient, place: str) -> None:
    for verb in ("GET", "HEAD"):
        assert client.open(f"{place}?stars=4&delivery=4", method=verb).status_code == 200
    assert stars() == []
    assert "You chose 4 of 5: Good. Send it?" in client.get(f"{place}?stars=4").text
    for odd in ("9", "0", "x", "４", ""):
        assert "Send it?" not in client.get(place, query_string={"stars": odd}).text


def test_s17_no_other_site_rates(client: FlaskClient, place: str) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert client.post(place, data={"delivery": "1"}, headers=headers).status_code == 403
    assert stars() == []


def test_only_parcels_of_this_order_that_have_arrived_are_rated(
    client: FlaskClient, portal: Portal, shop: Shop, order: Order, send: Any, link: Link, place: str
) -> None:
    send(order, scan("in_transit"), number="1Z999AA10123456784")
    stranger = make_order(portal, shop, "1002")
    send(order, scan("delivered", "2026-03-02T16:00", reason="presumed"), number="1Z999AA10123456785")
    rated = (f"{link(order)}/parcels/2/rating", f"{link(order)}/parcels/3/rating")
    for path in (*rated, f"{link(stranger)}/parcels/1/rating"):
        # The link of a mail is opened after a return, too; then the page says what became of the parcel.
        shown = client.get(path)
        assert (shown.status_code, shown.location) == ((303, link(order)) if path in rated else (404, None))
        assert client.post(path, data={"delivery": "1"}).status_code == 404
    assert client.get(f"{link(order, tier='shared')}/parcels/1/rating").status_code == 403
    half = {"delivery": "x", "carrier": "2"}
    long = {"comment": "x" * 1001, "carrier": "1"}
    for data in ({"delivery": "6"}, {"delivery": ""}, {"carrier": "-1"}, {}, half, long):
        assert client.post(place, data=data).status_code == 422, data
    assert stars() == []


def test_words_are_text_and_go_when_they_are_forgotten_while_stars_stay(
    client: FlaskClient, shop: Shop, order: Order, place: str
) -> None:
    client.post(place, data={"delivery": "1", "comment": "<b hx-get='/x'>Canary</b>"})
    assert "&lt;b hx-get=" in client.get(place).text
    entry = load_audit(shop.id, "shipment:1")[-1]
    assert (entry.actor, entry.action, entry.body["delivery"]) == ("customer", "rated", 1)
    assert "Canary" not in str(entry.body)
    ratings.forget(shop.id, order.id)
    assert stars() == [(1, None, "")]
    assert Rating.get().salt == ""
