"""Recommending: in the worker what takes long, on the page what is there, and nothing that breaks either."""

from collections.abc import Iterable
from datetime import timedelta

import pytest

from tests.portals import make_order
from tracker.host.registry import Provider
from tracker.sdk import Context, Milestone, Offer, Recommender, Upstream, Viewer
from tracker.services import recommending, slots, work
from tracker.services.fillings import read_slots
from tracker.services.portal import Portal
from tracker.store.links import load_view
from tracker.store.outbox import Outbox
from tracker.store.shops import Shop, write_slot

VIEW = {"trouble": False, "parcels": [], "lines": []}


class Acme(Recommender):
    id = "acme"
    names = {"en": "Acme"}
    every = timedelta(hours=1)

    def __init__(self) -> None:
        self.seen: list[Viewer] = []
        self.refreshed = 0
        self.fails: Exception | None = None

    def offers(self, viewer: Viewer, limit: int, ctx: Context) -> Iterable[Offer]:
        self.seen.append(viewer)
        if self.fails:
            raise self.fails
        assert ctx.http is None
        return [Offer("1", "A cup & <more>", "https://lantern.example/cup", price=1990, currency="EUR")]

    def refresh(self, ctx: Context) -> None:
        assert ctx.http is not None
        self.refreshed += 1
        if self.fails:
            raise self.fails


@pytest.fixture
def acme(portal: Portal, shop: Shop) -> Acme:
    """A recommender in the slot of the widget."""
    made = Acme()
    portal.registry.recommenders["acme"] = Provider("recommender", "acme", "offer", made)
    write_slot(shop.id, "widget", "products", {"title": "", "most": 3}, portal.now(), recommender="acme")
    return made


def test_a_recommender_knows_the_order_and_nobody(portal: Portal, shop: Shop, acme: Acme) -> None:
    order = make_order(portal, shop)
    view = load_view(shop.id, order.id)
    assert view is not None
    view["lines"] += [{"sku": "TEA"}, {"sku": ""}]
    shown = slots.fill_all(portal, shop, "widget", view, "de")["widget"]
    assert acme.seen == [Viewer("de", Milestone.PENDING, ("TEA", "CUP"))]
    assert "A cup &amp; &lt;more&gt;" in shown
    assert "19,90\xa0€" in shown
    assert "Das könnte Ihnen auch gefallen" in shown


def test_004_32_trouble_asks_no_recommender(portal: Portal, shop: Shop, acme: Acme) -> None:
    late = {**VIEW, "parcels": [{"milestone": "in_transit", "cancelled": False, "trouble": True}]}
    assert slots.fill_all(portal, shop, "widget", late, "en") == {}
    assert acme.seen == []


def test_one_that_breaks_shows_nothing_and_rests(portal: Portal, shop: Shop, acme: Acme) -> None:
    acme.fails = RuntimeError("broken")
    for _ in range(8):
        assert slots.fill_all(portal, shop, "widget", VIEW, "en") == {}
    assert len(acme.seen) == 5


def test_it_is_refreshed_when_its_turn_comes_and_its_pages_are_made_anew(
    portal: Portal, shop: Shop, acme: Acme
) -> None:
    before = read_slots(shop.id)["widget"].changed_at
    portal.clock.advance(minutes=1)  # type: ignore[attr-defined]
    assert recommending.refresh_due(portal) == 1
    assert recommending.refresh_due(portal) == 0
    work.run_outbox(portal)
    assert acme.refreshed == 1
    assert read_slots(shop.id)["widget"].changed_at > before
    portal.clock.advance(minutes=30)  # type: ignore[attr-defined]
    assert recommending.refresh_due(portal) == 0
    portal.clock.advance(minutes=31)  # type: ignore[attr-defined]
    assert recommending.refresh_due(portal) == 1
    portal.clock.advance(minutes=1)  # type: ignore[attr-defined]
    assert not recommending.ask(portal, shop.id, "acme")
    assert recommending.ask(portal, shop.id, "acme", now=True)


def test_a_refresh_that_fails_is_tried_again(portal: Portal, shop: Shop, acme: Acme) -> None:
    acme.fails = Upstream("down")
    assert recommending.ask(portal, shop.id, "acme", now=True)
    work.run_outbox(portal)
    assert Outbox.get(Outbox.topic == recommending.TOPIC).state == "waiting"
    acme.fails = None
    portal.clock.advance(hours=7)  # type: ignore[attr-defined]
    work.run_outbox(portal)
    assert (acme.refreshed, Outbox.get(Outbox.topic == recommending.TOPIC).state) == (2, "done")


def test_a_slot_that_is_off_or_whose_recommender_is_gone_asks_nobody(portal: Portal, shop: Shop, acme: Acme) -> None:
    write_slot(shop.id, "widget", "products", {}, portal.now(), recommender="acme", shown=False)
    write_slot(shop.id, "below", "products", {}, portal.now(), recommender="gone")
    assert recommending.refresh_due(portal) == 0
    assert slots.fill_all(portal, shop, "page", VIEW, "en") == {}
    recommending.run(portal, {"shop": shop.id, "recommender": "gone"}, "key")
    assert acme.refreshed == 0
