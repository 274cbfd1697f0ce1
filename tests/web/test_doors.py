"""What each tier may do: every door below an order's page × every tier × verb, generated from the URL map."""

import pytest
from werkzeug.routing import IntegerConverter

from tests.conftest import Clock
from tests.portals import make_order, make_shop, scan
from tracker.domain.tiers import ALL, Grant, Tier, see
from tracker.services import links
from tracker.store.shipments import Shipment
from tracker.store.shops import write_shop

BELOW = "/t/<token>/"


def doors(app):
    """Each door: its rule, verb and grant."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(BELOW):
            for verb in sorted(rule.methods & {"GET", "POST"}):
                yield rule, verb, app.view_functions[rule.endpoint].grant


def path_of(rule, token, shipment):
    """The address of a door, of this shipment where it is about one."""
    path = rule.rule.replace("<token>", token)
    for name, converter in rule._converters.items():
        value = str(shipment if name == "shipment" else 1) if isinstance(converter, IntegerConverter) else "x"
        items = getattr(converter, "items", None)
        for spelt in [part for part in path.split("/") if part.startswith("<") and part.rstrip(">").endswith(name)]:
            path = path.replace(spelt, min(items) if items else value)
    return path


@pytest.fixture
def parcel(order, send):
    send(order, scan("delivered", "2026-03-02T08:31"))
    return Shipment.get()


def test_every_door_below_a_page_says_which_grant_opens_it(app):
    found = list(doors(app))
    assert len(found) > 5
    assert {verb for _rule, verb, _grant in found} == {"GET", "POST"}
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(BELOW):
            assert rule.methods <= {"GET", "HEAD", "OPTIONS", "POST"}


@pytest.mark.parametrize("tier", Tier)
def test_each_tier_opens_the_doors_of_its_grants_and_no_other(
    portal, shop, app, client, order, link, parcel, clock: Clock, tier
):
    path = link(order, tier=tier)
    for rule, verb, grant in doors(app):
        clock.advance(hours=1)
        status = client.open(path_of(rule, path[3:], parcel.id), method=verb).status_code
        if grant is None or grant in see(tier):
            assert status < 500, (rule.rule, verb, tier, status)
            assert status != 403, (rule.rule, verb, tier)
        else:
            assert status == 403, (rule.rule, verb, tier, status)


def test_what_the_shop_takes_away_is_shut_at_once(portal, shop, app, client, order, link, parcel, clock: Clock):
    path = link(order, tier="account")
    for rule, verb, grant in doors(app):
        if grant not in (None, Grant.PREFERENCES):
            clock.advance(hours=1)
            write_shop(shop.id, {"tiers": {"account": [str(one) for one in ALL - {grant}]}})
            assert client.open(path_of(rule, path[3:], parcel.id), method=verb).status_code == 403, (rule.rule, verb)


def test_s04_no_door_leads_to_another_orders_parcel(portal, shop, app, client, order, link, parcel, clock: Clock):
    mine = make_order(portal, shop, "1002")
    theirs = make_order(portal, make_shop(portal, "other"), "1003")
    other = links.issue(portal, theirs.shop_id, theirs, "a@example.com", "account")
    for token in (link(mine, tier="account")[3:], other):
        for rule, verb, _grant in doors(app):
            if "shipment" in rule._converters:
                clock.advance(hours=1)
                assert client.open(path_of(rule, token, parcel.id), method=verb).status_code == 404, (rule.rule, verb)


def test_s01_a_dead_token_opens_no_door(app, client, parcel):
    for rule, verb, _grant in doors(app):
        links._waiting.clear()
        assert client.open(path_of(rule, "A" * 32, parcel.id), method=verb).status_code in (404, 429), (rule.rule, verb)


def test_s17_no_other_site_can_send_a_form(app, client, order, link, parcel):
    path = link(order, tier="account")
    for rule, verb, _grant in doors(app):
        if verb == "POST":
            for said in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
                response = client.post(path_of(rule, path[3:], parcel.id), headers=said)
                assert response.status_code == 403, rule.rule


def test_s04_whoever_has_a_shared_link_cannot_use_up_the_customers_hour(app, client, order, link, parcel):
    shared, own = link(order, tier="shared"), link(order)
    for rule, verb, grant in doors(app):
        for _ in range(20 if verb == "POST" and grant else 0):
            assert client.post(path_of(rule, shared[3:], parcel.id)).status_code in (403, 429)
    assert client.post(f"{own}/unsubscribe", data={"List-Unsubscribe": "One-Click"}).status_code == 200


def test_s01_passes_that_open_nothing_are_counted_as_guesses(client, order):
    statuses = [client.get(f"/t/demo~{order.ref}~account~1772445600~{index:064x}").status_code for index in range(33)]
    assert statuses == [404] * links.MOST_MISSES + [429] * 3
