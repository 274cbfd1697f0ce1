"""The heart of a page: one case for every state, one next step, and nothing that its reader may not do."""

import itertools
from dataclasses import replace

import pytest

from tracker.domain.actions import GRANTS, NEEDS, PLANS, Case, Deed, Facts, Urgency, choose, read_case
from tracker.domain.tiers import ALL, NOTHING
from tracker.sdk import Milestone


@pytest.mark.parametrize(
    ("facts", "case", "step"),
    [
        (Facts("pending", changeable=True), Case.ORDER, Deed.CHANGE),
        (Facts("pending"), Case.ORDER, None),
        (Facts("info_received"), Case.ANNOUNCED, None),
        (Facts("info_received", changeable=True), Case.ANNOUNCED, Deed.CHANGE),
        (Facts("in_transit", stage=True), Case.MOVING, Deed.ANSWER),
        (Facts("in_transit", passed=True, stage=True), Case.LATE, Deed.LATE),
        (Facts("in_transit", passed=True, stalled=True), Case.STALLED, Deed.LATE),
        (Facts("unknown"), Case.MOVING, None),
        (Facts("out_for_delivery", stage=True), Case.COMING, Deed.ANSWER),
        (Facts("out_for_delivery", stage=True, stalled=True), Case.STALLED, Deed.LATE),
        (Facts("attempt_failed", "absent", stage=True), Case.TRIED, Deed.ANSWER),
        (Facts("attempt_failed", "absent", page=True), Case.TRIED, Deed.CARRIER),
        (Facts("attempt_failed", "address", stage=True), Case.ADDRESS, Deed.ANSWER),
        (Facts("attempt_failed", "absent", stage=True, instruction="sent"), Case.TRIED, None),
        (Facts("attempt_failed", "absent", stage=True, instruction="refused"), Case.TRIED, Deed.ANSWER),
        (Facts("attempt_failed", "absent", stage=True, instruction="expired"), Case.TRIED, Deed.ANSWER),
        (Facts("available_for_pickup", action_required=True), Case.COLLECT, None),
        (Facts("in_transit", "customs", stage=True), Case.MOVING, Deed.ANSWER),
        (Facts("in_transit", "customs", True, page=True), Case.CUSTOMS, Deed.CARRIER),
        (Facts("exception", "payment_due", page=True), Case.PAYMENT, Deed.CARRIER),
        (Facts("exception", "payment_due"), Case.PAYMENT, Deed.OTHER),
        (Facts("exception", "documents"), Case.PAPERS, Deed.OTHER),
        (Facts("exception", "lost"), Case.SEARCHING, Deed.LATE),
        (Facts("exception", "lost", concern="open"), Case.SEARCHING, Deed.READ),
        (Facts("exception", "damaged"), Case.DAMAGED, Deed.DAMAGED),
        (Facts("exception", "weather"), Case.HELD, Deed.LATE),
        (Facts("delivered", "signed"), Case.ARRIVED, Deed.RATE),
        (Facts("delivered", rated=True), Case.ARRIVED, None),
        (Facts("delivered", "presumed"), Case.PRESUMED, Deed.NOT_HERE),
        (Facts("delivered", "payment_due"), Case.ARRIVED, Deed.RATE),
        (Facts("returning", "address", True), Case.RETURNING, Deed.OTHER),
        (Facts("returned"), Case.RETURNED, Deed.OTHER),
        (Facts("expired"), Case.SILENT, Deed.LATE),
        (Facts("cancelled"), Case.STOPPED, None),
    ],
)
def test_each_state_has_one_heart_and_one_next_step(facts: Facts, case: Case, step: Deed | None) -> None:
    action = choose(facts, ALL)
    assert (action.case, action.step) == (case, step)
    assert step not in action.more


def test_every_combination_has_a_case_and_offers_only_what_the_reader_may_do() -> None:
    reasons = ("", "customs", "presumed", "lost", "never-heard-of", *NEEDS)
    flags = itertools.product((False, True), repeat=3)
    for milestone, reason, (needed, passed, stalled) in itertools.product(Milestone, reasons, flags):
        facts = Facts(milestone, reason, needed, passed, stalled, True, True, True, True)
        whole = choose(facts, ALL)
        assert whole.case is read_case(facts)
        offered = {deed for deed in (whole.step, *whole.more) if deed}
        assert len(offered) == len(whole.more) + (whole.step is not None)
        assert choose(facts, NOTHING).step is None
        assert choose(facts, NOTHING).more == ()
        for grant in {GRANTS[deed] for deed in offered}:
            less = choose(facts, ALL - {grant})
            assert all(GRANTS[deed] is not grant for deed in (less.step, *less.more) if deed)


def test_an_answer_that_stands_takes_the_pressure_off_and_a_refused_one_does_not() -> None:
    for state in ("approval", "task", "sending", "sent", "accepted"):
        action = choose(Facts("attempt_failed", stage=True, instruction=state), ALL)
        assert (action.answered, action.urgency) == (True, Urgency.SOON)
        assert action.step is None
    assert choose(Facts("attempt_failed", stage=True, instruction="refused"), ALL).urgency is Urgency.ACT


@pytest.mark.parametrize("milestone", ["attempt_failed", "in_transit", "out_for_delivery"])
def test_what_a_carrier_was_told_can_only_be_talked_of_with_the_shop(milestone: str) -> None:
    """The form would refuse whatever is asked then."""
    for state in ("approval", "task", "sending"):
        assert choose(Facts(milestone, stage=True, instruction=state), ALL).more[0] is Deed.ANSWER
    for state in ("sent", "accepted"):
        told = Facts(milestone, stage=True, page=True, instruction=state)
        assert (choose(told, ALL).step, choose(told, ALL).more[0]) == (None, Deed.OTHER)
        assert Deed.ANSWER not in choose(told, ALL).more
        assert choose(replace(told, concern="open"), ALL).more[0] is Deed.READ


def test_an_answered_concern_presses_even_where_nothing_else_does() -> None:
    assert choose(Facts("delivered", concern="answered"), ALL).urgency is Urgency.WRONG
    assert choose(Facts("delivered", concern="open"), ALL).urgency is Urgency.CALM


def test_every_case_is_planned_and_every_deed_has_a_grant() -> None:
    assert set(PLANS) == set(Case)
    assert set(GRANTS) == set(Deed)
