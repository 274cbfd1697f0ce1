"""Who gets where: every route of the desk × every role × every verb, generated from the URL map."""

from dataclasses import dataclass

import pytest

from tests.portals import make_order
from tracker.domain.mapping import Rule
from tracker.sdk import Milestone, Status
from tracker.services import projections, shipping
from tracker.store import concerns, imports, instructions, mapping, own_carriers, proofs, wording
from tracker.store.orders import Order
from tracker.store.shipments import Shipment
from tracker.store.shops import Shop
from tracker.web import create_app

ROLES = ("owner", "staff", "marketer")
VERBS = ("GET", "POST")
OPEN = {"desk_start.show_sign_in", "desk_start.sign_in"}


@dataclass
class Things:
    """What a shop has, to be reached for."""

    shop: Shop
    order: Order
    shipment: Shipment
    file: imports.Import
    carrier: own_carriers.OwnCarrier
    rule: mapping.MappingRule
    task: int

    def path(self, rule, slug=None):
        """The address of a route with this shop's things in it, under another shop's name where one is given."""
        values = {
            "<slug>": slug or self.shop.slug, "<int:order>": self.order.id, "<int:shipment>": self.shipment.id,
            "<int:id>": self.file.id, "<int:session>": 999, "<any(page, widget, mail):surface>": "page",
            "<plugin>": "demo", "<tier>": "mail", "<key>": "glazed", "<int:carrier>": self.carrier.id,
            "<int:rule>": self.rule.id, "<int:task>": self.task, "<int:concern>": 1, "<int:photo>": 1,
            "<any(above, below, widget, mail):slot>": "above",
            "<int:proof>": 1,
        }  # fmt: skip
        for name, value in values.items():
            rule = rule.replace(name, str(value))
        return rule


def make_things(portal, shop):
    order = make_order(portal, shop)
    shipment, _new = shipping.add_shipment(portal, shop.id, order, "manual", "P-1", carrier_name="Post", actor="test")
    row = imports.create_import(shop.id, portal.now(), name="a.csv", path="/nowhere", size=1)
    carrier = own_carriers.add_carrier(shop.id, "Van", portal.now(), url="https://van.example/{number}")
    reading = Rule("code", "equals", "XY", Status(Milestone.DELIVERED))
    mapping.write_rule(shop.id, "demo", reading, "staff:1", portal.now())
    looks = {"stage": "shipment", "milestone": "pending", "words": {"en": "Glazed"}, "colour": "#0b6b5d", "icon": "dot"}
    wording.add_status(shop.id, "glazed", portal.now(), **looks)
    times = dict.fromkeys(("created_at", "changed_at", "due_at"), portal.now())
    task = instructions.add_instruction(
        shop.id, order.id, "k", {"kind": "cancel", "state": "task", "tier": "mail"} | times
    )
    concern = concerns.add_concern(shop.id, order.id, "other", portal.now())
    remark = concerns.add_remark(shop.id, concern.id, portal.now(), by_customer=True, text="Hm")
    concerns.add_photo(shop.id, concern.id, remark.id, portal.now(), content_type="image/png", body=b"x")
    photo = proofs.Draft("photo", "d", "kept", "", "image/png", b"\x89PNG")
    proofs.add_proof(shop.id, "manual", "P-1", photo, "", portal.now())
    projections.refresh_order(portal, shop.id, order.id)
    return Things(shop, order, shipment, row, carrier, mapping.list_rules(shop.id)[0], task.id)


def desk_rules():
    """All routes of the desk, without a portal: the map is the same for every one."""
    import types

    from tests.portals import make_config

    portal = types.SimpleNamespace(config=make_config("sqlite:///x", "x"), registry=None)
    app = create_app(portal)
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/desk"):
            for verb in sorted(rule.methods & set(VERBS)):
                roles = getattr(app.view_functions[rule.endpoint], "desk_roles", None)
                yield rule.rule, verb, rule.endpoint, roles


RULES = list(desk_rules())
SHOP_RULES = [(rule, verb, roles) for rule, verb, _endpoint, roles in RULES if "<slug>" in rule]


def test_every_route_of_the_desk_stands_behind_the_gate():
    assert {endpoint for _rule, _verb, endpoint, roles in RULES if roles is None} == OPEN
    assert len(SHOP_RULES) > 20


def test_no_route_of_the_desk_takes_other_verbs(portal, shop, app):
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/desk"):
            assert rule.methods <= {"GET", "HEAD", "OPTIONS", "POST"}


def send(browser, verb, path):
    return browser.get(path) if verb == "GET" else browser.post(path)


@pytest.fixture
def things(portal, shop):
    return make_things(portal, shop)


@pytest.mark.parametrize("role", ROLES)
def test_s04_each_role_reaches_its_routes_and_no_other(portal, shop, things, enter, role):
    browser = enter(shop, role)
    for rule, verb, roles in SHOP_RULES:
        browser.get("/desk/me")
        status = send(browser, verb, things.path(rule)).status_code
        if role in roles:
            assert status in (200, 303, 422), (rule, verb, status)
        else:
            assert status == 403, (rule, verb, status)


@pytest.mark.parametrize("role", ROLES)
def test_s04_nobody_of_one_shop_finds_anything_of_another(portal, shop, other_shop, things, enter, role):
    browser = enter(other_shop, role)
    for rule, verb, roles in SHOP_RULES:
        assert send(browser, verb, things.path(rule)).status_code == 404, (rule, verb)
        if role in roles and ("<int:" in rule):
            # Their own shop's name before our shop's things.
            assert send(browser, verb, things.path(rule, other_shop.slug)).status_code == 404, (rule, verb)
    assert Shipment.get_by_id(things.shipment.id).cancelled_at is None


def test_s04_a_shipment_is_reached_through_its_own_order_only(portal, shop, things, enter):
    stranger = make_order(portal, shop, "1002")
    browser = enter(shop, "staff")
    path = f"/desk/demo/orders/{stranger.id}/shipments/{things.shipment.id}"
    assert [
        send(browser, verb, f"{path}/{what}").status_code for what in ("edit", "cancel", "say") for verb in VERBS
    ] == [404] * 6


def test_strangers_are_asked_to_sign_in_everywhere(shop, things, browse):
    browser = browse()
    for rule, verb, endpoint, _roles in RULES:
        if endpoint not in OPEN:
            browser.get("/desk/sign-in")
            response = send(browser, verb, things.path(rule))
            assert response.status_code == 303, (rule, verb)
            assert response.headers["Location"].startswith("/desk/sign-in")
    assert Shipment.get_by_id(things.shipment.id).cancelled_at is None


def test_a_fragment_for_somebody_signed_out_moves_the_whole_page(shop, browse):
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    response = browse().get("/desk/demo/orders", headers=headers)
    assert (response.status_code, response.headers["HX-Redirect"]) == (200, "/desk/sign-in")


POSTS = [(rule, roles) for rule, verb, roles in SHOP_RULES if verb == "POST"]


def attempts(browser, stranger_token):
    """Ways to send a form that this sign-in never asked for."""
    yield {"data": {}}
    yield {"data": {"csrf_token": stranger_token}}
    yield {"data": {"csrf_token": browser.token[:-2] + "xx"}}
    yield {"data": '{"csrf_token": "x"}', "content_type": "text/plain"}
    yield {"data": {}, "headers": {"Origin": "https://evil.example"}}


def test_s17_no_form_counts_without_the_token_of_its_sign_in(shop, things, enter):
    browser, stranger = enter(shop, "owner"), enter(shop, "staff")
    for rule, _roles in POSTS:
        for attempt in attempts(browser, stranger.token):
            response = browser.client.post(things.path(rule), **attempt)
            assert response.status_code == 403, (rule, attempt, response.status_code)


def test_s17_a_token_from_before_the_sign_in_counts_no_more(shop, things, enter, browse):
    browser = enter(shop, "owner")
    anonymous = browse()
    anonymous.get("/desk/sign-in")
    session = anonymous.client.get_cookie("tracker").value
    browser.client.set_cookie("tracker", session)
    response = browser.client.post(
        f"/desk/demo/orders/{things.order.id}/mark", data={"csrf_token": anonymous.token, "milestone": "packed"}
    )
    assert response.status_code == 403
    assert Order.get_by_id(things.order.id).milestone == "confirmed"


def test_s17_signing_in_takes_a_token_too(shop, browse):
    assert browse().client.post("/desk/sign-in", data={"email": "a", "password": "b"}).status_code == 403


def test_staff_pages_are_kept_by_nobody_and_framed_by_nobody(shop, things, enter):
    browser = enter(shop, "owner")
    for rule, verb, _roles in SHOP_RULES:
        if verb == "GET" and "preview" not in rule:
            headers = browser.get(things.path(rule)).headers
            assert headers["Cache-Control"] == "no-store", rule
            assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
            assert "unsafe" not in headers["Content-Security-Policy"]
            assert headers["X-Frame-Options"] == "DENY"


def test_marketers_see_nothing_of_customers(portal, shop, things, enter):
    browser = enter(shop, "marketer")
    for rule, verb, roles in SHOP_RULES:
        if verb == "GET" and "marketer" in roles:
            text = browser.get(things.path(rule)).get_data(as_text=True)
            assert "ada@example.com" not in text, rule
            assert "Ada Ito" not in text, rule
