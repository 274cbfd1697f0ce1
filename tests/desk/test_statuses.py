"""Statuses in the desk: the shop's own, said of parcels and orders; and the rules by which carriers' words are read."""

import html
import re
from dataclasses import replace

import pytest

from tests.portals import make_order, make_shop, scan
from tracker.domain.mapping import Rule
from tracker.sdk import UNKNOWN, Milestone, Status, TrackingResult
from tracker.services import carrier_words, custom_statuses, imports, recording, shipping, themes
from tracker.services.staff import Me
from tracker.store.events import Origin
from tracker.store.mapping import list_rules, write_rule
from tracker.store.orders import find_order
from tracker.store.shipments import find_shipment
from tracker.store.wording import load_statuses
from tracker.web.desk_reasons import REASONS

NUMBER = "DEMOTEST1"
UPS = "1Z999AA10123456784"
ME = Me(1, "ada@example.com", "Ada", "en", 1, "token")
BASE = "/desk/demo/statuses"
GLAZED = {
    "milestone": "shipment:pending", "word-en": "Being glazed", "word-ko": "유약 바르는 중", "colour": "#8a3b12",
    "icon": "drop",
}  # fmt: skip
RIBBON = {**GLAZED, "milestone": "order:packed", "word-en": "Ribbon tied", "word-ko": "", "icon": "gift"}


@pytest.fixture
def browser(shop, enter):
    return enter(shop, "staff")


@pytest.fixture
def order(portal, shop):
    return make_order(portal, shop)


@pytest.fixture
def shipment(portal, shop, order):
    return shipping.add_shipment(portal, shop.id, order, "demo", NUMBER, actor="t", handed_over=False)[0]


def make(browser, form=GLAZED, **changes):
    browser.get(f"{BASE}/new")
    return browser.post(f"{BASE}/new", {**form, **changes})


def text_of(response):
    return html.unescape(re.sub(r"\s+", " ", response.get_data(as_text=True)))


def words_of(response):
    """What a reader sees of a page: its text without the markup."""
    bare = re.sub(r"(?s)<(svg|script|style)\b.*?</\1>|<[^>]+>", " ", response.get_data(as_text=True))
    return " ".join(html.unescape(bare).split())


def odd(code="XY", text="Vehicle stands at the quay", at="2026-03-02T12:00"):
    return replace(scan("unknown", at, text=text), status=UNKNOWN, code=code)


def tell(portal, shop, *events):
    recording.record_result(portal, shop, "demo", TrackingResult(NUMBER, events), Origin("demo 1.0.0", "ab" * 32))


def test_002_02_a_status_is_made_and_stands_in_the_list_with_word_colour_and_icon(shop, browser):
    assert make(browser).status_code == 303
    text = text_of(browser.get(BASE))
    assert "Being glazed" in text
    assert "유약 바르는 중" in text
    assert "stands for Pending" in text
    assert f'color="light-dark(#8a3b12, {themes.fit("#8a3b12")[1]})"' in text
    assert [(row.key, row.milestone, row.icon) for row in load_statuses(shop.id)] == [
        ("being-glazed", "pending", "drop")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"milestone": "shipment:delivered"}, "milestone", "Choose one of the list."),
        ({"milestone": "order:cancelled"}, "milestone", "Choose one of the list."),
        ({"milestone": ""}, "milestone", "Choose one of the list."),
        ({"word-en": ""}, "word-en", "Write the word in English"),
        ({"icon": "<svg>"}, "icon", "Choose one of the list."),
        ({"colour": "url(x)"}, "colour", "A colour is written like #0b6b5d."),
        ({"colour": "#ffee00"}, "colour", "is the nearest that can be read"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_and_nothing_typed_is_lost(shop, browser, changes, field, said):
    response = make(browser, **changes)
    assert response.status_code == 422
    text = text_of(response)
    assert said in re.search(rf'id="{field}-error">(.*?)</p>', text)[1]
    assert 'value="유약 바르는 중"' in text
    assert load_statuses(shop.id) == []


def test_the_proposed_colour_is_taken_with_one_press(shop, browser):
    text = text_of(make(browser, colour="#ffee00"))
    proposal = re.search(r"Use (#[0-9a-f]{6}) and save", text)[1]
    assert make(browser, colour="#ffee00", use="1").status_code == 303
    assert load_statuses(shop.id)[0].colour == proposal == themes.fit("#ffee00")[0]


def test_002_04_look_alikes_are_saved_and_advised_against(shop, browser):
    assert make(browser, **{"word-en": "Delivred"}).status_code == 303
    assert "“Delivred” looks like “Delivered”, a word that the portal has already." in words_of(browser.get(BASE))


def test_a_status_is_changed_but_not_what_it_stands_for(shop, browser):
    make(browser)
    path = f"{BASE}/being-glazed/edit"
    assert "This cannot be changed" in text_of(browser.get(path))
    changed = {**GLAZED, "word-en": "Glaze drying", "milestone": "shipment:returned"}
    assert browser.post(path, changed).status_code == 303
    row = load_statuses(shop.id)[0]
    assert (row.words["en"], row.milestone) == ("Glaze drying", "pending")
    assert browser.get(f"{BASE}/nobody/edit").status_code == 404


def test_statuses_are_moved_archived_and_brought_back(shop, browser):
    make(browser)
    make(browser, **{"word-en": "In the kiln", "icon": "flame"})
    browser.post(f"{BASE}/in-the-kiln/move", {"up": "1"})
    assert [row.key for row in load_statuses(shop.id)] == ["in-the-kiln", "being-glazed"]
    browser.post(f"{BASE}/in-the-kiln/archive", {"away": "1"})
    assert "1 archived status" in words_of(browser.get(BASE))
    browser.post(f"{BASE}/in-the-kiln/archive", {"back": "1"})
    assert all(row.archived_at is None for row in load_statuses(shop.id))


def test_staff_say_it_and_every_screen_shows_it(portal, shop, order, shipment, browser):
    make(browser)
    path = f"/desk/demo/orders/{order.id}/shipments/{shipment.id}/say"
    assert '<option value="custom:being-glazed">Being glazed</option>' in text_of(browser.get(path))
    browser.post(path, {"milestone": "custom:being-glazed", "tell": "1"})
    assert find_shipment(shop.id, shipment.id).custom == "being-glazed"
    assert "said a status by hand: Being glazed" in words_of(browser.get(f"/desk/demo/orders/{order.id}"))
    for screen in (f"/desk/demo/orders/{order.id}", "/desk/demo/orders"):
        text = words_of(browser.get(screen))
        assert "Being glazed" in text


@pytest.mark.parametrize("said", ["custom:nobody", "custom:", "custom:ribbon-tied", "pending", "delivered2"])
def test_nobody_says_what_is_not_there_to_be_said(shop, order, shipment, browser, said):
    make(browser, RIBBON)
    path = f"/desk/demo/orders/{order.id}/shipments/{shipment.id}/say"
    browser.get(path)
    assert browser.post(path, {"milestone": said}).status_code == 422
    assert not find_shipment(shop.id, shipment.id).state.get("events")


def test_an_archived_status_is_not_offered_but_goes_on_to_be_shown(shop, order, shipment, browser):
    make(browser)
    path = f"/desk/demo/orders/{order.id}/shipments/{shipment.id}/say"
    browser.get(path)
    browser.post(path, {"milestone": "custom:being-glazed"})
    browser.post(f"{BASE}/being-glazed/archive", {"away": "1"})
    assert "custom:being-glazed" not in text_of(browser.get(path))
    assert browser.post(path, {"milestone": "custom:being-glazed"}).status_code == 422
    assert "Being glazed" in words_of(browser.get(f"/desk/demo/orders/{order.id}"))


def test_an_order_is_marked_with_a_word_of_the_shops_own(portal, shop, order, browser):
    make(browser, RIBBON)
    page = f"/desk/demo/orders/{order.id}"
    assert 'value="custom:ribbon-tied"' in text_of(browser.get(page))
    response = browser.post(f"{page}/mark", {"milestone": "custom:ribbon-tied"}, follow_redirects=True)
    assert "The order is marked: Ribbon tied." in words_of(response)
    row = find_order(shop.id, order.id)
    assert (row.milestone, row.word) == ("packed", "custom:ribbon-tied")
    text = words_of(browser.get(page))
    assert "custom:ribbon-tied" not in text
    assert "Mark the order" in text
    browser.post(f"{page}/mark", {"milestone": "packed"})
    assert (find_order(shop.id, order.id).word, find_order(shop.id, order.id).milestone) == ("", "packed")


def test_a_file_may_speak_the_shops_own_words(portal, shop, order, browser, tmp_path):
    make(browser)
    path = tmp_path / "a.csv"
    title = "Order number,Tracking number,Courier,Status"
    for word in ("BEING GLAZED", "유약바르는 중", "being-glazed"):
        path.write_text(f"{title}\n1001,{UPS},UPS,{word}\n", "utf-8")
        row = imports.import_file(portal, shop.id, path, actor="t")
        assert (row.refused, row.problems) == (0, [])
    found = find_shipment(shop.id, 1)
    assert (found.milestone, found.custom, len(found.state["events"])) == ("pending", "being-glazed", 1)
    custom_statuses.archive(portal, shop.id, "being-glazed", True, me=ME)
    path.write_text(f"{title}\n1001,{UPS},UPS,Being glazed\n", "utf-8")
    assert [one["reason"] for one in imports.import_file(portal, shop.id, path, actor="t").problems] == [
        "unknown_status"
    ]  # fmt: skip


# --- words of carriers -----------------------------------------------------------------------------------------------

WORDS = "/desk/demo/words"
RULE = {"carrier": "Demo", "match": "code-equals", "value": "XY", "milestone": "exception", "reason": "customs"}


def test_each_scan_tells_what_the_carrier_said_and_by_which_rule_it_is_shown_so(portal, shop, order, shipment, browser):
    write_rule(shop.id, "demo", Rule("code", "equals", "XY", Status(Milestone.EXCEPTION, "customs")), "t", portal.now())
    told = replace(scan("in_transit", "2026-03-02T10:00", code="MOVE", text="On the road"), rule="code = MOVE")
    tell(portal, shop, told, odd(), odd("QQ", "Gibberish", "2026-03-02T13:00"))
    text = words_of(browser.get(f"/desk/demo/orders/{order.id}"))
    assert "Carrier said MOVE “On the road” Shown as In transit By the rule code = MOVE Read by demo 1.0.0" in text
    assert "“Vehicle stands at the quay” Shown as Problem (Customs) By the rule shop: code = XY (your own)" in text
    assert "None fits. It is counted, and changes nothing." in text
    assert f"{'ab' * 32} (SHA-256)" in text


def test_what_is_not_understood_is_ranked_and_a_rule_is_added_at_once(portal, shop, shipment, browser):
    tell(portal, shop, odd(), odd(at="2026-03-02T13:00"), odd("", "Just <b>words</b>"))
    response = browser.get(WORDS)
    text = words_of(response)
    assert text.index("XY Vehicle stands at the quay") < text.index("Just <b>words</b>")
    assert "&lt;b&gt;words" in response.get_data(as_text=True)
    form = {"carrier": "demo", "match": "code-equals", "value": "XY", "milestone": "in_transit"}
    assert browser.post(f"{WORDS}/new", form).status_code == 303
    text = words_of(browser.get(WORDS))
    assert "From now on “XY” is read as: In transit." in text
    assert "Vehicle stands at the quay" not in text
    assert "the code is XY" in text
    tell(portal, shop, odd(at="2026-03-02T14:00"))
    assert find_shipment(shop.id, shipment.id).milestone == "in_transit"


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"carrier": "Demmo"}, "carrier", "Do you mean"),
        ({"carrier": "Zzyzx Quux"}, "carrier", "There is no carrier “Zzyzx Quux”. Choose one of the list."),
        ({"carrier": ""}, "carrier", "Choose one of the list."),
        ({"carrier": "manual"}, "carrier", "Choose one of the list."),
        ({"match": "place-equals"}, "match", "Choose one of the list."),
        ({"value": " "}, "value", "Write the code or the words"),
        ({"value": "x" * 96}, "value", "Write at most 95 characters."),
        ({"milestone": ""}, "milestone", "Choose one of the list."),
        ({"milestone": "gone"}, "milestone", "Choose one of the list."),
        ({"reason": "gone"}, "reason", "Choose one of the list."),
    ],
)
def test_a_rule_that_cannot_be_is_told_beside_its_field(shop, browser, changes, field, said):
    browser.get(f"{WORDS}/new")
    response = browser.post(f"{WORDS}/new", {**RULE, **changes})
    assert response.status_code == 422
    assert said in re.search(rf'id="{field}-error">(.*?)</p>', text_of(response))[1]
    assert list_rules(shop.id) == []


def test_every_reason_that_a_bundled_rule_gives_has_a_name_for_staff(portal):
    rules = (rule for carrier in portal.registry.carriers for rule in carrier_words.list_bundled(portal, carrier))
    assert {rule.status.reason for rule in rules} - set(REASONS) == {""}


def test_a_rule_is_kept_with_its_flags_and_removed_by_a_form(shop, browser):
    browser.get(f"{WORDS}/new")
    browser.post(f"{WORDS}/new", {**RULE, "delayed": "1", "action_required": "1"})
    row = list_rules(shop.id)[0]
    assert (row.carrier, row.reason, row.delayed, row.action_required) == ("demo", "customs", True, True)
    assert browser.get(f"{WORDS}/{row.id}/remove").status_code == 405
    assert browser.post(f"{WORDS}/{row.id}/remove").status_code == 303
    assert list_rules(shop.id) == []


def test_a_rule_begins_with_what_the_timeline_names(shop, browser):
    text = text_of(browser.get(f"{WORDS}/new?carrier=demo&match=text-equals&value=%22quoted%22&milestone=exception"))
    assert '<option value="text-equals" selected>' in text
    assert 'name="value" type="text" value=""quoted""' in text
    assert '<option value="exception" selected>' in text


def test_the_rules_of_a_plugin_can_be_read(shop, browser):
    text = words_of(browser.get(f"{WORDS}/bundled?carrier=UPS"))
    assert re.search(r"\d\d+ rules of UPS", text)
    assert "the first that fits decides" in text
    assert "The plugin of Demo carrier shows no rules." in words_of(browser.get(f"{WORDS}/bundled?carrier=demo"))
    assert browser.get(f"{WORDS}/bundled?carrier=Nobody+at+all").status_code == 422


def test_words_of_one_shop_are_not_those_of_another(portal, shop, shipment, browser, enter):
    tell(portal, shop, odd())
    make(browser)
    other = enter(make_shop(portal, "third"), "staff")
    assert "Vehicle stands" not in text_of(other.get("/desk/third/words"))
    assert "Being glazed" not in text_of(other.get("/desk/third/statuses"))
