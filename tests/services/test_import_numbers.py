"""Numbers in files of shipments: told when they look wrong, and kept on purpose."""

from pathlib import Path

import pytest

from tests.portals import make_order
from tracker.i18n import speak
from tracker.sdk import Buyer
from tracker.services import imports
from tracker.services.portal import Portal
from tracker.store.shipments import load_shipments
from tracker.store.shops import Shop

from .test_imports import TITLES, UPS, bring, counts, reasons

BAD = f"{UPS[:-1]}5"


@pytest.fixture
def order(portal: Portal, shop: Shop):
    return make_order(portal, shop, "1001")


def numbers(shop: Shop, order) -> list[tuple[str, str]]:
    return [(one.carrier, one.number) for one in load_shipments(shop.id, order.id)]


def test_002_08_a_mistyped_number_is_told_with_the_right_digit_and_the_way_to_keep_it(
    portal, shop, order, tmp_path: Path
):
    row = bring(portal, shop, tmp_path, f"{TITLES}\n1001,{BAD},UPS\n")
    assert (counts(row), reasons(row), numbers(shop, order)) == ((0, 0, 0, 1), [(2, "bad_check")], [])
    with speak("en"):
        said = imports.describe(row.problems[0])
    assert "last digit should be 4; typed 5" in said
    assert "“Keep number”" in said
    with speak("ko"):
        assert "4" in imports.describe(row.problems[0])


@pytest.mark.parametrize("title", ["Keep number", "keep_number", "Number checked", "번호 유지"])
def test_002_08_a_column_keeps_numbers_on_purpose(portal, shop, order, tmp_path: Path, title: str):
    row = bring(portal, shop, tmp_path, f"{TITLES},{title}\n1001,{BAD},UPS,yes\n1001,1Z999,UPS,네\n")
    assert (counts(row), reasons(row)) == ((2, 0, 0, 0), [])
    assert numbers(shop, order) == [("ups", BAD), ("ups", "1Z999")]


@pytest.mark.parametrize("word", ["", "no", "0"])
def test_without_a_yes_nothing_is_kept(portal, shop, order, tmp_path: Path, word: str):
    row = bring(portal, shop, tmp_path, f"{TITLES},Keep number\n1001,{BAD},UPS,{word}\n")
    assert reasons(row) == [(2, "bad_check")]


def test_a_word_that_is_neither_yes_nor_no_is_told(portal, shop, order, tmp_path: Path):
    row = bring(portal, shop, tmp_path, f"{TITLES},Keep number\n1001,{UPS},UPS,perhaps\n")
    assert (counts(row), reasons(row)) == ((1, 0, 0, 0), [(2, "unknown_keep")])
    with speak("en"):
        assert "“perhaps”" in imports.describe(row.problems[0])


def test_a_number_that_is_surely_another_carriers_is_told_with_its_name(portal, shop, order, tmp_path: Path):
    row = bring(portal, shop, tmp_path, f"{TITLES}\n1001,{UPS},Poczta Polska\n")
    assert (counts(row), reasons(row), numbers(shop, order)) == ((0, 0, 0, 1), [(2, "other_carrier")], [])
    with speak("en"):
        assert "is a number of UPS, not of Polish Post" in imports.describe(row.problems[0])
    kept = bring(portal, shop, tmp_path, f"{TITLES},Keep number\n1001,{UPS},Poczta Polska,1\n")
    assert counts(kept) == (1, 0, 0, 0)
    assert numbers(shop, order) == [("poczta_polska", UPS)]


def test_a_shape_that_is_not_known_goes_in_with_a_word_of_warning(portal, shop, order, tmp_path: Path):
    number = "00559007734000000018"
    for times in (1, 2):
        row = bring(portal, shop, tmp_path, f"{TITLES}\n1001,{number},Poczta Polska\n")
        assert counts(row) == ((1, 0, 0, 0) if times == 1 else (0, 0, 1, 0))
        assert reasons(row) == [(2, "odd_number")]
        assert row.problems[0]["kept"]
    assert numbers(shop, order) == [("poczta_polska", number)]


def test_a_carrier_without_known_shapes_takes_any_number(portal, shop, order, tmp_path: Path):
    row = bring(portal, shop, tmp_path, f"{TITLES}\n1001,12-34,일양로지스\n")
    assert (counts(row), reasons(row)) == ((1, 0, 0, 0), [])
    assert numbers(shop, order) == [("ilyang", "1234")]


def test_a_missing_carrier_is_found_by_the_number_where_it_is_sure(portal, shop, tmp_path: Path):
    order = make_order(portal, shop, "1001")
    row = bring(portal, shop, tmp_path, f"{TITLES}\n1001,{UPS},\n1001,EE123456785JP,\n1001,123456789012,\n")
    assert (counts(row), reasons(row)) == ((2, 0, 0, 1), [(4, "no_carrier")])
    assert numbers(shop, order) == [("ups", UPS), ("japan_post", "EE123456785JP")]
    with speak("en"):
        assert "FedEx" in imports.describe(row.problems[0])


def test_where_the_order_goes_and_whom_the_shop_uses_decide_what_the_number_leaves_open(portal, shop, tmp_path: Path):
    order = make_order(portal, shop, "1001", buyer=Buyer(country="KR"))
    first = bring(portal, shop, tmp_path, f"{TITLES}\n1001,123456789013,\n")
    assert reasons(first) == [(2, "no_carrier")], "Hanjin, Lotte and others share this shape"
    bring(portal, shop, tmp_path, f"{TITLES}\n1001,234567890126,한진택배\n")
    second = bring(portal, shop, tmp_path, f"{TITLES}\n1001,123456789013,\n")
    assert (counts(second), numbers(shop, order)[-1]) == ((1, 0, 0, 0), ("hanjin", "123456789013"))
