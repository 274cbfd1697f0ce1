"""Carriers of a shop's own: added by a form, chosen for shipments, named in files and by stores."""

import html
import re

import pytest

from tests.portals import make_order, make_shop
from tracker.sdk import OrderShipment
from tracker.services import carriers, imports, own_carriers, shipping
from tracker.services.own_carriers import Draft
from tracker.services.refusals import Refused
from tracker.services.staff import Me
from tracker.store.orders import load_lines
from tracker.store.own_carriers import load_carriers
from tracker.store.shipments import Shipment, find_shipment, list_used

ME = Me(7, "ada@example.com", "Ada", "en", 1, "token")
UPS = "1Z999AA10123456784"
LINK = "https://van.example/track?no={number}&lang=ko"
VAN = {"name": "Nearby Couriers", "url": LINK, "country": "KR", "prefix": "nc", "shortest": "8", "longest": "10"}


@pytest.fixture
def browser(shop, enter):
    return enter(shop, "staff")


@pytest.fixture
def order(portal, shop):
    return make_order(portal, shop)


@pytest.fixture
def van(portal, shop):
    return own_carriers.add(portal, shop, Draft.model_validate(VAN), me=ME)


def add(browser, **changes):
    browser.get("/desk/demo/carriers/new")
    return browser.post("/desk/demo/carriers/new", {**VAN, **changes})


def error_of(response, field):
    found = re.search(rf'id="{field}-error">([^<]*)<', response.get_data(as_text=True))
    return html.unescape(found[1]) if found else ""


def ship(browser, shop, order, **fields):
    line = load_lines(shop.id, order.id)[0]
    path = f"/desk/demo/orders/{order.id}/shipments/new"
    browser.get(path)
    return browser.post(path, {"number": "NC-12345678", f"line-{line.id}": "1", "handed_over": "1", **fields})


def test_002_06_a_carrier_is_added_listed_changed_and_removed(shop, browser):
    assert add(browser).status_code == 303
    row = load_carriers(shop.id)[0]
    assert (row.name, row.url, row.country, row.prefix, row.shortest, row.longest) == (
        "Nearby Couriers", LINK, "KR", "NC", 8, 10,
    )  # fmt: skip
    text = html.unescape(browser.get("/desk/demo/carriers").get_data(as_text=True))
    assert 'href="https://van.example/track?no=123456789&lang=ko"' in text
    assert "South Korea" in text
    assert "8 to 10 characters" in text
    path = f"/desk/demo/carriers/{row.id}"
    assert LINK in html.unescape(browser.get(path).get_data(as_text=True))
    assert browser.post(path, {**VAN, "name": "Near & Couriers", "longest": ""}).status_code == 303
    assert (load_carriers(shop.id)[0].name, load_carriers(shop.id)[0].longest) == ("Near & Couriers", None)
    assert browser.post(f"{path}/remove").status_code == 303
    assert load_carriers(shop.id) == []


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"name": ""}, "name", "Fill this in."),
        ({"name": "★"}, "name", "Write a name with letters in it."),
        ({"name": "UPS"}, "name", "There is a carrier of this name already."),
        ({"name": "u.p.s."}, "name", "There is a carrier of this name already."),
        ({"url": "https://van.example/track"}, "url", "Write {number} where the tracking number belongs"),
        ({"url": "https://{number}.van.example/"}, "url", "behind the carrier’s own address"),
        ({"url": "http://van.example/{number}"}, "url", "begins with https://"),
        ({"url": "javascript:alert('{number}')"}, "url", "begins with https://"),
        ({"url": "https://van.example/{number}/{postcode}"}, "url", "no other braces"),
        ({"url": "https://a@van.example/{number}"}, "url", "begins with https://"),
        ({"country": "XX"}, "country", "Choose one of the list."),
        ({"country": "ZZ"}, "country", "Choose one of the list."),
        ({"shortest": "0"}, "shortest", "Write a number of at least 1."),
        ({"shortest": "many"}, "shortest", "Write a number."),
        ({"longest": "65"}, "longest", "Write a number of at most 64."),
        ({"longest": "7"}, "longest", "The most characters cannot be fewer than the fewest."),
    ],
)
def test_s09_what_cannot_be_a_carrier_is_told_beside_its_field(shop, browser, changes, field, said):
    response = add(browser, **changes)
    assert response.status_code == 422
    assert said in error_of(response, field)
    assert load_carriers(shop.id) == []


def test_no_two_carriers_of_a_shop_have_one_name(portal, shop, browser, van):
    assert "of this name already" in error_of(add(browser, name="NEARBY-couriers"), "name")
    other = own_carriers.add(portal, shop, Draft(name="Second"), me=ME)
    with pytest.raises(Refused):
        own_carriers.change(portal, shop, other.id, Draft(name="Nearby Couriers"), me=ME)
    own_carriers.change(portal, shop, van.id, Draft(name="Nearby  COURIERS"), me=ME)
    assert own_carriers.add(portal, make_shop(portal, "third"), Draft(name="Nearby Couriers"), me=ME)


def test_a_link_is_made_of_the_template_whatever_the_number_holds(van):
    assert own_carriers.fill(van, " NC 1/2&x=#") == "https://van.example/track?no=NC%201%2F2%26x%3D%23&lang=ko"


def test_002_07_its_shipments_carry_its_name_and_a_link_to_its_page(shop, order, browser, van):
    assert ship(browser, shop, order, carrier="nearby couriers").status_code == 303
    row = Shipment.get()
    assert (row.carrier, row.carrier_name, row.number) == ("manual", "Nearby Couriers", "NC-12345678")
    assert row.url == "https://van.example/track?no=NC-12345678&lang=ko"
    text = html.unescape(browser.get(f"/desk/demo/orders/{order.id}").get_data(as_text=True))
    assert f'href="{row.url}"' in text


def test_a_corrected_number_gets_a_corrected_link_and_a_typed_one_stays(shop, order, browser, van):
    ship(browser, shop, order, carrier="Nearby Couriers")
    path = f"/desk/demo/orders/{order.id}/shipments/{Shipment.get().id}/edit"
    text = html.unescape(browser.get(path).get_data(as_text=True))
    assert 'name="carrier" type="text" value="Nearby Couriers"' in text
    assert 'name="url" type="url" value=""' in text
    browser.post(path, {"carrier": "Nearby Couriers", "number": "NC87654321"})
    assert Shipment.get().url == "https://van.example/track?no=NC87654321&lang=ko"
    browser.post(path, {"carrier": "Nearby Couriers", "number": "NC87654321", "url": "https://van.example/special"})
    assert Shipment.get().url == "https://van.example/special"
    browser.post(path, {"carrier": "ups", "number": UPS, "carrier_name": "Nearby Couriers", "url": "https://x.example"})
    row = Shipment.get()
    assert (row.carrier, row.carrier_name, row.url) == ("ups", "", "")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("XX12345678", "Numbers of Nearby Couriers begin with NC."),
        ("NC123", "have at least 8 characters; typed were 5."),
        ("NC123456789", "have at most 10 characters; typed were 11."),
    ],
)
def test_002_08_a_number_of_another_shape_is_questioned_and_kept_on_purpose(shop, order, browser, van, number, said):
    response = ship(browser, shop, order, carrier="Nearby Couriers", number=number)
    assert said in error_of(response, "number")
    assert Shipment.select().count() == 0
    assert ship(browser, shop, order, carrier="Nearby Couriers", number=number, keep="1").status_code == 303
    assert Shipment.get().number == number


def test_a_number_that_begins_like_its_own_tells_the_carrier(portal, shop, order, browser, van):
    ship(browser, shop, order, number="nc 1234 5678")
    assert Shipment.get().carrier_name == "Nearby Couriers"
    own_carriers.add(portal, shop, Draft(name="Second", prefix="NC"), me=ME)
    assert own_carriers.guess(shop.id, "NC12345678") is None


def test_a_name_without_a_carrier_is_enough_for_one_parcel(shop, order, browser, van):
    ship(browser, shop, order, carrier_name="Uncle Lee", number="77")
    assert (Shipment.get().carrier, Shipment.get().carrier_name) == ("manual", "Uncle Lee")
    ship(browser, shop, order, carrier="other carrier", carrier_name="NEARBY couriers", number="NC12345678")
    assert Shipment.select().order_by(Shipment.id.desc()).get().url.startswith("https://van.example/")


# --- the choice among all carriers -----------------------------------------------------------------------------------


def test_002_05_what_the_shop_uses_comes_first_then_its_own_then_all_others(portal, shop, order, van):
    shipping.add_shipment(portal, shop.id, order, "ups", UPS, actor="t")
    choices = carriers.list_choices(portal, shop.id)
    assert [(one.written, one.used, one.own) for one in choices[:2]] == [
        ("UPS", True, False), ("Nearby Couriers", False, True),
    ]  # fmt: skip
    others = [one.written.casefold() for one in choices[2:-1]]
    assert others == sorted(others)
    assert choices[-1].written == "Other carrier"
    assert len({one.written for one in choices}) == len(choices) == len(portal.registry.carriers) + 1
    assert all(one.own or carriers.find(portal, shop.id, one.written).own is None for one in choices)


def test_every_choice_is_found_again_by_what_is_written_and_by_its_id(portal, shop):
    for id in portal.registry.carriers:
        assert carriers.find(portal, shop.id, id).carrier == id
        assert carriers.find(portal, shop.id, carriers.write_choice(portal, shop.id, id)).carrier == id


def test_carriers_of_one_name_are_told_apart_by_their_ids(portal, shop, monkeypatch):
    twin = type("Twin", (), {"id": "ups_two", "names": {"en": "U.P.S."}, "formats": (), "countries": (), "aliases": ()})
    provider = type(portal.registry.carriers["ups"])("carrier", "ups_two", "ups", twin())
    monkeypatch.setitem(portal.registry.carriers, "ups_two", provider)
    with pytest.raises(Refused, match=r"Write one of: UPS \(ups\), U.P.S. \(ups_two\)\."):
        carriers.find(portal, shop.id, "Ups")
    assert carriers.find(portal, shop.id, "UPS (ups)").carrier == "ups"
    assert carriers.find(portal, shop.id, "U.P.S. (ups_two)").carrier == "ups_two"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Fedx", "Do you mean: FedEx"),
        ("Royal M", "Do you mean: Royal Mail?"),
        ("Zzyzx Quux", "Leave this empty and fill in “Only for another carrier”."),
    ],
)
def test_an_unknown_carrier_is_told_with_the_nearest(shop, order, browser, typed, said):
    response = ship(browser, shop, order, carrier=typed)
    assert response.status_code == 422
    assert said in error_of(response, "carrier")
    assert f'value="{typed}"' in response.get_data(as_text=True)


def test_carriers_in_use_are_found_without_reading_every_shipment(portal, shop, order):
    for count, carrier in enumerate(("ups", "demo", "ups", "manual")):
        shipping.add_shipment(portal, shop.id, order, carrier, f"DEMOTEST{count}", actor="t", carrier_name="x")
    assert list_used(shop.id) == ["demo", "manual", "ups"]
    assert list_used(make_shop(portal, "third").id) == []


# --- files and stores ------------------------------------------------------------------------------------------------


def test_a_file_names_it_and_gets_its_link(portal, shop, order, van, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Order number,Tracking number,Courier\n1001,NC12345678,nearby couriers\n1001,AB1,Nearby Couriers\n")
    row = imports.import_file(portal, shop.id, path, actor="t")
    assert (row.added, row.refused, [one["reason"] for one in row.problems]) == (1, 1, ["no_format"])
    shipment = Shipment.get()
    assert (shipment.carrier, shipment.carrier_name) == ("manual", "Nearby Couriers")
    assert shipment.url == "https://van.example/track?no=NC12345678&lang=ko"


def test_a_store_names_it_and_gets_its_link(portal, shop, van):
    told = OrderShipment("Nearby Couriers", "NC12345678")
    make_order(portal, shop, "1002", shipments=(told,))
    row = find_shipment(shop.id, 1)
    assert (row.carrier_name, row.url) == ("Nearby Couriers", "https://van.example/track?no=NC12345678&lang=ko")
