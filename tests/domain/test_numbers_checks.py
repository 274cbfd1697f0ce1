"""Check digits: the rules against published examples, and the fast ones against the slow."""

import re
import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tracker.domain.checks import RULES, check_character
from tracker.domain.checks_fast import make_check

OPTIONS = (
    {}, {"weights": (1, 2)}, {"weights": (3, 1), "reverse": True}, {"weights": (3, 1), "offset": 1},
    {"weights": (4, 9), "prepend": "91"}, {"weights": [3, 1, 7], "modulo": 11}, {"weights": (1,)}, {"skip": 2},
    {"weights": (1, 2), "prepend": "4"},
)  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "serial", "options", "check"),
    [
        ("mod10", "5R8939035756712", {"weights": (1, 2)}, "7"),
        ("mod10", "999AA1012345678", {"weights": (1, 2)}, "4"),
        ("mod10", "0034043383644263659", {"weights": (3, 1)}, "7"),
        ("mod10", "51687952111", {"weights": (3, 1), "offset": 1}, "3"),
        ("mod10", "20129845227", {"weights": (4, 9)}, "7"),
        ("mod10", "0913313153072", {"weights": (3, 1)}, "4"),
        ("mod10", "1234567", {"weights": (3, 1), "reverse": True}, "0"),
        ("weighted", "12345678901", {"weights": (3, 1, 7)}, "2"),
        ("mod7", "12345678901", {}, "3"),
        ("mod7", "12345678901", {"skip": 2}, "1"),
        ("mod7", "44441375870", {}, "3"),
        ("mod7", "51254751433", {}, "4"),
        ("mod7", "40554842488", {}, "6"),
        ("luhn", "7992739871", {}, "3"),
        ("s10", "47312482", {}, "9"),
        ("s10", "28704377", {}, "5"),
        ("s10", "71921546", {}, "1"),
        ("mod37_36", "01015026003653", {}, "C"),
        ("mod37_36", "A12425GABC1234002", {}, "M"),
    ],
)
def test_check_digits_agree_with_published_examples(rule, serial, options, check):
    assert check_character(rule, serial, options) == check


@given(st.sampled_from(sorted(RULES)), st.text(max_size=64))
def test_no_serial_makes_a_check_rule_raise(rule, serial):
    found = check_character(rule, serial, {})
    assert found is None or re.fullmatch("[0-9A-Z]", found)


def test_what_is_put_before_the_serial_counts_unless_it_is_there():
    options = {"weights": (1, 2), "prepend": "4"}
    assert check_character("mod10", "1031234567891", options) == check_character("mod10", "41031234567891", options)
    assert check_character("mod10", "1031234567891", options) != check_character("mod10", "1031234567891", {})


@given(
    st.sampled_from(sorted(RULES)),
    st.sampled_from(OPTIONS),
    st.text(alphabet=string.digits, min_size=1, max_size=32)
    | st.text(alphabet=string.digits + string.ascii_uppercase, min_size=1, max_size=32),
    st.text(alphabet=string.digits + string.ascii_uppercase, max_size=4),
)
@example("s10", {}, "4000000A", "")
def test_the_fast_checks_say_what_the_slow_ones_say(rule, options, serial, before):
    right = check_character(rule, serial, options)
    holds = make_check(rule, options, len(before), len(before) + len(serial), len(before) + len(serial))
    for check in string.digits + string.ascii_uppercase:
        assert holds(f"{before}{serial}{check}".encode()) == (check == right), check


def test_an_unknown_rule_never_holds():
    assert not make_check("no_such_rule", {}, 0, 3, 3)(b"1234")
