"""Tidying, ranking and checking of tracking numbers."""

import re
import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.checks import RULES, check_character
from tracker.domain.numbers import CarrierFormats, rank, tidy, verify
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
    assert (first.carrier, first.reason) == ("brown", "1Z: the check digit holds")
    assert first.confidence > 0.9


def test_a_number_whose_check_digit_fails_is_not_that_carriers():
    assert rank(SHEET[:-1] + "8", [BROWN]) == []
    assert [c.carrier for c in rank("123456789014", [LOOSE, SEVEN])] == ["loose"]


def test_a_mere_shape_ranks_last_unless_the_shop_uses_that_carrier():
    plain = {c.carrier: c.confidence for c in rank("123456789014", [LOOSE, BROWN])}
    used = {c.carrier: c.confidence for c in rank("123456789014", [LOOSE, BROWN], enabled=["loose"])}
    assert plain["loose"] == plain["brown"] < 0.3
    assert used["loose"] > used["brown"] == plain["brown"]


def test_a_country_lifts_its_carriers_and_lowers_the_others():
    home, anywhere, abroad = (
        rank("123456789013", [SEVEN], countries)[0].confidence for countries in (["KR"], [], ["DE"])
    )
    assert home > anywhere > abroad


def test_each_carrier_is_a_candidate_once_with_its_best_format():
    twice = CarrierFormats("twice", (NumberFormat("any", "[0-9]{12}"), *SEVEN.formats))
    found = rank("123456789013", [twice])
    assert len(found) == 1
    assert found[0].reason == "waybill: the check digit holds"


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


@pytest.mark.parametrize(
    ("rule", "serial", "options", "check"),
    [
        ("mod10", "5R8939035756712", {"weights": (1, 2)}, "7"),
        ("mod10", "999AA1012345678", {"weights": (1, 2)}, "4"),
        ("mod10", "0034043383644263659", {"weights": (3, 1)}, "7"),
        ("mod10", "51687952111", {"weights": (3, 1), "offset": 1}, "3"),
        ("mod10", "1234567", {"weights": (3, 1), "reverse": True}, "0"),
        ("mod7", "12345678901", {}, "3"),
        ("mod7", "12345678901", {"skip": 2}, "1"),
        ("luhn", "7992739871", {}, "3"),
        ("s10", "47312482", {}, "9"),
        ("mod37_36", "A12425GABC1234002", {}, "M"),
    ],
)
def test_check_digits_agree_with_published_examples(rule, serial, options, check):
    assert check_character(rule, serial, options) == check


@given(st.sampled_from(sorted(RULES)), st.text(max_size=64))
def test_no_serial_makes_a_check_rule_raise(rule, serial):
    found = check_character(rule, serial, {})
    assert found is None or re.fullmatch("[0-9A-Z]", found)


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
