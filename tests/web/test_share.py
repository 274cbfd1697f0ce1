"""Sharing an order's page, and the portal's own front page."""

import re

from tests.portals import make_order, scan
from tracker.services import links
from tracker.store.audit import load_audit
from tracker.store.links import Link
from tracker.store.preferences import Preference

FIELD = re.compile(r'<input id="address"[^>]* value="http://localhost:8000(/t/[^"]+)"')


def test_a_customer_makes_shows_and_ends_the_link_to_share(portal, shop, client, order, link):
    page = link(order)
    before = client.get(f"{page}/share")
    assert before.status_code == 200
    assert "no-store" in before.headers["Cache-Control"]
    assert before.headers["X-Frame-Options"] == "DENY"
    assert not FIELD.search(before.text)
    assert Link.select().where(Link.tier == "shared").count() == 0
    made = FIELD.search(client.post(f"{page}/share").text)[1]
    assert FIELD.search(client.get(f"{page}/share").text)[1] == made
    assert FIELD.search(client.post(f"{page}/share").text)[1] == made
    assert links.follow(portal, made[3:]).tier == "shared"
    ended = client.post(f"{page}/share/end?lang=ko")
    assert (ended.status_code, ended.location) == (303, f"{page}/share?lang=ko")
    client.post(f"{page}/share/end")
    assert client.get(made).status_code == 404
    assert client.get(page).status_code == 200
    assert FIELD.search(client.post(f"{page}/share").text)[1] != made
    entries = [(one.actor, one.action) for one in load_audit(shop.id, f"order:{order.id}") if "share" in one.action]
    assert entries == [("customer", "shared"), ("customer", "share-ended"), ("customer", "shared")]


def test_s16_a_shared_link_shares_no_further_and_shows_how_far_it_is_and_nothing_else(client, order, link, send):
    send(order, scan("in_transit", "2026-03-02T08:31", text="Left the hub", place="Secretville"))
    shared = FIELD.search(client.post(f"{link(order)}/share").text)[1]
    assert client.get(f"{shared}/share").status_code == 403
    assert client.post(f"{shared}/share").status_code == 403
    assert client.post(f"{shared}/share/end").status_code == 403
    assert client.get(shared).status_code == 200
    page = client.get(shared).text
    for secret in ("Secretville", "1Z12345E0291980793", "Left the hub", "08:31", "Green tea", "ada@example.com", "Ada"):
        assert secret not in page
    assert client.get(shared.replace("/t/", "/embed/")).status_code == 200
    # Which language they have chosen is theirs alone, too.
    Preference.create(shop=order.shop_id, email=order.email, locale="ko", changed_at=order.placed_at)
    assert ['lang="ko"' in client.get(path).text.partition("<body")[0] for path in (link(order), shared)] == [
        True,
        False,
    ]


def test_ending_a_shared_link_ends_no_other(portal, shop, client, link):
    # An order without an e-mail address has links whose recipient is as empty as that of a shared one.
    order = make_order(portal, shop, "1003")
    mailed = f"/t/{links.issue(portal, shop.id, order, '', 'mail')}"
    client.post(f"{mailed}/share")
    client.post(f"{mailed}/share/end")
    assert client.get(mailed).status_code == 200


def test_s01_the_front_page_names_no_shop_and_leads_staff_in(shop, client):
    response = client.get("/")
    assert response.status_code == 200
    assert 'href="/desk/sign-in"' in response.text
    assert shop.name not in response.text
    assert "Set-Cookie" not in response.headers
