"""Carriers by name."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.names import ALIASES, Names, fold_name
from tracker.host.checks import complaints
from tracker.host.loader import load
from tracker.paths import resource
from tracker.sdk import Carrier


@pytest.fixture(scope="module")
def carriers():
    return {one.id: one.object for one in load([resource("plugins")], installed=False).carriers.values()}


@pytest.fixture(scope="module")
def names(carriers):
    return Names((id, one.names, one.aliases) for id, one in carriers.items())


@pytest.mark.parametrize(
    ("called", "carrier"),
    [
        ("UPS", "ups"), ("ups", "ups"), ("wc-ups", "ups"), ("United Parcel Service", "ups"),
        ("Fedex", "fedex"), ("FedEx Ground", "fedex"), ("FedEx Sameday", "fedex_sameday"), ("USPS", "usps"),
        ("dhl-express", "mydhl"), ("DHL", "dhl_universal"), ("Deutsche Post DHL", "dhl_parcel_de"),
        ("DHL eCommerce US", "dhl_ecommerce_us"), ("DHL Parcel UK", "dhl_parcel_uk"),
        ("Royal Mail", "royalmail"), ("royal-mail", "royalmail"), ("EVRi", "evri"), ("myHermes UK", "evri"),
        ("ParcelForce", "parcelforce"), ("TNT Express (consignment)", "tnt"), ("DPD.co.uk", "dpd_uk"),
        ("DPD", "dpd"), ("Österreichische Post", "austrian_post"), ("Česká pošta", "ceska_posta"),
        ("CESKA-POSTA", "ceska_posta"), ("BRT (Bartolini)", "brt"), ("PostNord Sverige AB", "postnord"),
        ("CJ대한통운", "cjlogistics"), ("대한통운", "cjlogistics"), ("한진택배", "hanjin"), ("롯데택배", "lotte"),
        ("로젠택배", "logen"), ("우체국택배", "koreapost"), ("경동택배", "kdexp"), ("대신택배", "daesin"),
        ("ヤマト運輸", "yamato"), ("顺丰速运", "sf_express"), ("أرامكس", "aramex"), ("Нова пошта", "nova_poshta"),
        ("other", "manual"), ("기타", "manual"),
    ],
)  # fmt: skip
def test_the_names_that_stores_and_files_use_find_their_carrier(names, called, carrier):
    assert names.find(called) == carrier
    assert names.find(f"  {called.upper()}. ") == carrier


@pytest.mark.parametrize("called", ["", "!", "UP", "UPSX", "Post", "Express", "DHL Moon", "택배", "Demmo carrier"])
def test_what_is_not_called_just_so_is_nobody(names, called):
    assert names.find(called) is None


@given(st.text(max_size=30))
def test_no_text_is_taken_for_a_name_that_it_does_not_spell(names, text):
    found = names.find(text)
    assert found is None or fold_name(text)


def test_every_carrier_is_found_by_its_id_and_by_its_own_names(names, carriers):
    assert [id for id in carriers if names.find(id) != id] == []
    lost = {
        (id, name): names.find(name)
        for id, one in carriers.items()
        for name in one.names.values()
        if names.find(name) != id
    }
    assert lost == {}


def test_the_core_knows_no_alias_of_a_carrier_that_is_not_bundled(carriers):
    assert set(ALIASES) <= set(carriers)
    assert all(fold_name(alias) == alias for aliases in ALIASES.values() for alias in aliases)


def test_a_name_goes_before_an_alias_and_what_two_are_called_is_nobodys():
    made = Names([("a", {"en": "Acme"}, ["Both"]), ("b", {"en": "Bee"}, ["Both", "Acme"]), ("c", {"en": "Bee"}, [])])
    assert [made.find(name) for name in ("acme", "both", "Bee", "c")] == ["a", None, None, "c"]


def test_a_name_is_looked_up_in_microseconds_among_hundreds(names):
    began = time.perf_counter()
    for _ in range(1000):
        names.find("Hanjin")
    assert time.perf_counter() - began < 0.1


@pytest.mark.parametrize("aliases", ["Acme", [7]])
def test_aliases_are_a_list_of_names(aliases):
    carrier = type("Acme", (Carrier,), {"id": "acme", "names": {"en": "Acme"}, "aliases": aliases})()
    assert complaints("carrier", carrier) == ["aliases is not a list of names"]
