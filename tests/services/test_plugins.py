"""Plugins in a shop: at work, waiting for settings or switched off, and what that means for parcels on their way."""

import logging
from datetime import timedelta

import pytest

from tests.acme import SETTINGS, add_acme, asked
from tests.portals import make_order, make_shop, scan
from tracker.sdk import TrackingResult
from tracker.services import (
    carriers,
    desk,
    fillings,
    plugins,
    polling,
    recording,
    settings,
    shipping,
    slots,
    switches,
    sync,
    work,
)
from tracker.services.refusals import Refused
from tracker.store.audit import load_audit
from tracker.store.notices import Notice
from tracker.store.outbox import Outbox
from tracker.store.plugins import write_switch
from tracker.store.shipments import Shipment, find_shipment
from tracker.store.shops import PluginSetting, write_slot
from tracker.store.subscriptions import Subscribed


@pytest.fixture
def acme(portal, tmp_path):
    add_acme(portal, tmp_path)


def ship(portal, shop, order, *numbers, carrier="acme"):
    return [shipping.add_shipment(portal, shop.id, order, carrier, one, actor="test")[0] for one in numbers]


def reload(shipment):
    return find_shipment(shipment.shop_id, shipment.id)


def test_a_plugin_is_at_work_unless_it_waits_for_settings_or_the_shop_refuses_it(portal, shop):
    assert plugins.is_enabled(portal, shop.id, "demo")
    assert not plugins.is_enabled(portal, shop.id, "ups")
    assert not plugins.is_enabled(portal, shop.id, "nobody")

    write_switch(shop.id, "demo", False, portal.now())
    PluginSetting.create(shop=shop, plugin="ups", sealed="x", changed_at=portal.now())

    assert not plugins.is_enabled(portal, shop.id, "demo")
    assert plugins.is_enabled(portal, shop.id, "ups")
    assert plugins.is_enabled(portal, make_shop(portal, "other").id, "demo")
    assert plugins.list_refused(portal, shop.id) == {"demo"}
    assert [plugins.is_refused(portal, shop.id, one) for one in ("demo", "ups", "fedex")] == [True, False, False]


def test_a_switch_leaves_the_settings_as_they_are(portal, shop, acme):
    settings.save(portal, shop, "acme", SETTINGS, "test")
    for turn, wanted in ((switches.disable, False), (switches.enable, True), (switches.disable, False)):
        turn(portal, shop, "acme", "staff:1")
        assert plugins.is_enabled(portal, shop.id, "acme") is wanted
        assert portal.ports.settings.load(shop.id, "acme")["client_id"] == "fine"
    settings.save(portal, shop, "acme", {**SETTINGS, "client_id": "other"}, "test")
    assert not plugins.is_enabled(portal, shop.id, "acme")
    deeds = [(entry.actor, entry.action) for entry in load_audit(shop.id, "plugin:acme")]
    assert deeds == [
        ("test", "settings"), ("staff:1", "disabled"), ("staff:1", "enabled"), ("staff:1", "disabled"),
        ("test", "settings"),
    ]  # fmt: skip


def test_what_waits_for_settings_cannot_be_switched_on(portal, shop, acme):
    with pytest.raises(Refused, match="Fill in its settings first"):
        switches.enable(portal, shop, "acme", "staff:1")
    for turn in (switches.enable, switches.disable):
        with pytest.raises(Refused, match="no such plugin"):
            turn(portal, shop, "nobody", "staff:1")
    assert PluginSetting.select().count() == 0


def test_names_of_any_length_have_an_audit_chain_that_fits():
    long = ["p" * 40, "p" * 39 + "q"]
    chains = {switches.chain_of(name) for name in ("ups", *long)}
    assert len(chains) == 3
    assert all(len(chain) <= 40 for chain in chains)


def test_parcels_that_nobody_could_be_asked_about_are_asked_about_once_somebody_can(portal, shop, acme, clock):
    order, other = make_order(portal, shop), make_shop(portal, "other")
    new, home, gone = ship(portal, shop, order, "A1", "A2", "A3")
    (elsewhere,) = ship(portal, other, make_order(portal, other), "A1")
    Shipment.update(milestone="delivered").where(Shipment.id == home.id).execute()
    shipping.cancel_shipment(portal, shop.id, gone.id, actor="test")
    assert reload(new).ask_at is None
    clock.advance(hours=1)
    settings.save(portal, shop, "acme", SETTINGS, "test")
    assert [reload(one).ask_at for one in (new, home, gone, elsewhere)] == [clock(), None, None, None]
    assert polling.ask_carriers(portal) == 1
    assert reload(new).answered_at == clock()


def test_parcels_that_the_carrier_let_nobody_in_for_are_asked_about_with_the_new_credentials(portal, shop, acme, clock):
    settings.save(portal, shop, "acme", {**SETTINGS, "client_id": "wrong"}, "test")
    (shipment,) = ship(portal, shop, make_order(portal, shop), "A1")
    polling.ask_carriers(portal)
    assert reload(shipment).ask_error.startswith("auth: no entry with [secret]")
    assert reload(shipment).ask_at > clock() + timedelta(hours=5)
    settings.save(portal, shop, "acme", SETTINGS, "test")
    assert (reload(shipment).ask_at, reload(shipment).ask_error) == (clock(), "")
    polling.ask_carriers(portal)
    assert reload(shipment).answered_at == clock()


def test_parcels_that_rest_for_another_reason_are_left_alone(portal, shop, acme, clock):
    settings.save(portal, shop, "acme", SETTINGS, "test")
    (shipment,) = ship(portal, shop, make_order(portal, shop), "A1")
    polling.ask_carriers(portal)
    before = reload(shipment).ask_at
    settings.save(portal, shop, "acme", {**SETTINGS, "region": "us"}, "test")
    assert reload(shipment).ask_at == before > clock()
    old = Shipment.update(ask_at=None, created_at=clock() - timedelta(days=60), last_event_at=None)
    old.where(Shipment.id == shipment.id).execute()
    settings.save(portal, shop, "acme", SETTINGS, "test")
    assert reload(shipment).ask_at is None


def test_subscriptions_end_with_the_switch_and_begin_again_with_it(portal, shop, acme, clock):
    ship(portal, shop, make_order(portal, shop), "A1")
    for turn, word, kept in (
        (lambda: settings.save(portal, shop, "acme", SETTINGS, "test"), "subscribe", 1),
        (lambda: switches.disable(portal, shop, "acme", "test"), "unsubscribe", 0),
        (lambda: switches.enable(portal, shop, "acme", "test"), "subscribe", 1),
    ):
        asked(portal).clear()
        turn()
        work.run_outbox(portal)
        assert asked(portal) == [(word, "A1")]
        assert Subscribed.select().count() == kept
        clock.advance(minutes=1)
    asked(portal).clear()
    settings.save(portal, shop, "acme", {**SETTINGS, "region": "us"}, "test")
    work.run_outbox(portal)
    assert asked(portal) == []


def test_what_is_off_is_not_offered_and_not_guessed_but_stays_where_it_was_chosen(portal, shop):
    number = "1Z12345E0291980793"
    assert desk.guess_carrier(portal, shop.id, number) == "ups"
    assert "UPS" in {one.written for one in carriers.list_choices(portal, shop.id)}
    write_switch(shop.id, "ups", False, portal.now())
    write_switch(shop.id, "offer", False, portal.now())
    assert desk.guess_carrier(portal, shop.id, number) != "ups"
    assert "UPS" not in {one.written for one in carriers.list_choices(portal, shop.id)}
    with pytest.raises(Refused):
        carriers.find(portal, shop.id, "ups")
    assert carriers.find(portal, shop.id, "ups", "ups").carrier == "ups"
    assert fillings.find_kind(portal, shop.id, "offer") is None


def test_a_block_that_is_off_is_not_shown(portal, shop):
    content = {"title": "Spring tea", "text": "", "link_url": "https://tea.example/s"}
    write_slot(shop.id, "below", "offer", content, portal.now())
    view = {"state": "not_shipped", "parcels": [], "milestone": "confirmed", "trouble": False}
    shown = slots.render(portal, shop.id, slots.Filling("offer", content))
    assert "Spring tea" in str(shown)
    write_switch(shop.id, "offer", False, portal.now())
    assert slots.render(portal, shop.id, slots.Filling("offer", content)) is None
    assert slots.fill_all(portal, shop, "page", view, "en") == {}


def test_a_channel_that_is_off_says_so_and_sends_nothing(portal, shop):
    order = make_order(portal, shop)
    ship(portal, shop, order, "1Z12345E0291980793", carrier="ups")
    write_switch(shop.id, "email", False, portal.now())
    events = (scan("picked_up", "2026-03-02T11:00"), scan("in_transit", "2026-03-02T12:00"))
    recording.record_result(portal, shop, "ups", TrackingResult("1Z12345E0291980793", events))
    work.run_outbox(portal)
    rows = [(row.state, row.reply) for row in Notice.select()]
    assert rows == [("failed", "this channel is switched off in the shop")]


def test_a_store_that_is_off_is_neither_asked_nor_told(portal, shop, caplog):
    order = make_order(portal, shop)
    write_switch(shop.id, "woocommerce", False, portal.now())
    with pytest.raises(Refused, match="woocommerce is switched off"):
        sync.sync(portal, shop.id, "woocommerce", portal.now())
    ship(portal, shop, order, "P1", carrier="manual")
    with caplog.at_level(logging.ERROR):
        work.run_outbox(portal)
    told = {(row.topic, row.state, row.error) for row in Outbox.select().where(Outbox.topic == "fulfilment")}
    assert told == {("fulfilment", "done", "")}
