"""How plugins fare in a shop: at rest, asked, refused, at their limit; and what they can do."""

from datetime import timedelta

import pytest

from tests.acme import SETTINGS, add_acme
from tests.portals import make_order, make_shop
from tracker.host.breaker import LIMIT
from tracker.host.errors import PluginBug
from tracker.i18n import speak
from tracker.sdk import Payload, Upstream
from tracker.services import health, polling, settings, shipping, switches
from tracker.store.kept import Breaker


@pytest.fixture(autouse=True)
def acme(portal, tmp_path):
    add_acme(portal, tmp_path)


def look(portal, shop, plugin="acme"):
    return health.open_plugin(portal, shop, plugin)


def ship(portal, shop, *numbers, carrier="acme"):
    order = make_order(portal, shop)
    return [shipping.add_shipment(portal, shop.id, order, carrier, one, actor="test")[0] for one in numbers]


def fill_in(portal, shop, client_id="fine"):
    settings.save(portal, shop, "acme", {**SETTINGS, "client_id": client_id}, "test")


def test_plugins_are_called_by_the_readers_language(portal, shop):
    with speak("ko"):
        labels = {file.name: file.label for file in health.list_plugins(portal, shop)}
    # In its own catalogue, as the one thing it gives, and in no other language than its author's.
    assert (labels["directory"], labels["demo"], labels["acme"]) == ("택배사 목록", "데모 택배", "Acme <Post>")
    assert look(portal, shop, "directory").label == "Directory of carriers"


def test_every_plugin_is_listed_with_what_it_gives_and_where_it_stands(portal, shop):
    files = {file.name: file for file in health.list_plugins(portal, shop)}
    assert set(files) == set(portal.registry.plugins)
    acme = files["acme"]
    assert (acme.label, acme.version, acme.state, acme.kind, acme.testable) == (
        "Acme <Post>", "2.1", "waiting", "carrier", True,
    )  # fmt: skip
    given, broker = acme.gives
    assert given.can == {"polls", "pushes", "subscribes", "labels", "probe"}
    assert broker.can == {"labels"}
    assert given.address.startswith(f"http://localhost:8000/hooks/{shop.slug}/carriers/acme?key=")
    assert broker.address == ""
    assert files["woocommerce"].gives[0].address == f"http://localhost:8000/hooks/{shop.slug}/stores/woocommerce"
    assert [files[name].state for name in ("demo", "manual", "ups")] == ["on", "on", "waiting"]
    assert {one.kind for one in files["webhook"].gives} == {"listener"}
    assert all(file.well for file in files.values())
    labels = [file.label.casefold() for file in health.list_plugins(portal, shop)]
    assert labels == sorted(labels)


def test_a_switch_shows_in_its_own_shop_alone(portal, shop):
    fill_in(portal, shop)
    switches.disable(portal, shop, "demo", "test")
    other = make_shop(portal, "other")
    assert [look(portal, shop, name).state for name in ("acme", "demo")] == ["on", "off"]
    assert [look(portal, other, name).state for name in ("acme", "demo")] == ["waiting", "on"]
    assert look(portal, shop, "nobody") is None


def test_what_breaks_again_and_again_rests_with_its_last_error_and_then_may_try(portal, shop, clock):
    acme = portal.registry.carriers["acme"]
    for count in range(1, LIMIT + 1):
        with pytest.raises(PluginBug):
            portal.calls.call(acme, shop.id, "label", None, check=str)
        (given, _broker) = look(portal, shop).gives
        assert given.rest.failures == count
        assert not given.well
    assert given.rest.until == clock() + timedelta(seconds=60)
    assert given.rest.error.startswith("TypeError")
    assert look(portal, make_shop(portal, "other")).well
    with pytest.raises(Upstream):
        portal.calls.parse(acme, shop.id, Payload(b""))
    clock.advance(seconds=61)
    assert look(portal, shop).gives[0].rest.until is None
    portal.calls.parse(acme, shop.id, Payload(b""))
    assert look(portal, shop).well
    assert Breaker.select().count() == 0


def test_a_carriers_asking_is_counted_and_its_last_error_found(portal, shop, clock):
    fill_in(portal, shop, "away")
    ship(portal, shop, "A1", "A2")
    assert look(portal, shop).gives[0].asking == (2, 0, None, clock())
    polling.ask_carriers(portal)
    asking = look(portal, shop).gives[0].asking
    assert (asking.waiting, asking.failing, asking.last) == (2, 2, clock())
    assert asking.next > clock()
    stuck = health.find_fresh_error(portal, shop, "acme")
    assert stuck.ask_error == "upstream: acme answered HTTP 503"
    assert health.find_fresh_error(portal, shop, "ups") is None
    shipping.cancel_shipment(portal, shop.id, stuck.id, actor="test")
    assert health.find_fresh_error(portal, shop, "acme").id != stuck.id
    assert look(portal, shop).gives[0].asking.failing == 1


def test_a_limit_is_told_with_its_window(portal, shop, clock):
    fill_in(portal, shop)
    limit = look(portal, shop).gives[0].limit
    assert (limit.used, limit.requests, limit.per, limit.renews) == (0, 60, timedelta(minutes=1), None)
    ship(portal, shop, "A1")
    polling.ask_carriers(portal)
    limit = look(portal, shop).gives[0].limit
    assert (limit.used, limit.renews) == (1, clock() + timedelta(minutes=1))
    clock.advance(seconds=61)
    assert look(portal, shop).gives[0].limit.used == 0


def test_parcels_are_counted_with_whoever_is_asked_about_them(portal, shop):
    """UPS cannot be asked here, so that the parcel is counted with UPS, which says why."""
    ship(portal, shop, "1Z12345E0291980793", carrier="ups")
    (ups,) = look(portal, shop, "ups").gives
    assert (ups.asking.waiting, ups.asking.next) == (0, None)
    settings.change(portal, shop, "ups", {"client_id": "a", "client_secret": "b"}, "test")
    (ups,) = look(portal, shop, "ups").gives
    assert ups.asking.waiting == 1
