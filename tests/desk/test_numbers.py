"""Numbers as staff type them: told when they look wrong, before anything is kept, and kept on purpose."""

import pytest

from tests.portals import make_order
from tracker.store.shipments import Shipment

from .test_shipments import UPS, error_of, form_for


@pytest.fixture
def order(portal, shop):
    return make_order(portal, shop)


@pytest.fixture
def browser(shop, enter):
    return enter(shop, "staff")


@pytest.fixture
def base(order):
    return f"/desk/demo/orders/{order.id}/shipments"


@pytest.mark.parametrize(
    ("carrier", "number", "said"),
    [
        ("UPS", f"{UPS[:-1]}5", "last digit should be 4; typed 5"),
        ("FedEx", "123456789013", "last digit should be 2; typed 3"),
        ("한진택배", "1234-5678-9014", "last digit should be 3; typed 4"),
        ("Japan Post", "EE123456784JP", "digit 11 should be 5; typed 4"),
        ("Polish Post", UPS, "numbers of UPS look like"),
        ("Japan Post", "12345", "Numbers of this carrier look different"),
    ],
)
def test_002_08_what_looks_wrong_is_said_before_it_is_saved_and_can_be_kept(
    shop, order, browser, base, carrier, number, said
):
    page = browser.post(f"{base}/new", form_for(shop, order, carrier=carrier, number=number))
    assert page.status_code == 422
    assert said in error_of(page.text, "number")
    assert 'name="keep"' in page.text
    assert Shipment.select().count() == 0
    assert (
        browser.post(f"{base}/new", form_for(shop, order, carrier=carrier, number=number, keep="1")).status_code == 303
    )
    assert Shipment.get().number == number.replace("-", "")


def test_a_right_number_or_a_carrier_without_known_shapes_is_not_questioned(shop, order, browser, base):
    assert browser.post(f"{base}/new", form_for(shop, order, carrier="Ilyang Logis", number="5")).status_code == 303
    assert browser.post(f"{base}/new", form_for(shop, order, number=UPS)).status_code == 303


def test_a_carrier_left_open_is_told_by_number_and_country_or_asked_for(shop, order, browser, base):
    assert browser.post(f"{base}/new", form_for(shop, order, carrier="", number="EE123456785KR")).status_code == 303
    assert Shipment.get().carrier == "koreapost"
    page = browser.post(f"{base}/new", form_for(shop, order, carrier="", number="98765432109876543"))
    assert page.status_code == 422
    assert "Choose a carrier" in error_of(page.text, "carrier")
