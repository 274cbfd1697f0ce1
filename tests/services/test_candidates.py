"""Candidates in a shop: by whom it uses, where it sends from and to, and what it has switched off."""

import pytest

from tests.portals import make_order
from tracker.services import carriers, plugins, shipping
from tracker.services.candidates import Ranking
from tracker.services.portal import Portal
from tracker.store.shipments import Location
from tracker.store.shops import Shop

UPS = "1Z999AA10123456784"
ANYBODYS = "123456789012"
KOREAN = "123456789013"


def first(portal: Portal, shop: Shop, number: str, *countries: str) -> str:
    return Ranking(portal, shop.id).rank(number, countries)[0].carrier


def test_the_carriers_that_a_shop_uses_go_first(portal, shop):
    assert first(portal, shop, ANYBODYS) == "fedex"
    shipping.add_shipment(portal, shop.id, make_order(portal, shop), "delhivery", "123456789", actor="test")
    assert first(portal, shop, ANYBODYS) == "delhivery"


def test_where_a_parcel_goes_and_comes_from_decides(portal, shop):
    assert first(portal, shop, KOREAN, "KR") in ("hanjin", "lotte")
    assert first(portal, shop, KOREAN, "jp") in ("yamato", "sagawa", "japan_post")
    Location.create(shop=shop, code="S", name="Seoul", country="KR")
    assert first(portal, shop, KOREAN) in ("hanjin", "lotte")


def test_a_carrier_that_the_shop_switched_off_is_no_candidate(portal, shop, monkeypatch):
    monkeypatch.setattr(plugins, "list_refused", lambda *_: {"ups"})
    ranking = Ranking(portal, shop.id)
    assert ranking.rank(UPS) == []
    assert ranking.guess(UPS) == ranking.guess(f"{UPS[:-1]}5") == ""


@pytest.mark.parametrize(
    ("number", "carrier"),
    [(UPS, "ups"), (f"{UPS[:-1]}5", "ups"), ("EE123456785KR", "koreapost"), ("EE123456784KR", "koreapost"),
     ("6012345678901", ""), ("123456789014", ""), ("?", ""), ("", "")],
)  # fmt: skip
def test_nobody_is_guessed_from_a_mere_shape(portal, shop, number, carrier):
    assert Ranking(portal, shop.id).guess(number) == carrier


def test_a_mistyped_number_tells_the_one_carrier_that_the_shop_uses(portal, shop):
    shipping.add_shipment(portal, shop.id, make_order(portal, shop), "hanjin", KOREAN, actor="test")
    assert Ranking(portal, shop.id).guess("123456789014") == "hanjin"


def test_staff_find_a_carrier_by_a_former_name_too(portal, shop):
    assert carriers.find(portal, shop.id, "myHermes UK").carrier == "evri"
    assert carriers.find(portal, shop.id, "대한통운").carrier == "cjlogistics"
