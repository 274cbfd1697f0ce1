"""Nonsense in addresses and fields: an error page that helps, and never one that says the portal is broken."""

import pytest

from tests.desk.test_access import SHOP_RULES, make_things
from tracker.services import staff
from tracker.services.refusals import Refused
from tracker.store.kept import Rate

NUMBERS = (2**31, 2**63 - 1, 2**63, 10**26)


@pytest.fixture
def things(portal, shop):
    return make_things(portal, shop)


@pytest.mark.parametrize("number", NUMBERS)
def test_s27_a_number_that_no_row_can_have_is_not_found(portal, shop, things, enter, number):
    browser = enter(shop, "owner")
    for rule, verb, _roles in SHOP_RULES:
        for name in ("<int:order>", "<int:shipment>", "<int:id>"):
            if name in rule:
                path = things.path(rule.replace(name, str(number)))
                send = browser.get if verb == "GET" else browser.post
                assert send(path).status_code in (404, 405), (verb, path)
    assert browser.post(f"/desk/me/sessions/{number}/end").status_code == 404


def test_s11_a_nul_in_an_address_is_not_found(portal, shop, things, enter):
    browser = enter(shop, "owner")
    for path in ("/desk/%00/orders", "/desk/de%00mo/imports", "/s/%00/find", "/t/%00", "/embed/%00", "/static/%00.css"):
        assert browser.get(path).status_code == 404, path


FORMS = {
    "/desk/sign-in": {"email": "a\0@b.example", "password": "\0" * 12, "next": "/desk/\0"},
    "/desk/me/language": {"locale": "\0"},
    "/desk/demo/look/details": {"name": "a\0b", "support_phone": "\0", "support_email": "a\0@b.example", "zone": "\0"},
    "/desk/demo/look/theme": {"accent": "\0", "font": "\0"},
    "/desk/demo/look/offer": {"block": "offer", "offer-title": "a\0b", "offer-text": "\0", "surface": "\0"},
    "/desk/demo/orders/{order}/mark": {"milestone": "\0"},
    "/desk/demo/orders/{order}/shipments/new": {
        "carrier": "manual", "carrier_name": "a\0b", "number": "N\0" "1", "url": "https://a.example/\0", "keep": "1",
        "line-1": "1\0", "location": "\0", "shipped_at": "2026-03-02T09:00\0",
    },
    "/desk/demo/orders/{order}/shipments/{shipment}/say": {"milestone": "in_transit", "text": "a\0b", "place": "\0"},
    "/s/demo/find": {"number": "1\0" "1", "proof": "a\0@b.example"},
}  # fmt: skip


@pytest.mark.parametrize("path", FORMS)
def test_s11_a_nul_in_a_field_breaks_nothing(portal, shop, things, enter, path):
    browser = enter(shop, "owner")
    path, given = path.format(order=things.order.id, shipment=things.shipment.id), FORMS[path]
    assert browser.post(path, given).status_code < 500
    for name, value in given.items():
        assert browser.post(path, {name: value}).status_code < 500, name


def test_s11_what_is_searched_for_may_be_anything(portal, shop, things, enter):
    browser = enter(shop, "staff")
    for text in ("\0", "a\0b", "%", "_", "'", '"', "\\", "💥" * 50, "\u202e", "x" * 5000):
        for name in ("q", "state", "milestone", "shipment", "before", "after", "lang"):
            assert browser.get("/desk/demo/orders", query_string={name: text}).status_code == 200, (name, text)


def test_a_person_named_with_a_nul_is_refused_by_field(portal):
    with pytest.raises(Refused):
        staff.create(portal, "a\0@b.example", "a long enough password")


def test_s34_a_network_of_addresses_counts_as_one_and_none_is_kept(portal, clock, monkeypatch):
    monkeypatch.setattr(staff, "PER_ADDRESS", 3)

    def attempt(number: int) -> None:
        staff.sign_in(portal, f"nobody{number}@a.example", "a long enough password", f"2001:db8:1:2::{number:x}")

    for number in range(3):
        with pytest.raises(staff.Wrong):
            attempt(number)
    with pytest.raises(staff.TooMany):
        attempt(99)
    assert not [rate.name for rate in Rate.select() if "2001" in rate.name]


@pytest.mark.parametrize("path", ["/desk/demo/imports", "/desk/demo/look/logo", "/desk/sign-in", "/s/demo/find"])
@pytest.mark.parametrize("boundary", ["", "x"])
def test_s28_a_flood_of_fields_is_refused_unread(shop, browse, path, boundary):
    part = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n'
    body = part + b"b" * 300_000 + b"\r\n--x--\r\n" if boundary else b"a=1&" * 20_000
    kind = f"multipart/form-data; boundary={boundary}" if boundary else "application/x-www-form-urlencoded"
    assert browse().client.post(path, data=body, content_type=kind).status_code == 413
