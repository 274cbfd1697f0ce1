"""Patterns taken apart, and the walk through all of them at once."""

import re
import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.numbers import CarrierFormats, Index, rank
from tracker.domain.numbers_shapes import read_shapes
from tracker.sdk import NumberFormat

PATTERNS = (
    "1Z(?P<serial>[0-9A-Z]{15})(?P<check>[0-9])",
    "(?:420[0-9]{5}(?:[0-9]{4})?)?(?P<serial>94[0-9]{19})(?P<check>[0-9])",
    "JJ?D[0-9]{2,4}",
    "(?:CN|GM|HK)[0-9](?:[A-Z]{2}|[0-9]{3,5})",
    "[ACF-H]|[0-9][A-C]{0,2}",
    "(?:A[0-9]){2}B",
)
NUMBERS = st.text(alphabet="019ACDGHJMNZ", max_size=12) | st.text(string.ascii_uppercase + string.digits, max_size=33)


def ids(number, carriers):
    return [candidate.carrier for candidate in rank(number, carriers)]


@given(st.sampled_from(PATTERNS), st.data())
def test_the_places_of_a_pattern_take_what_its_regular_expression_takes(pattern, data):
    number = data.draw(NUMBERS | st.from_regex(pattern, fullmatch=True))
    shapes = read_shapes(pattern)
    taken = any(
        len(shape.places) == len(number) and all(map(frozenset.__contains__, shape.places, number.encode()))
        for shape in shapes
    )
    assert taken == bool(re.fullmatch(pattern, number))


def test_groups_are_found_at_their_places_in_each_length():
    shapes = read_shapes("(?:42)?(?P<serial>[0-9]{3})(?P<check>[0-9])")
    assert [(shape.groups, len(shape.places)) for shape in shapes] == [
        ((("serial", 0, 3), ("check", 3, 4)), 4),
        ((("serial", 2, 5), ("check", 5, 6)), 6),
    ]


@pytest.mark.parametrize(
    "pattern",
    ["[0-9]+", "A*", "[^A]", r"\d{3}", "(?=A)A", "^A$", "A{2,}", "(A", "[0-9]{2}?", "a", "(?:A|B|C|D){5}", "A{2", "[A"],
)
def test_what_cannot_be_taken_apart_is_left_to_the_regular_expression(pattern):
    assert read_shapes(pattern) is None


def test_a_pattern_that_cannot_be_taken_apart_is_ranked_all_the_same():
    strange = CarrierFormats("strange", (NumberFormat("x", "AC(?P<serial>[0-9]+)(?P<check>[0-9])", "luhn"),))
    assert ids("AC79927398713", [strange]) == ["strange"]
    assert ids("AC79927398714", [strange]) == ids("AC", [strange]) == ids("XC79927398713", [strange]) == []


@given(st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=6, unique=True), NUMBERS)
def test_walking_through_all_formats_finds_what_each_alone_finds(patterns, number):
    carriers = [CarrierFormats(f"c{at}", (NumberFormat("n", one),)) for at, one in enumerate(patterns)]
    assert sorted(ids(number, carriers)) == [
        one.carrier for one in carriers if re.fullmatch(one.formats[0].pattern, number)
    ]


@pytest.mark.parametrize("number", ["", "é" * 12, "1" * 64, "1" * 65, "\ud800", "1Z\n", "+1"])
def test_s26_nothing_that_is_no_number_breaks_the_walk(number):
    assert rank(number, [CarrierFormats("c", (NumberFormat("n", "[0-9]{12}"),))]) == []


def test_the_states_of_the_walk_do_not_grow_without_bound(monkeypatch):
    monkeypatch.setattr("tracker.domain.numbers_index.MOST_STATES", 20)
    index = Index([CarrierFormats("c", tuple(NumberFormat(p, p) for p in PATTERNS))])
    for at in range(50):
        assert [one.carrier for one in index.ranker()(f"1Z{at:02d}5R89390357567")] == []
        assert [one.carrier for one in index.ranker()(f"JD{at:02d}")] == ["c"]


def test_s25_twenty_thousand_characters_of_anything_cost_no_pattern_5_ms():
    index = Index([CarrierFormats("c", tuple(NumberFormat(p, p) for p in (*PATTERNS, "(?:A|AA)+B")))])
    for piece in ("0", "A", "1Z", "A0", "420"):
        began = time.perf_counter()
        index.ranker()((piece * 20_000)[:20_000])
        assert time.perf_counter() - began < 0.005
