"""Errors in carriers' own words, and what one answer says put together."""

import pytest

from tracker.sdk import BadPayload, InvalidNumber, Parsed, Problem, Problems, TrackingResult, collect, raise_for

PROBLEMS = Problems(
    {"E1": "invalid_number", "404": "invalid_number", "E2": "auth"},
    {"auth": ("Unauthori", "password"), "not_found": ("no such", "E7")},
    otherwise="upstream",
)


@pytest.mark.parametrize(
    ("code", "text", "kind"),
    [
        ("E1", "too short", "invalid_number"),
        ("E1", "No such parcel", "invalid_number"),
        ("404", "No such parcel", "not_found"),
        ("503", "Password", "auth"),
        ("E77", "", "not_found"),
        ("", "UNAUTHORISED: no such user", "auth"),
        ("404", "", "invalid_number"),
        ("401", "", "auth"),
        ("429", "slow down", "rate_limit"),
        ("503", "", "upstream"),
        ("", "a riddle", "upstream"),
        ("", "", "upstream"),
        ("e1", "codes are meant exactly", "upstream"),
    ],
)
def test_codes_come_before_words_and_words_before_http(code, text, kind):
    number = "" if kind in ("auth", "rate_limit") else "AC1"
    assert PROBLEMS.read(code, text, "AC1") == Problem(kind, ": ".join(filter(None, (code, text))), number)


@pytest.mark.parametrize(
    ("code", "kind"), [("400", "bad_request"), ("500", "upstream"), ("5", "bad_request"), ("50.", "bad_request")]
)
def test_a_code_that_nobody_listed_may_be_an_http_status(code, kind):
    assert Problems().read(code).kind == kind


def test_an_http_status_beside_a_code_counts_where_the_code_is_not_listed():
    kinds = [PROBLEMS.read(code, status=status).kind for code, status in (("E1", "429"), ("E0", "429"), ("E0", "404"))]
    assert kinds == ["invalid_number", "rate_limit", "invalid_number"]
    assert Problems().read("E0", "no entry", status="403").detail == "E0: no entry"


@pytest.mark.parametrize("table", [({"1": "notfound"},), ({}, {"gone": ("x",)}), ({}, {}, "bug")])
def test_a_kind_that_is_none_is_told_at_once(table):
    with pytest.raises(ValueError, match="not_found"):
        Problems(*table)


def test_the_first_problem_is_raised_as_its_kind():
    raise_for([])
    with pytest.raises(InvalidNumber, match="too short"):
        raise_for([Problem("invalid_number", "too short"), Problem("auth")])


def test_what_was_found_is_sorted_and_nothing_is_a_bad_payload():
    result, problem = TrackingResult("AC1"), Problem("not_found")
    assert collect(iter(["odd", problem, result, "odder"]), "x") == Parsed((result,), (problem,), ("odd", "odder"))
    assert collect([]) == Parsed()
    with pytest.raises(BadPayload, match="no answer of Acme"):
        collect([], "no answer of Acme")
