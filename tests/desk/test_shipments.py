"""Shipments by hand: added, corrected, cancelled, spoken of; and every mistake told beside its field."""

import re

import pytest

from tests.portals import make_order, scan
from tracker.sdk import TrackingResult
from tracker.services import recording, shipping
from tracker.store.audit import load_audit
from tracker.store.notices import load_notices
from tracker.store.orders import load_lines
from tracker.store.shipments import Location, Shipment, load_quantities

UPS = "1Z999AA10123456784"
MISTYPED = "1Z999AA10123456785"


@pytest.fixture
def order(portal, shop):
    return make_order(portal, shop)


@pytest.fixture
def browser(shop, enter):
    return enter(shop, "staff")


@pytest.fixture
def base(order):
    return f"/desk/demo/orders/{order.id}/shipments"


@pytest.fixture
def shipment(portal, shop, order):
    return shipping.add_shipment(portal, shop.id, order, "ups", UPS, actor="test", handed_over=False)[0]


def form_for(shop, order, **fields):
    tea, cup = load_lines(shop.id, order.id)
    given = {
        "carrier": "ups", "number": UPS, f"line-{tea.id}": "2", f"line-{cup.id}": "1", "handed_over": "1", "tell": "1",
    }  # fmt: skip
    return {name: value for name, value in {**given, **fields}.items() if value is not None}


def error_of(text, field):
    found = re.search(rf'id="{field}-error">([^<]*)<', text)
    return found[1] if found else ""


def test_a_new_shipment_goes_in_with_its_pieces_and_its_deed(portal, shop, order, browser, base):
    tea = load_lines(shop.id, order.id)[0]
    place = Location.create(shop=shop, code="W1", name="Busan warehouse")
    form = form_for(shop, order, location=str(place.id), shipped_at="2026-03-02T08:30", **{f"line-{tea.id}": "1"})
    response = browser.post(f"{base}/new", form)
    assert response.status_code == 303
    row = Shipment.get()
    assert (row.carrier, row.number, row.location_id, row.milestone) == ("ups", UPS, place.id, "picked_up")
    assert row.shipped_at.isoformat() == "2026-03-02T08:30:00+00:00"
    assert load_quantities(shop.id, order.id) == {row.id: {"l1": 1, "l2": 1}}
    assert load_audit(shop.id, f"shipment:{row.id}")[0].actor == "staff:1"
    assert f"Shipment {UPS} is added." in browser.get(response.headers["Location"]).get_data(as_text=True)


def test_the_same_shipment_twice_is_one(shop, order, browser, base):
    for _ in range(2):
        response = browser.post(f"{base}/new", form_for(shop, order))
    assert Shipment.select().count() == 1
    assert "was here already" in browser.get(response.headers["Location"]).get_data(as_text=True)


@pytest.mark.parametrize(("tell", "states"), [("1", ["held"]), (None, ["superseded"])])
def test_the_customer_is_told_unless_staff_say_no(shop, order, browser, base, tell, states):
    browser.post(f"{base}/new", form_for(shop, order, tell=tell))
    assert [notice.state for notice in load_notices(shop.id, order.id)] == states


def test_a_shipment_that_is_not_handed_over_waits(shop, order, browser, base):
    browser.post(f"{base}/new", form_for(shop, order, handed_over=None))
    assert Shipment.get().milestone == "pending"
    assert load_notices(shop.id, order.id) == []


def test_a_mistyped_number_is_questioned_and_nothing_typed_is_lost(shop, order, browser, base):
    response = browser.post(f"{base}/new", form_for(shop, order, number=MISTYPED, shipped_at="2026-03-01T10:00"))
    text = response.get_data(as_text=True)
    assert response.status_code == 422
    assert "last digit should be 4; typed 5" in error_of(text, "number")
    assert "Keep it anyway" in text
    assert f'value="{MISTYPED}"' in text
    assert 'value="2026-03-01T10:00"' in text
    assert Shipment.select().count() == 0


def test_staff_may_keep_a_number_that_looks_wrong(shop, order, browser, base):
    assert browser.post(f"{base}/new", form_for(shop, order, number=MISTYPED, keep="1")).status_code == 303
    assert Shipment.get().number == MISTYPED


def test_a_number_of_another_shape_is_questioned_too(shop, order, browser, base):
    text = browser.post(f"{base}/new", form_for(shop, order, number="HELLO1")).get_data(as_text=True)
    assert "Numbers of this carrier look different." in error_of(text, "number")


def test_the_carrier_is_told_by_the_number(shop, order, browser, base):
    assert browser.post(f"{base}/new", form_for(shop, order, carrier="")).status_code == 303
    assert Shipment.get().carrier == "ups"


def test_a_mistyped_number_still_tells_its_carrier(shop, order, browser, base):
    text = browser.post(f"{base}/new", form_for(shop, order, carrier="", number=MISTYPED)).get_data(as_text=True)
    assert "last digit should be 4; typed 5" in error_of(text, "number")
    assert 'name="carrier" type="text" value="UPS"' in text


def test_another_carrier_needs_a_name_and_a_plain_link(shop, order, browser, base):
    form = form_for(shop, order, carrier="manual", number="Parcel 7")
    assert error_of(browser.post(f"{base}/new", form).get_data(as_text=True), "carrier_name")
    form |= {"carrier_name": "Local Post", "url": "https://post.example/7"}
    assert browser.post(f"{base}/new", form).status_code == 303
    row = Shipment.get()
    assert (row.carrier_name, row.number, row.url) == ("Local Post", "Parcel 7", "https://post.example/7")


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "\\\\evil", "http://x.example"]
)
def test_s09_a_link_that_is_no_https_address_is_refused(shop, order, browser, base, url):
    form = form_for(shop, order, carrier="manual", carrier_name="Post", number="P7", url=url)
    response = browser.post(f"{base}/new", form)
    assert response.status_code == 422
    assert "https://" in error_of(response.get_data(as_text=True), "url")
    assert Shipment.select().count() == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", ""), ("number", "///"), ("carrier", "nobody"), ("shipped_at", "yesterday"),
        ("shipped_at", "2026-03-09T10:00"), ("shipped_at", "0001-01-01T00:00"),
        ("shipped_at", "2026-03-02T10:00+09:00"), ("location", "999"), ("location", "x"),
    ],
)  # fmt: skip
def test_each_mistake_is_told_beside_its_field(shop, order, browser, base, field, value):
    Location.create(shop=shop, code="W1", name="Busan warehouse")
    response = browser.post(f"{base}/new", form_for(shop, order, **{field: value}))
    assert response.status_code == 422
    assert error_of(response.get_data(as_text=True), field)
    assert Shipment.select().count() == 0


@pytest.mark.parametrize("typed", ["3", "-1", "1.5", "x", "²", "99999999999999999999"])
def test_more_pieces_than_were_ordered_are_refused(shop, order, browser, base, typed):
    tea = load_lines(shop.id, order.id)[0]
    text = browser.post(f"{base}/new", form_for(shop, order, **{f"line-{tea.id}": typed})).get_data(as_text=True)
    assert error_of(text, f"line-{tea.id}") == "Write a number from 0 to 2."


def test_a_shipment_of_nothing_is_refused_while_pieces_are_open(shop, order, browser, base):
    tea, cup = load_lines(shop.id, order.id)
    nothing = {f"line-{tea.id}": "0", f"line-{cup.id}": ""}
    assert error_of(browser.post(f"{base}/new", form_for(shop, order, **nothing)).get_data(as_text=True), "quantities")


def test_a_location_of_another_shop_is_not_there(shop, other_shop, order, browser, base):
    stranger = Location.create(shop=other_shop, code="W1", name="Theirs")
    assert browser.post(f"{base}/new", form_for(shop, order, location=str(stranger.id))).status_code == 422


def test_a_shipment_is_corrected(shop, order, browser, base, shipment):
    form = form_for(shop, order, carrier="manual", carrier_name="Post", number="P-9")
    assert browser.post(f"{base}/{shipment.id}/edit", form).status_code == 303
    row = Shipment.get()
    assert (row.carrier, row.number, row.revision) == ("manual", "P-9", 1)


def test_the_form_of_a_shipment_shows_what_it_is(shop, order, browser, base, shipment):
    text = browser.get(f"{base}/{shipment.id}/edit").get_data(as_text=True)
    assert f'value="{UPS}"' in text
    assert 'name="carrier" type="text" value="UPS"' in text


def test_a_number_that_was_kept_is_not_questioned_again(portal, shop, order, browser, base):
    kept = shipping.add_shipment(portal, shop.id, order, "ups", MISTYPED, actor="test")[0]
    assert browser.post(f"{base}/{kept.id}/edit", form_for(shop, order, number=MISTYPED)).status_code == 303


def test_a_shipment_is_cancelled_after_a_question(shop, order, browser, base, shipment):
    page = browser.get(f"{base}/{shipment.id}/cancel").get_data(as_text=True)
    assert f"Cancel shipment {UPS}?" in page
    assert Shipment.get().cancelled_at is None, "asking changes nothing"
    assert browser.post(f"{base}/{shipment.id}/cancel").status_code == 303
    assert Shipment.get().cancelled_at is not None
    assert browser.post(f"{base}/{shipment.id}/edit", form_for(shop, order)).status_code == 422
    assert browser.post(f"{base}/{shipment.id}/say", {"milestone": "delivered"}).status_code == 422


def test_a_status_is_said_by_hand_and_labelled_as_the_shops(shop, order, browser, base, shipment):
    form = {"milestone": "out_for_delivery", "at": "2026-03-02T08:00", "text": "With Bo on the bike", "place": "Seoul"}
    assert browser.post(f"{base}/{shipment.id}/say", form).status_code == 303
    row = Shipment.get()
    assert (row.milestone, row.state["source"]) == ("out_for_delivery", "shop")
    event = row.state["events"][0]
    assert (event["text"], event["place"], event["local"]) == ("With Bo on the bike", "Seoul", "2026-03-02T08:00:00")
    assert load_audit(shop.id, f"shipment:{shipment.id}")[-1].action in ("said", "status")


def test_after_the_first_scan_the_shops_word_is_a_note(portal, shop, browser, base, shipment):
    recording.record_result(portal, shop, "ups", TrackingResult(UPS, (scan("in_transit", "2026-03-02T12:00", 9),)))
    assert "stays the carrier’s word" in browser.get(f"{base}/{shipment.id}/say").get_data(as_text=True)
    browser.post(f"{base}/{shipment.id}/say", {"milestone": "delivered", "at": "2026-03-02T08:00"})
    row = Shipment.get()
    assert (row.milestone, row.state["source"], len(row.state["events"])) == ("in_transit", "carrier", 2)


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"milestone": ""}, "milestone"), ({"milestone": "cancelled"}, "milestone"),
        ({"milestone": "<b>"}, "milestone"),
        ({"milestone": "delivered", "at": "2027-01-01T00:00"}, "at"), ({"milestone": "delivered", "at": "x"}, "at"),
    ],
)  # fmt: skip
def test_a_status_that_cannot_be_said_is_refused_beside_its_field(browser, base, shipment, form, field):
    response = browser.post(f"{base}/{shipment.id}/say", {**form, "text": "typed note"})
    text = response.get_data(as_text=True)
    assert response.status_code == 422
    assert error_of(text, field)
    assert "typed note" in text
    assert Shipment.get().milestone == "pending"


def test_s17_reading_a_page_changes_nothing(shop, order, browser, base, shipment):
    before = (Shipment.get().__data__, len(load_audit(shop.id, f"shipment:{shipment.id}")))
    for path in ("new", f"{shipment.id}/edit", f"{shipment.id}/cancel", f"{shipment.id}/say"):
        assert browser.get(f"{base}/{path}?milestone=delivered&number=x").status_code == 200
    assert (Shipment.get().__data__, len(load_audit(shop.id, f"shipment:{shipment.id}"))) == before
