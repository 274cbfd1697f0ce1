"""Put it on your site: pieces with the shop's own addresses, and the key for its owners."""

import re
from datetime import timedelta

import pytest

from tests.portals import make_order
from tracker.services import links, passes
from tracker.store.audit import load_audit
from tracker.store.shops import Shop, write_shop

PAGE, KEY = "/desk/demo/embedding", "/desk/demo/embedding/key"
_KEY = re.compile(r"TRACKER_KEY&#39;, &#39;([\w-]{43})&#39;")


def found_key(response):
    found = _KEY.search(response.get_data(as_text=True))
    return found[1] if found else ""


def test_marketers_copy_pieces_and_see_no_key(shop, enter, portal):
    key = passes.renew_key(portal, shop.id)
    browser = enter(shop, "marketer")
    text = browser.get(PAGE).get_data(as_text=True)
    for piece in (
        "http://localhost:8000/s/demo/find", "data-shop=&#34;demo&#34;", "data-token=&#34;PASS&#34;",
        "http://localhost:8000/embed/element-v1.js", "/embed/PASS/include", "/embed/PASS/mail", "frame-src",
    ):  # fmt: skip
        assert piece in text, piece
    assert key not in text
    assert KEY not in text
    for deed in ("show", "renew", "replace"):
        assert browser.post(KEY, {"deed": deed}).status_code == 403
    assert passes.show_key(portal, Shop.get_by_id(shop.id)) == key


def test_the_list_of_sites_is_shown_and_its_want_is_said(shop, enter):
    browser = enter(shop, "marketer")
    assert "None yet" in browser.get(PAGE).get_data(as_text=True)
    write_shop(shop.id, {"origins": ["https://lantern.example"]})
    assert "https://lantern.example" in browser.get(PAGE).get_data(as_text=True)


def test_an_owner_makes_shows_and_renews_the_key_and_each_deed_is_kept(shop, enter, portal, clock):
    browser = enter(shop)
    order = make_order(portal, shop)
    browser.get(PAGE)
    assert browser.post(KEY, {"deed": "show"}).status_code == 200
    assert browser.post(KEY, {"deed": "renew"}).status_code == 303
    assert found_key(browser.get(PAGE)) == ""
    first = found_key(browser.post(KEY, {"deed": "show"}))
    assert first

    def opens():
        told = f"demo~{order.ref}~account~{int((clock.now + timedelta(hours=1)).timestamp())}"
        return links.follow(portal, f"{told}~{passes._sign(first, told.encode())}") is not None

    assert opens()
    browser.post(KEY, {"deed": "renew"})
    second = found_key(browser.post(KEY, {"deed": "show"}))
    assert second != first
    assert opens()
    clock.advance(hours=11)
    browser.get(PAGE)
    browser.post(KEY, {"deed": "replace"})
    assert not opens()
    deeds = [(entry.action, entry.body) for entry in load_audit(shop.id, "shop")]
    assert deeds == [
        ("embed-key", {"at_once": False}), ("embed-key-shown", {}), ("embed-key", {"at_once": False}),
        ("embed-key-shown", {}), ("embed-key", {"at_once": True}),
    ]  # fmt: skip
    assert first not in str(deeds)


@pytest.mark.parametrize("word", ["embed-key", "embed-key-shown"])
def test_both_deeds_have_words(word):
    from tracker.web.desk_words import ACTIONS

    assert word in ACTIONS
