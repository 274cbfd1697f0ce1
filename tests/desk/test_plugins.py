"""Plugins in the desk: the list, settings without their secrets, the switch, and the test of the connection."""

import html
import re

import pytest

from tests.acme import HUSH, SETTINGS, add_acme
from tests.portals import make_order
from tracker.host.breaker import LIMIT
from tracker.host.errors import PluginBug
from tracker.host.loader import load
from tracker.host.registry import Reason
from tracker.services import heartbeat, plugins, polling, push_doors, settings, shipping, work
from tracker.web.desk_plugin_words import REASONS

ACME = "/desk/demo/plugins/acme"
FORM = {"set-client_id": "fine", "set-client_secret": HUSH, "set-region": "eu", "set-pace": "2"}


@pytest.fixture(autouse=True)
def acme(portal, tmp_path):
    add_acme(portal, tmp_path)


@pytest.fixture
def browser(shop, enter):
    return enter(shop, "owner")


def text_of(response):
    return html.unescape(re.sub(r"<[^>]+>|\s+", " ", response.get_data(as_text=True)))


def page(browser, path=ACME):
    response = browser.get(path)
    assert response.status_code == 200
    return " ".join(text_of(response).split())


def fill_in(portal, shop, **more):
    settings.save(portal, shop, "acme", {**SETTINGS, **more}, "test")


def kept(portal, shop):
    return portal.ports.settings.load(shop.id, "acme")


# --- the list --------------------------------------------------------------------------------------------------------


def test_the_list_names_every_plugin_with_its_state(portal, shop, browser):
    raw = browser.get("/desk/demo/plugins").get_data(as_text=True)
    for name, loaded in portal.registry.plugins.items():
        assert f'href="/desk/demo/plugins/{name}"' in raw
        assert html.escape(loaded.plugin.label) in raw
    assert "<Post>" not in raw
    told = page(browser, "/desk/demo/plugins")
    assert "Acme <Post> 2.1 Acme Post acme , Broker broker Needs settings" in told
    assert "Left out" not in told
    assert "Blocked" not in told


def test_the_list_tells_what_failed_and_what_to_do_and_what_is_blocked(portal, shop, browser, tmp_path):
    shed = tmp_path / "broken"
    shed.mkdir()
    (shed / "torn.py").write_text("import nothing_of_that_name_<b>\n")
    (shed / "mute.py").write_text("x = 1\n")
    broken = load([shed], installed=False, blocked=["unwanted"])
    portal.registry.failures, portal.registry.blocked = broken.failures, broken.blocked
    told = page(browser, "/desk/demo/plugins")
    assert "torn It cannot be imported Import the module by itself, mend what it says" in told
    assert "mute It does not say what it is" in told
    assert "SyntaxError" in told
    assert "TRACKER_PLUGINS_BLOCK: unwanted" in told


def test_every_reason_of_the_loader_has_words_in_the_desk():
    assert set(REASONS) == {str(reason) for reason in Reason}


def test_what_rests_or_is_not_answered_is_seen_at_once(portal, shop, browser, clock):
    fill_in(portal, shop, client_id="away")
    shipping.add_shipment(portal, shop.id, make_order(portal, shop), "acme", "A1", actor="test")
    polling.ask_carriers(portal)
    for _ in range(LIMIT):
        with pytest.raises(PluginBug):
            portal.calls.call(portal.registry.carriers["acme"], shop.id, "label", None, check=str)
    for path in ("/desk/demo/plugins", ACME):
        told = page(browser, path)
        assert f"Resting until 09:01 after {LIMIT} errors" in told
        assert "1 parcel without an answer" in told
        assert "1 parcel is asked about. Last asked Mar 2, 2026 09:00. Next Mar 2, 2026 11:00." in told
    assert "Last error TypeError" in told
    assert "The carrier does not answer at the moment." in told
    assert "The order with parcel A1" in told
    assert "Asked 1 of 60 times in 1 minute." in told


# --- settings --------------------------------------------------------------------------------------------------------


def test_s32_settings_are_saved_and_their_secrets_never_come_back(portal, shop, browser):
    raw = browser.get(ACME).get_data(as_text=True)
    assert "Needs settings" in raw
    assert browser.post(ACME, FORM | {"set-push_secret": " pushed-canary \n"}).status_code == 303
    assert kept(portal, shop)["push_secret"] == "pushed-canary"
    assert plugins.is_enabled(portal, shop.id, "acme")
    for response in (browser.get(ACME), browser.post(ACME, FORM | {"set-pace": "none"})):
        raw = response.get_data(as_text=True)
        assert "canary" not in raw
        assert 'name="set-client_id" type="text" value="fine"' in raw
        assert raw.count("kept; empty leaves it as it is") == 2


def test_an_empty_secret_is_kept_and_a_ticked_one_removed(portal, shop, browser):
    fill_in(portal, shop, push_secret="mine")
    raw = browser.get(ACME).get_data(as_text=True)
    assert 'name="forget-push_secret"' in raw
    assert 'name="forget-client_secret"' not in raw
    browser.post(ACME, FORM | {"set-client_secret": ""})
    assert (kept(portal, shop)["client_secret"], kept(portal, shop)["push_secret"]) == (HUSH, "mine")
    browser.post(ACME, FORM | {"set-client_secret": "", "forget-push_secret": "1"})
    assert "push_secret" not in kept(portal, shop)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("client_id", "", "Fill this in."),
        ("client_id", "x", "Write at least 2 characters."),
        ("client_id", "x" * 61, "Write at most 60 characters."),
        ("client_secret", "", "Fill this in."),
        ("region", "mars", "Choose one of the list."),
        ("pace", "fast", "Write a number."),
        ("pace", "0", "Write a number above 0."),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_saved(portal, shop, browser, field, value, sentence):
    browser.get(ACME)
    response = browser.post(ACME, FORM | {"set-express": "1", f"set-{field}": value})
    raw = response.get_data(as_text=True)
    assert response.status_code == 422
    found = re.search(rf'id="set-{field}-error">([^<]*)<', raw)
    assert found, raw
    assert html.unescape(found[1]) == sentence
    assert re.search(r'name="set-express"[^>]* checked', raw)
    assert "Secrets have to be typed again" in raw
    assert "nothing you typed is lost" not in raw
    assert HUSH not in raw
    assert kept(portal, shop) == {}


def test_a_made_secret_is_saved_with_the_rest_and_shown_this_once(portal, shop, browser):
    raw = browser.post(ACME, FORM | {"make": "push_secret"}).get_data(as_text=True)
    made = kept(portal, shop)["push_secret"]
    assert len(made) == 32
    assert raw.count(made) == 1
    assert f'id="made" readonly value="{made}"' in raw
    assert HUSH not in raw
    assert made not in browser.get(ACME).get_data(as_text=True)
    browser.post(ACME, FORM | {"make": "push_secret"})
    assert kept(portal, shop)["push_secret"] != made


def test_no_secret_is_made_where_it_makes_no_sense_or_the_rest_is_wrong(portal, shop, browser):
    response = browser.post(ACME, FORM | {"set-client_id": "", "make": "push_secret"})
    assert response.status_code == 422
    assert 'id="made"' not in response.get_data(as_text=True)
    assert kept(portal, shop) == {}
    for name in ("client_secret", "client_id", "nonsense"):
        assert browser.post(ACME, FORM | {"make": name}).status_code == 303
        assert kept(portal, shop)["client_secret"] == HUSH


def test_the_address_for_the_carrier_stands_there_with_its_key(portal, shop, browser):
    address = push_doors.address_of(portal, shop, "acme")
    raw = browser.get(ACME).get_data(as_text=True)
    assert f'readonly value="{html.escape(address)}"' in raw
    assert "It is shut while the plugin is not on." in raw
    door = address.partition("localhost:8000")[2]
    assert browser.client.post(door, data=b"{}").status_code == 401
    fill_in(portal, shop, push_secret="right")
    assert "It is shut" not in browser.get(ACME).get_data(as_text=True)
    statuses = [browser.client.post(door, data=b"{}", headers={"X-Acme": key}).status_code for key in ("no", "right")]
    assert statuses == [401, 202]


def test_what_the_keys_cannot_open_is_said(portal, shop, browser):
    from tracker.store.shops import PluginSetting

    PluginSetting.create(shop=shop, plugin="acme", sealed="nonsense", changed_at=portal.now())
    assert "cannot be read any more" in page(browser)


# --- the switch ------------------------------------------------------------------------------------------------------


def test_the_switch_goes_both_ways_and_the_deed_is_kept(portal, shop, browser):
    fill_in(portal, shop)
    browser.get(ACME)
    assert browser.post(f"{ACME}/switch", {"on": "0"}).status_code == 303
    assert not plugins.is_enabled(portal, shop.id, "acme")
    told = page(browser)
    assert "Acme <Post> is switched off." in told
    assert "Owner switched it off" in told
    browser.post(f"{ACME}/switch", {"on": "1"})
    assert plugins.is_enabled(portal, shop.id, "acme")
    assert "Acme <Post> is switched on." in page(browser)


def test_what_waits_for_settings_says_so_instead_of_being_switched_on(portal, shop, browser):
    browser.post(f"{ACME}/switch", {"on": "1"})
    assert "Fill in its settings first. Saving them switches it on." in page(browser)
    assert not plugins.is_enabled(portal, shop.id, "acme")


# --- the test of the connection --------------------------------------------------------------------------------------

FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.mark.parametrize(
    ("client_id", "sentence"),
    [
        ("fine", "Acme Post lets us in."),
        ("wrong", "Acme Post refused the credentials. Check: Client ID, Client secret."),
        ("away", "Acme Post does not answer. Try again later; if that stays so, check the address."),
        ("busy", "Acme Post has been asked often enough for now. Try again in a few minutes."),
        ("odd", "What answered does not speak like Acme Post. Check the address."),
        ("gone", "Acme Post does not know what we asked for. Check the address."),
        ("bug", "The plugin itself broke. Tell its author what it said."),
        ("inside", "The portal may not call the address of Acme Post. Use a public one, or have"),
    ],
)
def test_what_the_test_finds_is_told_in_words(portal, shop, browser, client_id, sentence):
    fill_in(portal, shop, client_id=client_id)
    heartbeat.beat(portal)
    response = browser.post(f"{ACME}/trial")
    assert (response.status_code, response.headers["Location"]) == (303, f"{ACME}#trial")
    for waiting in (browser.get(ACME), browser.get(f"{ACME}/trial", headers=FRAGMENT)):
        raw = waiting.get_data(as_text=True)
        assert 'hx-get="/desk/demo/plugins/acme/trial"' in raw
        assert "The answer appears here." in raw
        assert "Nobody is at it" not in raw
    work.run_outbox(portal)
    fragment = browser.get(f"{ACME}/trial", headers=FRAGMENT).get_data(as_text=True)
    assert fragment.lstrip().startswith('<div id="trial-answer"')
    assert "hx-get" not in fragment
    assert "<html" not in fragment
    for raw in (fragment, browser.get(ACME).get_data(as_text=True)):
        assert sentence in html.unescape(raw)
        assert "canary" not in raw


def test_a_test_before_the_settings_names_what_is_missing(portal, shop, browser):
    browser.post(f"{ACME}/trial")
    assert "Nobody is at it: is the worker running?" in page(browser)
    work.run_outbox(portal)
    assert "Fill in or correct first: Client ID, Client secret." in page(browser)


def test_what_other_settings_were_found_to_be_is_not_told_of_the_new_ones(portal, shop, browser):
    fill_in(portal, shop, client_id="wrong")
    heartbeat.beat(portal)
    browser.post(f"{ACME}/trial")
    work.run_outbox(portal)
    assert "refused the credentials" in page(browser)
    browser.post(ACME, FORM)
    assert "refused the credentials" not in page(browser)


def test_what_has_no_test_offers_none(portal, shop, browser):
    assert "Test the connection" not in page(browser, "/desk/demo/plugins/manual")
    browser.post("/desk/demo/plugins/manual/trial")
    assert "This plugin has nothing to test." in page(browser, "/desk/demo/plugins/manual")


def test_every_bundled_plugin_has_a_page(portal, shop, browser):
    for name in portal.registry.plugins:
        assert browser.get(f"/desk/demo/plugins/{name}").status_code == 200, name


@pytest.mark.parametrize("name", ["nobody", "nobody/trial", "..%2f..%2fetc%2fpasswd", "%2e%2e", "acme%00", "ACME"])
def test_s30_a_name_that_is_no_plugin_leads_nowhere(shop, browser, name):
    assert browser.get(f"/desk/demo/plugins/{name}").status_code == 404
