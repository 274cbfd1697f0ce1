"""Plugins in a shop: at work, waiting for settings, or switched off."""

from tests.portals import make_shop
from tracker.services import plugins
from tracker.store.plugins import write_switch
from tracker.store.shops import PluginSetting


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


def test_a_switch_leaves_the_settings_as_they_are(portal, shop):
    portal.ports.settings.save(shop.id, "ups", {"client_id": "a", "client_secret": "b"}, portal.now())
    for wanted in (False, True):
        write_switch(shop.id, "ups", wanted, portal.now())
        assert plugins.is_enabled(portal, shop.id, "ups") is wanted
        assert portal.ports.settings.load(shop.id, "ups")["client_id"] == "a"
    write_switch(shop.id, "ups", False, portal.now())
    portal.ports.settings.save(shop.id, "ups", {"client_id": "c", "client_secret": "b"}, portal.now())
    assert not plugins.is_enabled(portal, shop.id, "ups")
