"""What may be asked when, what a form says, when it helps nobody any more, and what scans make of it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tracker.domain import instructions as rules
from tracker.domain.instruction_forms import FIELDS, read_form
from tracker.domain.instructions import OFFERS, Outcome, Stage, Wish
from tracker.domain.postcodes import read_postcode
from tracker.domain.tiers import ALL, NOTHING, Grant
from tracker.sdk import InstructionKind, Milestone

KINDS = {kind.name: kind for kind in InstructionKind}
WAY, ATTEMPT, BEFORE = (set(OFFERS[stage]) for stage in (Stage.WAY, Stage.ATTEMPT, Stage.BEFORE))
TODAY = date(2026, 3, 2)


def test_each_milestone_offers_what_still_helps():
    stages = {str(one): (rules.find_stage(one, 0), rules.find_stage(one, 1)) for one in Milestone}
    moving = (Stage.WAY, Stage.ATTEMPT)
    nothing = (None, None)
    assert stages == {
        "pending": nothing, "info_received": nothing, "picked_up": moving, "in_transit": moving,
        "out_for_delivery": moving, "available_for_pickup": nothing, "attempt_failed": (Stage.ATTEMPT, Stage.ATTEMPT),
        "delivered": nothing, "exception": moving, "returning": nothing, "returned": nothing, "cancelled": nothing,
        "expired": nothing, "unknown": nothing,
    }  # fmt: skip
    before = rules.is_before_dispatch
    assert before("placed", [])
    assert before("packed", ["pending", "info_received"])
    assert not any((before("completed", []), before("cancelled", []), before("placed", ["in_transit"])))


@pytest.mark.parametrize(
    ("stage", "wishes", "takes", "sight", "expected"),
    [
        (None, {}, set(), ALL, set()),
        (Stage.ATTEMPT, {}, set(), ALL, ATTEMPT),
        (Stage.WAY, {}, set(), ALL, WAY),
        (Stage.BEFORE, {}, set(), ALL, BEFORE),
        (Stage.ATTEMPT, {}, set(), NOTHING, set()),
        (Stage.ATTEMPT, {}, set(), ALL - {Grant.ACT}, set()),
        (Stage.ATTEMPT, {}, set(), {Grant.ACT}, ATTEMPT - rules.READDRESSING),
        (Stage.BEFORE, {}, set(), {Grant.ACT}, {KINDS["CANCEL"]}),
        (Stage.WAY, {"neighbour": "off", "away": "carrier"}, set(), ALL, WAY - {KINDS["NEIGHBOUR"], KINDS["AWAY"]}),
        (Stage.WAY, {"neighbour": "carrier"}, {KINDS["NEIGHBOUR"]}, ALL, WAY),
        (Stage.WAY, {"neighbour": "nonsense"}, set(), ALL, WAY),
        (Stage.ATTEMPT, dict.fromkeys(map(str, InstructionKind), "off"), set(InstructionKind), ALL, set()),
    ],
)
def test_offers_follow_stage_wishes_carrier_and_grants(stage, wishes, takes, sight, expected):
    offered = rules.offer(stage, wishes, takes, frozenset(sight))
    assert set(offered) == expected
    assert list(offered) == [kind for kind in OFFERS.get(stage, ()) if kind in expected]


def test_the_shop_is_asked_first_where_it_wants_and_the_carrier_where_it_takes():
    usual = {kind: rules.wish_of(kind, {}) for kind in InstructionKind}
    assert {kind for kind, wish in usual.items() if wish is Wish.APPROVE} == rules.READDRESSING | {KINDS["CANCEL"]}
    assert [rules.begin(Wish.APPROVE, taken) for taken in (True, False)] == ["approval", "approval"]
    assert [rules.begin(Wish.OFFER, taken) for taken in (True, False)] == ["sending", "task"]


def test_a_deadline_is_the_day_that_was_named_by_the_shops_clock_or_a_week():
    seoul, now = ZoneInfo("Asia/Seoul"), datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert rules.find_due(KINDS["ANOTHER_DAY"], date(2026, 3, 5), now, seoul) == datetime(2026, 3, 5, 15, tzinfo=UTC)
    assert rules.find_due(KINDS["AWAY"], date(2026, 3, 5), now, seoul) == datetime(2026, 3, 4, 15, tzinfo=UTC)
    assert rules.find_due(KINDS["AWAY"], date(2026, 3, 2), now, seoul) == now + timedelta(hours=1)
    assert rules.find_due(KINDS["SEND_BACK"], None, now, seoul) == now + timedelta(days=7)


@pytest.mark.parametrize(
    ("kind", "state", "given_after", "milestone", "attempts", "expected"),
    [
        ("safe_place", "accepted", 1, "attempt_failed", 1, None),
        ("safe_place", "accepted", 1, "delivered", 1, Outcome("done")),
        ("safe_place", "sent", 1, "delivered", 1, Outcome("done")),
        ("safe_place", "task", 1, "delivered", 1, Outcome("expired", "arrived")),
        ("send_back", "accepted", 1, "delivered", 1, Outcome("expired", "arrived")),
        ("send_back", "task", 1, "returning", 1, Outcome("done")),
        ("neighbour", "accepted", 1, "returned", 1, Outcome("expired", "returned")),
        ("another_day", "accepted", 1, "attempt_failed", 2, Outcome("expired", "overtaken")),
        ("another_day", "task", 1, "attempt_failed", 2, None),
        ("pickup_point", "sent", 1, "available_for_pickup", 1, Outcome("done")),
        ("neighbour", "sent", 1, "available_for_pickup", 1, None),
        ("away", "sending", 0, "cancelled", 0, Outcome("expired", "withdrawn")),
    ],
)
def test_scans_settle_what_they_decide_and_nothing_else(kind, state, given_after, milestone, attempts, expected):
    outcome = rules.settle(kind, state, given_after, milestone, attempts)
    assert outcome == expected
    assert outcome is None or outcome.state != "expired" or outcome.reply in rules.ENDINGS


def typed(kind, **values):
    return {f"{kind}-{name}": value for name, value in values.items()}


@pytest.mark.parametrize(
    ("kind", "values", "country", "errors"),
    [
        ("another_day", {"day": "2026-03-02", "part": "morning"}, "", {}),
        ("another_day", {"day": "2026-04-01"}, "", {}),
        ("another_day", {"day": "2026-04-02"}, "", {"day": "far"}),
        ("another_day", {"day": "2026-03-01"}, "", {"day": "past"}),
        ("another_day", {"day": "20260305"}, "", {"day": "day"}),
        ("another_day", {"day": "2026-03-05T00:00"}, "", {"day": "day"}),
        ("away", {"day": "٢٠٢٦-٠٣-٠٥"}, "", {"day": "day"}),
        ("directions", {"phone": "+82 10-1234-5678"}, "", {}),
        ("directions", {"phone": "12345"}, "", {"phone": "phone"}),
        ("directions", {"phone": "82+1012345678"}, "", {"phone": "phone"}),
        ("directions", {"phone": "1234567 or 7654321"}, "", {"phone": "phone"}),
        ("directions", {}, "", {"text": "either"}),
        ("send_back", {}, "", {}),
        ("correction", {"street": "5 Elm", "city": "Waco", "postcode": "76701"}, "US", {"region": "region"}),
        ("correction", {"street": "5 Elm", "city": "Waco", "postcode": "76701", "region": "TX"}, "US", {}),
        ("correction", {"street": "5 Elm", "city": "Hong Kong"}, "HK", {}),
        ("correction", {"street": "5 Elm", "city": "X1", "postcode": "!"}, "", {"postcode": "postcode"}),
    ],
)
def test_a_form_is_read_or_told_what_is_wrong_with_it(kind, values, country, errors):
    read = read_form(InstructionKind(kind), typed(kind, **values), TODAY, country)
    assert read.errors == typed(kind, **errors)
    assert (read.said is None) == bool(errors)


def test_every_kind_can_be_filled_in_and_hostile_texts_come_out_plain():
    assert set(FIELDS) == set(InstructionKind)
    text = "\u202eBehind\x00 the\r\n<b>shed</b>\u2066"
    said = read_form(KINDS["SAFE_PLACE"], typed("safe_place", text=text), TODAY, "").said
    assert said.text == "Behind the <b>shed</b>"


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("sw1a1aa", "GB", "SW1A1AA"), ("1234 ab", "NL", "1234 AB"), ("0123 AB", "NL", None),
        ("K1A 0B1", "CA", "K1A 0B1"),
        ("90210-1234", "US", "90210-1234"), ("9021", "US", None), ("04524", "KR", "04524"), ("045-24", "KR", None),
        ("", "DE", None), ("", "AE", ""), ("", "", ""), ("AB 1", "XX", "AB 1"), ("<b>", "XX", None),
        ("1" * 40, "", None),
        ("１０００５", "DE", "10005"), ("٠٤٥٢٤", "KR", "04524"),
    ],
)  # fmt: skip
def test_postcodes_have_their_countrys_shape(text, country, expected):
    assert read_postcode(text, country) == expected
