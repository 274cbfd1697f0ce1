"""Tidying, ranking and checking of tracking numbers."""

import string
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.numbers import CarrierFormats, Index, rank, tidy, verify
from tracker.sdk import NumberFormat

SHEET = "1Z5R89390357567127"
FORMATS = (
    NumberFormat("1Z", "1Z(?P<serial>[0-9A-Z]{15})(?P<check>[0-9])", "mod10", {"weights": (1, 2)}, prefix=True),
    NumberFormat("12 digits", "[0-9]{12}"),
)
BROWN = CarrierFormats("brown", FORMATS)
SEVEN = CarrierFormats(
    "seven", (NumberFormat("waybill", "(?P<serial>[0-9]{11})(?P<check>[0-9])", "mod7", countries=("KR",)),)
)
LOOSE = CarrierFormats("loose", (NumberFormat("12 digits", "[0-9]{12}"),))


def wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


@pytest.mark.parametrize(
    "typed",
    [
        SHEET.lower(),
        " ".join([SHEET[:2], SHEET[2:5], SHEET[5:8], SHEET[8:10], SHEET[10:14], SHEET[14:]]),
        "-".join([SHEET[:6], SHEET[6:12], SHEET[12:]]),
        "\u2013".join([SHEET[:6], SHEET[6:12], SHEET[12:]]) + "\n",
        wide(SHEET),
        "\u200b" + "\u200d".join(SHEET) + "\ufeff",
        "\u202e" + SHEET + "\u202c",
        "\u00a0#" + SHEET + "\u3000",
        '="' + SHEET + '"',
        SHEET[:4] + "." + SHEET[4:] + "\u00ad\x00\t",
    ],
)
def test_s26_a_number_retyped_in_any_of_these_ways_has_one_spelling(typed):
    assert tidy(typed) == SHEET


def test_s26_letters_that_only_look_latin_match_nothing():
    typed = SHEET.replace("R", "\u042f").replace("Z", "\u0396")
    assert not tidy(typed).isascii()
    assert rank(tidy(typed), [BROWN]) == []
    assert verify(tidy(typed), FORMATS).state == "no_format"


def test_digits_of_any_script_become_plain_ones():
    assert tidy("RR١٢٣४५۶٧٨٥KR") == "RR123456785KR"


@pytest.mark.parametrize("odd", ["\u00df", "\u0131", "\ufb00"])
def test_s26_upper_casing_never_turns_a_foreign_letter_into_a_plain_one(odd):
    assert tidy("1" + odd + "2") in {"1" + odd + "2", "1FF2"}


def test_s26_characters_that_an_invisible_one_kept_apart_become_one():
    assert tidy("1e\u200b\u0301") == tidy("1\u00e9") == "1\u00e9"


@given(st.text(max_size=80))
def test_s26_tidying_twice_changes_nothing(text):
    assert tidy(tidy(text)) == tidy(text)


@given(st.text(alphabet=string.ascii_letters + string.digits, max_size=64))
def test_tidying_keeps_letters_and_digits(text):
    assert tidy(text) == text.upper()


def test_input_longer_than_any_number_is_no_number():
    assert tidy("1" * 65) == ""
    assert tidy(" " * 300 + "1") == ""
    assert rank("", [BROWN]) == []


def test_a_number_whose_check_digit_holds_ranks_first():
    assert rank("123456789013", [LOOSE, SEVEN, BROWN])[0].carrier == "seven"
    first = rank(SHEET, [LOOSE, SEVEN, BROWN])[0]
    assert (first.carrier, first.reason) == ("brown", "1Z: check digit fits")
    assert first.confidence > 0.9


def test_a_number_whose_check_digit_fails_is_not_that_carriers():
    assert rank(SHEET[:-1] + "8", [BROWN]) == []
    assert [c.carrier for c in rank("123456789014", [LOOSE, SEVEN])] == ["loose"]


def test_a_mere_shape_ranks_last_unless_the_shop_uses_that_carrier():
    plain = {c.carrier: c.confidence for c in rank("123456789014", [LOOSE, BROWN])}
    used = {c.carrier: c.confidence for c in rank("123456789014", [LOOSE, BROWN], enabled=["loose"])}
    assert plain["loose"] == plain["brown"] < 0.3
    assert used["loose"] > plain["loose"]
    assert used["loose"] > used["brown"]


def test_a_country_lifts_its_carriers_and_lowers_the_others():
    home, anywhere, abroad = (
        rank("123456789013", [SEVEN], countries)[0].confidence for countries in (["KR"], [], ["DE"])
    )
    assert home > anywhere > abroad


def test_what_nobody_can_tell_apart_shares_the_confidence():
    other = CarrierFormats("other", SEVEN.formats, ("JP",))
    alone, shared = rank("123456789013", [SEVEN])[0], rank("123456789013", [SEVEN, other])
    assert shared[0].confidence == shared[1].confidence < alone.confidence


def test_a_carrier_of_the_world_is_likelier_than_that_of_one_country_until_the_way_is_known():
    world = CarrierFormats("world", (replace(SEVEN.formats[0], countries=()),))
    assert [c.carrier for c in rank("123456789013", [SEVEN, world])] == ["world", "seven"]
    assert [c.carrier for c in rank("123456789013", [SEVEN, world], ["KR", "US"])] == ["seven", "world"]
    assert [c.carrier for c in rank("123456789013", [SEVEN, world], ["US"])] == ["world", "seven"]


def test_borrowed_numbers_are_right_but_guessed_only_for_the_shop_that_uses_their_borrower():
    borrower = CarrierFormats("borrower", (replace(SEVEN.formats[0], borrowed=True),))
    assert verify("123456789013", borrower.formats).state == "ok"
    assert [c.carrier for c in rank("123456789013", [borrower, SEVEN])] == ["seven", "borrower"]
    assert [c.carrier for c in rank("123456789013", [borrower, SEVEN], (), ["borrower"])] == ["borrower", "seven"]


def test_a_failed_check_is_not_made_good_by_a_looser_shape_of_the_same_carrier():
    loose = CarrierFormats("seven", (*SEVEN.formats, NumberFormat("12 digits", "[0-9]{12}")))
    assert rank("123456789014", [loose]) == []
    assert rank("123456789014", [loose], (), ["seven"]) == []


def test_whoever_else_a_mistyped_number_fits_is_less_sure_of_it():
    prefixed = NumberFormat("777", "(?P<serial>777[0-9]{8})(?P<check>[0-9])", "luhn", prefix=True)
    other = CarrierFormats("other", (prefixed,))
    number = "777000000000"
    assert (
        rank(number, [LOOSE], (), ["loose"])[0].confidence > rank(number, [LOOSE, other], (), ["loose"])[0].confidence
    )


def test_carriers_whose_check_fails_are_named_apart():
    index = Index([BROWN, SEVEN, LOOSE])
    assert index.mistyped(SHEET[:-1] + "8") == ["brown"]
    assert index.mistyped("123456789014") == ["seven"]
    assert index.mistyped(SHEET) == index.mistyped("") == index.mistyped("9" * 65) == []


def test_a_group_for_the_country_takes_the_formats_countries_alone():
    pattern = "[A-Z]{2}(?P<serial>[0-9]{8})(?P<check>[0-9])(?P<country>[A-Z]{2})"
    post = CarrierFormats("post", (NumberFormat("S10", pattern, "s10", prefix=True, countries=("KR", "KP")),))
    assert [c.carrier for c in rank("EE123456785KP", [post])] == ["post"]
    assert rank("EE123456785JP", [post]) == []
    assert verify("EE123456785JP", post.formats).state == "no_format"
    assert verify("EE123456785KR", post.formats).state == "ok"


def test_each_carrier_is_a_candidate_once_with_its_best_format():
    twice = CarrierFormats("twice", (NumberFormat("any", "[0-9]{12}"), *SEVEN.formats))
    found = rank("123456789013", [twice])
    assert len(found) == 1
    assert found[0].reason == "waybill: check digit fits"


@pytest.mark.parametrize(
    ("number", "state", "message"),
    [
        (SHEET, "ok", ""),
        (SHEET[:-1] + "4", "bad_check", "last digit should be 7; typed 4"),
        ("123456789012", "ok", ""),
        ("1Z", "no_format", "no known format of this carrier"),
        ("", "no_format", "no known format of this carrier"),
    ],
)
def test_a_mistyped_number_is_told_which_digit_is_wrong(number, state, message):
    verdict = verify(number, FORMATS)
    assert (verdict.state, verdict.message) == (state, message)


def test_a_wrong_check_digit_inside_the_number_is_told_by_its_place():
    postal = NumberFormat("S10", "[A-Z]{2}(?P<serial>[0-9]{8})(?P<check>[0-9])[A-Z]{2}", "s10")
    assert verify("EE123456785KR", [postal]).state == "ok"
    assert verify("EE123456780KR", [postal]).message == "digit 11 should be 5; typed 0"


def test_an_unknown_rule_makes_no_candidate():
    strange = CarrierFormats("strange", (NumberFormat("x", "(?P<serial>[0-9]{8})(?P<check>[0-9])", "no_such_rule"),))
    assert rank("123456789", [strange]) == []


def test_s25_sixty_formats_are_ranked_in_well_under_a_millisecond_each():
    many = [CarrierFormats(f"c{i}", (NumberFormat("n", f"[0-9]{{{6 + i % 30}}}"),)) for i in range(60)]
    rank("123456789012", many)
    began = time.perf_counter()
    for _ in range(200):
        rank("123456789012", many)
    assert (time.perf_counter() - began) / 200 < 0.005
