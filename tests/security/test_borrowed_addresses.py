"""Somebody orders under another customer's e-mail address; the shop hands them a pass to their own order."""

import json
from datetime import timedelta

import pytest

from tests.portals import make_order
from tracker.sdk import Buyer
from tracker.services import erasure, links, passes, work
from tracker.store.orders import Order
from tracker.store.outbox import Outbox
from tracker.store.preferences import Preference
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
    assert 'preferences/link"' in page
    assert 'name="when"' not in page
    assert client.post(f"/t/{token}/preferences/erase", data={"when": "now"}).status_code == 403
    work.run_outbox(portal)
    assert Order.get_by_id(victim.id).email == "ada@example.com"
    # Whoever reads the mail of that address still can.
    sent = links.issue(portal, shop.id, victim, victim.email)
    assert client.post(f"/t/{sent}/preferences/erase", data={"when": "now"}).status_code == 200
    work.run_outbox(portal)
    assert Order.get_by_id(victim.id).email == ""
    assert erasure.erase(portal, shop.id, "ada@example.com") == 0


@pytest.mark.parametrize("tier", ["account", "mail"])
def test_s04_a_borrowed_address_sees_and_changes_nobody_elses_preferences(portal, shop, app, tier):
    victim = make_order(portal, shop, "1001", buyer=Buyer("Ada Ito", "ada@example.com"))
    make_order(portal, shop, "6666", buyer=Buyer("Mallory", "ada@example.com"))
    passes.renew_key(portal, shop.id)
    token = passes.make(portal, find_shop(shop.id), "ref-6666", tier, portal.now() + timedelta(days=1))
    client, sent = app.test_client(), links.issue(portal, shop.id, victim, victim.email)
    chosen = {"only_trouble": "1", "quiet": "1", "quiet_from": "21:37", "quiet_until": "06:00", "zone": "Asia/Seoul"}
    assert client.post(f"/t/{sent}/preferences", data=chosen | {"pause": "keep"}).status_code == 303
    before = Preference.select().dicts().get()
    for path in ("/preferences", "/preferences/erase", "/unsubscribe", "/preferences/export"):
        told = client.get(f"/t/{token}{path}").text
        assert "21:37" not in told, path
        assert "selected>Asia/Seoul" not in told, path
    for path, form in (("/preferences", {"pause": "always"}), ("/unsubscribe", {"List-Unsubscribe": "One-Click"})):
        assert client.post(f"/t/{token}{path}", data=form).status_code == 403
    assert Preference.select().dicts().get() == before


def test_s04_the_link_that_opens_preferences_goes_to_the_address_on_file_and_not_without_end(portal, shop, app):
    for number in ("6666", "6667"):
        make_order(portal, shop, number, buyer=Buyer("Mallory", "ada@example.com"))
    passes.renew_key(portal, shop.id)
    ends = portal.now() + timedelta(days=1)
    tokens = [passes.make(portal, find_shop(shop.id), f"ref-{number}", "account", ends) for number in (6666, 6667)]
    client = app.test_client()
    asked = client.get(f"/t/{tokens[0]}/preferences/link")
    assert (asked.status_code, Outbox.select().count()) == (303, 0), "a mail scanner presses every link"
    answers = []
    for turn in range(8):
        portal.clock.advance(seconds=1)
        answers.append(client.post(f"/t/{tokens[turn % 2]}/preferences/link"))
    assert [one.status_code for one in answers] == [200] * 5 + [429] * 3, "counted by mailbox, whichever the order"
    assert "Look in your mailbox" in answers[0].text
    assert "ada@example.com" not in answers[0].text
    assert Outbox.select().where(Outbox.topic == "lookup-mail").count() == 5
    assert (
        client.post(f"/t/{tokens[0]}/preferences/link", headers={"Origin": "https://evil.example"}).status_code == 403
    )
