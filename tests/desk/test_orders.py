"""The list of orders and the page of one: what is found, page by page, and what is shown of it."""

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from tests.portals import make_order, scan
from tracker.sdk import Buyer, OrderMilestone, Successor, TrackingResult
from tracker.services import desk, links, recording, shipping, switches
from tracker.services.desk import Filter
from tracker.store import listings
from tracker.store.audit import load_audit
from tracker.store.listings import Wanted
from tracker.store.orders import Order, find_order
from tracker.store.shipments import Location, note_answer

UPS = "1Z999AA10123456784"
FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}


def numbers(page):
    return [row.order.number for row in page.rows]


@pytest.fixture
def orders(portal, shop):
    """Seven orders, 1001 the oldest; two of them were placed in the same instant."""
    start = portal.now() - timedelta(days=1)
    made = []
    for index, hours in enumerate((0, 1, 2, 2, 3, 4, 5)):
        buyer = Buyer(name=f"Person {index}", email=f"p{index}@example.com")
        placed = start + timedelta(hours=hours)
        made.append(make_order(portal, shop, str(1001 + index), placed_at=placed, buyer=buyer))
    return made


def test_the_newest_order_comes_first(shop, orders):
    assert numbers(desk.list_orders(shop.id, Filter())) == [str(1007 - index) for index in range(7)]


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_paging_back_and_forth_shows_each_order_once(shop, orders, monkeypatch, size):
    monkeypatch.setattr(desk, "PAGE", size)
    page, seen = desk.list_orders(shop.id, Filter()), []
    assert page.newer == ""
    while True:
        seen += numbers(page)
        if not page.older:
            break
        page = desk.list_orders(shop.id, Filter(), before=page.older)
    assert seen == [str(1007 - index) for index in range(7)]
    back = numbers(page)
    while page.newer:
        page = desk.list_orders(shop.id, Filter(), after=page.newer)
        back = numbers(page) + back
    assert back == seen


@pytest.mark.parametrize(
    "place", ["", "x", "-", "1-", "9" * 30 + "-1", "1-" + "9" * 30, "²-1", "0-0", "99999999999999999-1"]
)
def test_a_place_that_is_none_leads_to_no_error(portal, shop, orders, enter, place):
    browser = enter(shop, "staff")
    assert browser.get(f"/desk/demo/orders?before={place}").status_code == 200
    assert browser.get(f"/desk/demo/orders?after={place}").status_code == 200


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_page_costs_the_same_however_far_back(portal, shop):
    """What the database reads for a page is a slice of the index, at its end as at its beginning."""
    rows = [
        {
            "shop": shop.id, "store": "x", "ref": str(number), "number": str(number), "milestone": "placed",
            "placed_at": portal.now() - timedelta(minutes=number), "changed_at": portal.now(),
        }
        for number in range(3000)
    ]  # fmt: skip
    for start in range(0, 3000, 100):
        Order.insert_many(rows[start : start + 100]).execute()
    deep = Order.select().where(Order.number == "2900").get()

    def steps(before):
        count = 0

        def tick():
            nonlocal count
            count += 1

        connection = portal.database.engine.connection()
        connection.set_progress_handler(tick, 10)
        listings.list_orders(shop.id, Wanted(), 26, before=before, after=None)
        connection.set_progress_handler(None, 0)
        return count

    assert steps(listings.Place(deep.placed_at, deep.id)) < steps(None) * 1.5 + 20


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1003", ["1003"]), ("#1003", ["1003"]), ("100", [str(1007 - index) for index in range(7)]),
        ("p2@example.com", ["1003"]), ("P2@EXAMPLE", ["1003"]), ("person 4", ["1005"]), ("son 4", ["1005"]),
        ("  person   4 ", ["1005"]), ("%", []), ("_", []), ("nobody", []), ("' OR 1=1 --", []), ("\0", None),
    ],
)  # fmt: skip
def test_search_finds_by_number_address_and_name(shop, orders, text, found):
    everything = [str(1007 - index) for index in range(7)]
    assert numbers(desk.list_orders(shop.id, Filter(q=text))) == (everything if found is None else found)


@pytest.mark.parametrize("typed", [UPS, UPS.lower(), "1Z 999 AA1 0123456784", "1Z-999-AA1-0123456784"])
def test_search_finds_by_tracking_number_however_it_is_typed(portal, shop, orders, typed):
    shipping.add_shipment(portal, shop.id, orders[2], "ups", UPS, actor="test")
    assert numbers(desk.list_orders(shop.id, Filter(q=typed))) == ["1003"]


def test_search_stays_within_the_shop(portal, shop, other_shop, orders):
    stranger = make_order(portal, other_shop, "1003")
    shipping.add_shipment(portal, other_shop.id, stranger, "ups", UPS, actor="test")
    assert numbers(desk.list_orders(shop.id, Filter(q=UPS))) == []
    assert len(desk.list_orders(shop.id, Filter(q="1003")).rows) == 1


def test_filters_narrow_by_shop_shipment_delivery_and_need(portal, shop, orders):
    late, fine = orders[0], orders[1]
    for order, number, milestone in ((late, "1Z1", "exception"), (fine, "1Z2", "delivered")):
        shipping.add_shipment(portal, shop.id, order, "ups", number, actor="test")
        recording.record_result(portal, shop, "ups", TrackingResult(number, (scan(milestone),)))
    shipping.set_milestone(portal, shop.id, orders[3], OrderMilestone.PACKED, actor="test")
    found = {
        name: numbers(desk.list_orders(shop.id, asked))
        for name, asked in {
            "attention": Filter(attention=True),
            "exception": Filter(shipment="exception"),
            "shipped": Filter(state="shipped"),
            "packed": Filter(milestone="packed"),
            "both": Filter(milestone="packed", shipment="exception"),
            "nonsense": Filter(milestone="x", shipment="y", state="z"),
        }.items()
    }
    assert found.pop("nonsense") == [str(1007 - index) for index in range(7)]
    assert found == {
        "attention": ["1001"], "exception": ["1001"], "shipped": ["1002"], "packed": ["1004"], "both": [],
    }  # fmt: skip


def test_a_cancelled_shipment_is_no_reason_to_be_found_by_its_state(portal, shop, orders):
    shipment, _new = shipping.add_shipment(portal, shop.id, orders[0], "ups", UPS, actor="test")
    shipping.cancel_shipment(portal, shop.id, shipment.id, actor="test")
    assert numbers(desk.list_orders(shop.id, Filter(shipment="cancelled"))) == []


def test_deleted_orders_are_not_listed(portal, shop, orders):
    Order.update(deleted_at=portal.now()).where(Order.id == orders[0].id).execute()
    assert "1001" not in numbers(desk.list_orders(shop.id, Filter()))


def test_counting_ends_at_a_thousand(shop, orders, monkeypatch):
    monkeypatch.setattr(listings, "COUNTED", 5)
    page = desk.list_orders(shop.id, Filter())
    assert (page.total, page.more) == (6, True)


def test_htmx_gets_the_rows_alone_from_the_same_address(shop, orders, enter):
    browser = enter(shop, "staff")
    fragment = browser.get("/desk/demo/orders?q=1003", headers=FRAGMENT)
    text = fragment.get_data(as_text=True)
    assert text.lstrip().startswith('<div id="order_rows" hx-get="/desk/demo/orders?q=1003"')
    assert "<html" not in text
    assert "HX-Request" in ", ".join(fragment.headers.getlist("Vary"))


def test_pages_keep_what_was_asked_for(shop, orders, enter, monkeypatch):
    monkeypatch.setattr(desk, "PAGE", 2)
    text = enter(shop, "staff").get("/desk/demo/orders?q=Person&attention=").get_data(as_text=True)
    assert "q=Person" in text
    text = enter(shop, "staff", "s2@demo.example").get("/desk/demo/orders?q=Person").get_data(as_text=True)
    older = re.search(r'rel="next" href="([^"]+)"', text)[1].replace("&amp;", "&")
    assert older.startswith("/desk/demo/orders?before=")
    assert "q=Person" in older


def test_an_empty_shop_is_told_what_to_do(shop, enter):
    browser = enter(shop, "staff")
    assert "No orders yet." in browser.get("/desk/demo/orders").get_data(as_text=True)
    assert "No order matches." in browser.get("/desk/demo/orders?q=zzz").get_data(as_text=True)


def test_one_order_shows_lines_shipments_mails_and_deeds(portal, shop, enter):
    order = make_order(portal, shop)
    place = Location.create(shop=shop, code="W1", name="Busan warehouse")
    browser = enter(shop, "staff")
    shipping.add_shipment(portal, shop.id, order, "ups", UPS, actor="staff:1", quantities={"l1": 1}, location=place.id)
    event = scan("in_transit", "2026-03-02T17:00", 9, text="Arrived at facility", code="AR")
    recording.record_result(portal, shop, "ups", TrackingResult(UPS, (event,)))
    text = browser.get(f"/desk/demo/orders/{order.id}").get_data(as_text=True)
    for part in (
        "Green tea", "1 × Green tea", "from Busan warehouse", "word of the carrier", "Arrived at facility", "Seoul, KR",
        "17:00 (UTC+9)", "https://www.ups.com", "ada@example.com", "Waiting to be sent", "Staff", "added the shipment",
    ):  # fmt: skip
        assert part in text, part


def test_who_said_what_is_told_by_name(portal, shop, enter):
    order = make_order(portal, shop)
    shipping.add_shipment(portal, shop.id, order, "ups", UPS, actor="store:woocommerce")
    text = enter(shop, "staff").get(f"/desk/demo/orders/{order.id}").get_data(as_text=True)
    assert "WooCommerce reported the status: Picked up" in text
    assert "woocommerce" not in text
    assert "by hand" not in text


def test_why_a_carrier_was_not_asked_is_said_in_words(portal, shop, enter):
    order = make_order(portal, shop)
    shipment, _ = shipping.add_shipment(portal, shop.id, order, "ups", UPS, actor="staff:1")
    note_answer(shop.id, "ups", UPS, "auth: the settings of ups need correcting: client_id")
    path = f"/desk/demo/orders/{order.id}"
    browser = enter(shop, "staff")
    text = browser.get(path).get_data(as_text=True)
    assert "The carrier does not let us in." in text
    assert "auth:" not in text
    shipping.cancel_shipment(portal, shop.id, shipment.id, actor="staff:1")
    assert "The carrier does not let us in." not in browser.get(path).get_data(as_text=True)


def test_where_a_parcel_went_on_stands_beside_it(portal, shop, enter):
    order = make_order(portal, shop)
    shipping.add_shipment(portal, shop.id, order, "ups", UPS, actor="staff:1")
    onward = TrackingResult(UPS, (scan("in_transit"),), None, Successor("usps", "9400111206206406260182"))
    recording.record_result(portal, shop, "ups", onward)
    text = " ".join(enter(shop, "staff").get(f"/desk/demo/orders/{order.id}").get_data(as_text=True).split())
    assert 'Handed over to USPS <a href="https://tools.usps.com/' in text
    assert ">9400111206206406260182<" in text


def test_nobody_is_said_to_be_asked_next_who_is_switched_off(portal, shop, enter):
    order = make_order(portal, shop)
    shipping.add_shipment(portal, shop.id, order, "demo", "DEMOTEST1", actor="staff:1")
    path, browser = f"/desk/demo/orders/{order.id}", enter(shop, "staff")
    assert "· next " in browser.get(path).get_data(as_text=True)
    switches.disable(portal, shop, "demo", "staff:1")
    text = browser.get(path).get_data(as_text=True)
    assert "nobody is asked: the plugin is off" in text
    assert "· next " not in text


def handlers_in(text):
    """Attributes of the page that would run something."""
    found = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            found.extend(name for name, _value in attrs if name.startswith("on") or name == "srcdoc")

    Reader().feed(text)
    return found


XSS = "<img src=x onerror=alert(1)>\"'{{7*7}}"


def test_s08_foreign_text_stays_text(portal, shop, enter):
    buyer = Buyer(name=XSS, email="x@example.com", city=XSS, phone=XSS)
    order = make_order(portal, shop, "1001", buyer=buyer, word=XSS)
    shipping.add_shipment(portal, shop.id, order, "manual", "P<b>1", carrier_name=XSS, actor="test")
    event = scan("in_transit", text=XSS, place=XSS, code=XSS)
    recording.record_result(portal, shop, "manual", TrackingResult("P<b>1", (event,)))
    browser = enter(shop, "staff")
    for path in ("", f"/{order.id}", f"?q={XSS}", f"/{order.id}/shipments/1/edit", f"/{order.id}/shipments/1/say"):
        text = browser.get(f"/desk/demo/orders{path}").get_data(as_text=True)
        assert "<img src=x" not in text
        assert "<b>1" not in text
        assert not handlers_in(text)
        assert ">49" not in text


@pytest.mark.parametrize("mark", ["packed", "completed"])
def test_an_order_is_marked_and_the_deed_is_kept(portal, shop, enter, mark):
    order = make_order(portal, shop)
    browser = enter(shop, "staff")
    response = browser.post(f"/desk/demo/orders/{order.id}/mark", {"milestone": mark})
    assert response.status_code == 303
    row = find_order(shop.id, order.id)
    assert row.milestone == mark
    assert (row.completed_at is not None) == (mark == "completed")
    assert row.delivered_at is None
    last = load_audit(shop.id, f"order:{order.id}")[-1]
    assert (last.actor, last.action, last.body["to"]) == ("staff:1", "milestone", mark)
    assert "The order is marked" in browser.get(response.headers["Location"]).get_data(as_text=True)


@pytest.mark.parametrize("mark", ["", "cancelled", "placed", "delivered", "<x>"])
def test_what_staff_cannot_say_of_an_order_is_refused(portal, shop, enter, mark):
    order = make_order(portal, shop)
    browser = enter(shop, "staff")
    response = browser.post(f"/desk/demo/orders/{order.id}/mark", {"milestone": mark})
    assert "Choose one of the list." in browser.get(response.headers["Location"]).get_data(as_text=True)
    assert find_order(shop.id, order.id).milestone == "confirmed"


def test_the_printed_address_opens_the_page_until_the_links_are_ended(portal, shop, enter):
    order = make_order(portal, shop)
    browser = enter(shop, "staff")
    shown = [browser.post(f"/desk/demo/orders/{order.id}/link").get_data(as_text=True) for _ in range(2)]
    address = re.search(r'readonly value="([^"]+)"', shown[0])[1]
    assert address in shown[1], "the same address again"
    token = address.rpartition("/")[2]
    assert links.follow(portal, token).order == order.id
    browser.get("/desk/me")
    browser.post(f"/desk/demo/orders/{order.id}/links/end")
    assert links.follow(portal, token) is None
    actions = [entry.action for entry in load_audit(shop.id, f"order:{order.id}")]
    assert actions == ["told", "link-issued", "link-revoked"]
