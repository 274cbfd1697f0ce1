"""Somebody orders under another customer's e-mail address; the shop hands them a pass to their own order."""

import json
from datetime import timedelta

import pytest

from tests.portals import make_order
from tracker.sdk import Buyer
from tracker.services import erasure, links, passes, work
from tracker.store.orders import Order
from tracker.store.shops import find_shop


@pytest.mark.parametrize("tier", ["account", "mail"])
def test_s04_a_borrowed_address_opens_and_erases_nobody_elses_orders(portal, shop, app, tier):
    victim = make_order(portal, shop, "1001", buyer=Buyer("Ada Ito", "ada@example.com", "010-1234-5678"))
    make_order(portal, shop, "6666", buyer=Buyer("Mallory", "ada@example.com"))
    passes.renew_key(portal, shop.id)
    token = passes.make(portal, find_shop(shop.id), "ref-6666", tier, portal.now() + timedelta(days=1))
    client = app.test_client()
    told = json.loads(client.get(f"/t/{token}/preferences/export").text)
    assert [one["number"] for one in told["orders"]] == ["6666"]
    page = client.get(f"/t/{token}/preferences/erase").text
    assert f"/s/{shop.slug}/find" in page
    assert 'name="when"' not in page
    assert client.post(f"/t/{token}/preferences/erase", data={"when": "now"}).status_code == 200
    work.run_outbox(portal)
    assert Order.get_by_id(victim.id).email == "ada@example.com"
    # Whoever reads the mail of that address still can.
    sent = links.issue(portal, shop.id, victim, victim.email)
    assert client.post(f"/t/{sent}/preferences/erase", data={"when": "now"}).status_code == 200
    work.run_outbox(portal)
    assert Order.get_by_id(victim.id).email == ""
    assert erasure.erase(portal, shop.id, "ada@example.com") == 0
