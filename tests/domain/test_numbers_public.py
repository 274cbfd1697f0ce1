"""The figures of numbers, over all bundled formats: right ones found, wrong ones refused, retyped ones the same."""

import random
import re

import pytest
from babel import Locale

from bench.numbers_made import make_numbers, retype, spoil
from tracker.domain.numbers import CarrierFormats, Index, rank, tidy, verify
from tracker.host.loader import load
from tracker.paths import resource

LOW = 0.5
NO_COUNTRIES = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}


@pytest.fixture(scope="module")
def carriers():
    return {one.id: one.object for one in load([resource("plugins")], installed=False).carriers.values()}


@pytest.fixture(scope="module")
def index(carriers):
    return Index([CarrierFormats(id, one.formats, tuple(one.countries)) for id, one in carriers.items()])


@pytest.fixture(scope="module")
def made():
    return make_numbers(3000)


def ids(index, number, countries=(), enabled=()):
    return [one.carrier for one in rank(number, index, countries, enabled)]


def test_right_numbers_name_their_carrier_first_and_always_among_the_candidates(index, made):
    found = [ids(index, one.number) for one in made]
    assert [one for one, named in zip(made, found, strict=True) if one.carrier not in named] == []
    first = sum(one.carrier == named[0] for one, named in zip(made, found, strict=True))
    assert first / len(made) >= 0.97


def test_numbers_with_a_wrong_check_character_are_refused(index, made, carriers):
    wrong = [one for one in spoil(made) if verify(one.number, carriers[one.carrier].formats).state != "ok"]
    assert len(wrong) > 1500
    assert [one for one in wrong if one.carrier in ids(index, one.number)] == []
    sure = [one for one in wrong if any(c.confidence >= LOW for c in rank(one.number, index))]
    assert len(sure) / len(wrong) <= 0.03


def test_the_carrier_of_a_mistyped_number_says_what_is_wrong_with_it(carriers, made):
    for one in spoil(made[:200]):
        verdict = verify(one.number, carriers[one.carrier].formats)
        assert verdict.state in ("bad_check", "ok"), one
        if verdict.state == "bad_check":
            right = one.number[: int(verdict.values["digit"]) - 1] + verdict.values["expected"]
            assert verify(right + one.number[len(right) :], carriers[one.carrier].formats).state == "ok"


def test_s26_all_eight_ways_of_retyping_leave_a_number_what_it_is(made):
    dice = random.Random(8)
    for one in made[:500]:
        ways = list(retype(one.number, dice))
        assert len(ways) == 8
        assert {tidy(way) for way in ways} == {one.number}


def test_the_letters_of_every_country_name_its_post(index, carriers):
    codes = {code for code in Locale("en").territories if re.fullmatch("[A-Z]{2}", code)} - NO_COUNTRIES
    assert len(codes) >= 249
    for code in sorted(codes):
        found = rank(f"RR123456785{code}", index)
        assert found, code
        assert found[0].confidence > 0.8, code
        assert (
            code
            in next(
                one for one in carriers[found[0].carrier].formats if one.name.startswith("S10") or one.check == "s10"
            ).countries
        ), code
        assert all(one.confidence < LOW for one in rank(f"RR123456784{code}", index)), code


@pytest.mark.parametrize("letters", ["AA", "AQ", "JB", "JT", "SX", "SZ", "QZ"])
def test_letters_that_the_standard_reserves_are_in_use_all_the_same(index, letters):
    assert ids(index, f"{letters}460209415BR" if letters != "JT" else "JT194690698BR")[0] == "correios"


@pytest.mark.parametrize(
    ("number", "countries", "carrier"),
    [
        ("123456789011", ["KR"], "cjlogistics"),
        ("1234-5678-9013", ["KR"], "hanjin"),
        ("123456789013", ["KR"], "lotte"),
        ("12345678903", ["KR"], "logen"),
        ("6012345678901", ["KR"], "koreapost"),
        ("4444-1375-8703", ["JP"], "yamato"),
        ("5125-4751-4334", ["JP"], "sagawa"),
        ("4055-4842-4886", ["JP"], "japan_post"),
        ("EF719215461JP", [], "japan_post"),
        ("SZ460209415BR", [], "correios"),
        ("EB000717618HK", [], "hongkong_post"),
        ("RR287043775IN", [], "india_post"),
        ("00340433836442636597", [], "dhl_parcel_de"),
        ("201298452277", ["DE"], "dhl_parcel_de"),
        ("JJD1410302937991", ["DE"], "dhl_parcel_de"),
        ("09133131530724", ["DE"], "hermes"),
        ("01015026003653C", [], "dpd"),
        ("516879521113", ["DE"], "gls"),
        ("JDVA11408814483", ["CN"], "jd_logistics"),
        ("YT1234567890123", [], "yto_express"),
        ("YT1234567890123456", [], "yunexpress"),
        ("SF1234567890123", [], "sf_express"),
        ("SF1234567890", [], "shadowfax"),
        ("DPK123456789012", [], "debang"),
        ("JT1234567890123", [], "jtexpress"),
        ("LP12345678901234", [], "cainiao"),
        ("FMPC1234567890", [], "ekart"),
        ("149012345678901", [], "delhivery"),
        ("021115C902CF0C99", [], "royalmail"),
        ("320019254000221BB4EFC", [], "royalmail"),
    ],
)
def test_published_examples_name_their_carrier_where_they_travel(index, carriers, number, countries, carrier):
    found = rank(tidy(number), index, countries)
    best = [one.carrier for one in found if one.confidence == found[0].confidence]
    assert carrier in best
    assert verify(tidy(number), carriers[carrier].formats).state == "ok"


def test_a_prefix_that_posts_have_too_says_little_without_their_check_digit(index):
    assert ids(index, "RX123456785DE")[:2] == ["dhl_universal", "deutsche_post"]
    assert ids(index, "RX123456785CH")[0] == "swiss_post"
    (mistyped,) = rank("RX123456784DE", index)
    assert (mistyped.carrier, mistyped.confidence <= 0.2) == ("dhl_universal", True)


def test_a_shape_alone_ranks_first_only_in_the_shop_that_uses_the_carrier(index):
    number = "3102273430319"
    assert ids(index, number, ["KR"], ["kdexp"])[0] == "kdexp"
    assert all(one.confidence <= 0.2 for one in rank(number, index) if one.reason == "13 digits only")
