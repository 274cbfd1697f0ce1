"""What a shared link tells by what it does not show."""

import pytest

from tests.portals import make_order
from tracker.services import links, settings
from tracker.store.shops import write_slot
from tracker.web import tracking


@pytest.mark.parametrize("surface", ["t", "embed"])
def test_s35_offers_on_a_shared_page_do_not_tell_what_was_ordered(portal, shop, app, monkeypatch, surface):
    """A shop's offers leave out what the order holds: whoever knows all of them would read the order from the rest."""
    monkeypatch.setattr(tracking, "kept", tracking.Kept())
    settings.change(portal, shop, "feed", {"url": "https://lantern.example/products.json"}, "test")
    offer = {"offer": {"id": "1", "title": "Jasmine canary", "link_url": "https://lantern.example/r"}, "skus": ["TEA"]}
    portal.contexts.make(shop.id, "feed").memory.set("products", [offer])
    for slot in ("below", "widget"):
        write_slot(shop.id, slot, "products", {}, portal.now(), recommender="feed")
    order = make_order(portal, shop)
    seen = {}
    for tier, recipient in (("mail", order.email), ("shared", "")):
        token = links.issue(portal, shop.id, order, recipient, tier)
        seen[tier] = "Jasmine canary" in app.test_client().get(f"/{surface}/{token}").text
    assert seen == {"mail": False, "shared": True}
