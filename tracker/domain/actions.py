"""Actions: what a page puts first for a parcel as it stands, and the one next step that it offers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from tracker.sdk import Milestone

from .instructions import OPEN, STANDING
from .states import PRESUMED
from .tiers import Grant, Sight


class Case(StrEnum):
    """What a page speaks of first. `ORDER`, `HANDED_OVER` and `STOPPED` are those of an order without a parcel, too."""

    ORDER = "order"
    HANDED_OVER = "handed_over"
    STOPPED = "stopped"
    ANNOUNCED = "announced"
    MOVING = "moving"
    COMING = "coming"
    LATE = "late"
    STALLED = "stalled"
    TRIED = "tried"
    COLLECT = "collect"
    CUSTOMS = "customs"
    PAYMENT = "payment"
    PAPERS = "papers"
    ADDRESS = "address"
    APPOINTMENT = "appointment"
    CONTACT = "contact"
    SEARCHING = "searching"
    DAMAGED = "damaged"
    HELD = "held"
    ARRIVED = "arrived"
    PRESUMED = "presumed"
    RETURNING = "returning"
    RETURNED = "returned"
    SILENT = "silent"


class Deed(StrEnum):
    """What a page offers to do."""

    ANSWER = "answer"
    CHANGE = "change"
    CARRIER = "carrier"
    CALENDAR = "calendar"
    RATE = "rate"
    LATE = "late"
    DAMAGED = "damaged"
    NOT_HERE = "not_here"
    OTHER = "other"
    READ = "read"


class Urgency(IntEnum):
    """How much a case presses: nothing to do, soon, something is wrong, the customer has to act."""

    CALM = 0
    SOON = 1
    WRONG = 2
    ACT = 3


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides over a case and its step. `stage` says that the carrier can still be told something.

    `passed` is a told window that has passed; `instruction` the state of the newest instruction, `concern` that of the
    newest concern that is not closed, each empty for none. `page` says that the carrier has a page of its own.
    """

    milestone: str
    reason: str = ""
    action_required: bool = False
    passed: bool = False
    stalled: bool = False
    stage: bool = False
    changeable: bool = False
    window: bool = False
    page: bool = False
    rated: bool = False
    instruction: str = ""
    concern: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """The heart of a page: its case, the one next step or none, quieter ones, and how much it presses.

    `answered` says that the customer has told the carrier what to do, and that it stands.
    """

    case: Case
    step: Deed | None
    more: tuple[Deed, ...]
    urgency: Urgency
    answered: bool = False


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a case offers: steps of which the first that is possible is the next one, quieter ones, and its urgency."""

    steps: tuple[Deed, ...]
    more: tuple[Deed, ...] = ()
    urgency: Urgency = Urgency.CALM


_WRONG, _ACT = Urgency.WRONG, Urgency.ACT
PLANS: Mapping[Case, _Plan] = {
    Case.ORDER: _Plan((Deed.CHANGE,)),
    Case.HANDED_OVER: _Plan((), (Deed.OTHER,)),
    Case.STOPPED: _Plan(()),
    Case.ANNOUNCED: _Plan((Deed.CHANGE,), (Deed.CALENDAR,)),
    Case.MOVING: _Plan((Deed.ANSWER,), (Deed.CALENDAR,)),
    Case.COMING: _Plan((Deed.ANSWER,), (Deed.CALENDAR,), Urgency.SOON),
    Case.LATE: _Plan((Deed.LATE,), (Deed.ANSWER,), _WRONG),
    Case.STALLED: _Plan((Deed.LATE,), (Deed.ANSWER,), _WRONG),
    Case.TRIED: _Plan((Deed.ANSWER, Deed.CARRIER), (), _ACT),
    Case.COLLECT: _Plan((), (Deed.CARRIER, Deed.OTHER), _ACT),
    Case.CUSTOMS: _Plan((Deed.CARRIER, Deed.OTHER), (Deed.OTHER,), _ACT),
    Case.PAYMENT: _Plan((Deed.CARRIER, Deed.OTHER), (Deed.OTHER,), _ACT),
    Case.PAPERS: _Plan((Deed.CARRIER, Deed.OTHER), (Deed.OTHER,), _ACT),
    Case.ADDRESS: _Plan((Deed.ANSWER, Deed.CARRIER, Deed.OTHER), (), _ACT),
    Case.APPOINTMENT: _Plan((Deed.ANSWER, Deed.CARRIER, Deed.OTHER), (), _ACT),
    Case.CONTACT: _Plan((Deed.CARRIER, Deed.OTHER), (Deed.OTHER,), _ACT),
    Case.SEARCHING: _Plan((Deed.LATE,), (), _WRONG),
    Case.DAMAGED: _Plan((Deed.DAMAGED,), (), _WRONG),
    Case.HELD: _Plan((Deed.LATE,), (Deed.ANSWER,), _WRONG),
    Case.ARRIVED: _Plan((Deed.RATE,), (Deed.NOT_HERE, Deed.DAMAGED)),
    Case.PRESUMED: _Plan((Deed.NOT_HERE,), (Deed.RATE,), _WRONG),
    Case.RETURNING: _Plan((Deed.OTHER,), (), _WRONG),
    Case.RETURNED: _Plan((Deed.OTHER,), (), _WRONG),
    Case.SILENT: _Plan((Deed.LATE,), (), _WRONG),
}
GRANTS: Mapping[Deed, Grant] = {
    Deed.ANSWER: Grant.ACT,
    Deed.CHANGE: Grant.READDRESS,
    Deed.CARRIER: Grant.NUMBERS,
    Deed.CALENDAR: Grant.HOURS,
    Deed.RATE: Grant.RATE,
    Deed.LATE: Grant.CONCERN,
    Deed.DAMAGED: Grant.CONCERN,
    Deed.NOT_HERE: Grant.CONCERN,
    Deed.OTHER: Grant.CONCERN,
    Deed.READ: Grant.CONCERN,
}
"""The grant that each deed asks for."""
REPORTS = frozenset({Deed.LATE, Deed.DAMAGED, Deed.NOT_HERE, Deed.OTHER})

NEEDS: Mapping[str, Case] = {
    "payment_due": Case.PAYMENT,
    "documents": Case.PAPERS,
    "address": Case.ADDRESS,
    "verification": Case.CONTACT,
    "appointment": Case.APPOINTMENT,
    "contact_carrier": Case.CONTACT,
}
"""Reasons that ask something of the customer, whatever the milestone is by which they were told."""
TROUBLES: Mapping[str, Case] = {
    "lost": Case.SEARCHING,
    "investigation": Case.SEARCHING,
    "damaged": Case.DAMAGED,
    "disposed": Case.DAMAGED,
}
CUSTOMS = frozenset({"customs", "customs_started"})
STANDS: Mapping[str, Case] = {
    Milestone.PENDING: Case.ORDER,
    Milestone.INFO_RECEIVED: Case.ANNOUNCED,
    Milestone.OUT_FOR_DELIVERY: Case.COMING,
    Milestone.AVAILABLE_FOR_PICKUP: Case.COLLECT,
    Milestone.ATTEMPT_FAILED: Case.TRIED,
    Milestone.DELIVERED: Case.ARRIVED,
    Milestone.RETURNING: Case.RETURNING,
    Milestone.RETURNED: Case.RETURNED,
    Milestone.CANCELLED: Case.STOPPED,
    Milestone.EXPIRED: Case.SILENT,
}
_MET = frozenset({Milestone.DELIVERED, Milestone.RETURNING, Milestone.RETURNED, Milestone.CANCELLED, Milestone.EXPIRED})
_STOPS = frozenset({Milestone.EXCEPTION, Milestone.ATTEMPT_FAILED})
_MOVES = frozenset({Milestone.PICKED_UP, Milestone.IN_TRANSIT, Milestone.OUT_FOR_DELIVERY, Milestone.UNKNOWN})


def choose(facts: Facts, sight: Sight) -> Action:
    """The case of a parcel, and what whoever sees so much may do about it."""
    case = read_case(facts)
    plan = PLANS[case]
    answered = facts.instruction in OPEN and facts.stage
    steps: Sequence[Deed] = plan.steps
    if facts.concern:
        # It is said already: what there is to do is to read what became of it.
        steps = tuple(dict.fromkeys(Deed.READ if deed in REPORTS else deed for deed in steps))
    possible = [deed for deed in steps if _is_possible(deed, facts, sight)]
    more = [deed for deed in (*possible[1:], *plan.more) if _is_possible(deed, facts, sight)]
    if answered and Deed.ANSWER in plan.steps:
        # What a carrier was told stands until it tries again: only the shop can still talk to it.
        again = (Deed.READ if facts.concern else Deed.OTHER) if facts.instruction in STANDING else Deed.ANSWER
        possible, more = [], [deed for deed in (again, *possible, *more) if _is_possible(deed, facts, sight)]
    step = possible[0] if possible else None
    urgency = Urgency.SOON if answered and plan.urgency is _ACT else plan.urgency
    if facts.concern == "answered":
        urgency = max(urgency, _WRONG)
    return Action(case, step, tuple(dict.fromkeys(deed for deed in more if deed is not step)), urgency, answered)


def read_case(facts: Facts) -> Case:
    """What a page speaks of first."""
    milestone, reason = facts.milestone, facts.reason
    if need := _read_need(facts):
        return need
    if milestone == Milestone.EXCEPTION:
        return TROUBLES.get(reason, Case.HELD)
    if milestone == Milestone.DELIVERED and reason == PRESUMED:
        return Case.PRESUMED
    if milestone in _MOVES and (facts.stalled or facts.passed):
        return Case.STALLED if facts.stalled else Case.LATE
    return STANDS.get(milestone, Case.MOVING)


def _read_need(facts: Facts) -> Case | None:
    if facts.milestone in _MET:
        return None
    if facts.reason in NEEDS and (facts.action_required or facts.milestone in _STOPS):
        return NEEDS[facts.reason]
    return Case.CUSTOMS if facts.reason in CUSTOMS and facts.action_required else None


def _is_possible(deed: Deed, facts: Facts, sight: Sight) -> bool:
    needs = {
        Deed.ANSWER: facts.stage and facts.instruction not in STANDING,
        Deed.CHANGE: facts.changeable,
        Deed.CARRIER: facts.page,
        Deed.CALENDAR: facts.window,
        Deed.RATE: not facts.rated,
        Deed.READ: bool(facts.concern),
    }
    return GRANTS[deed] in sight and needs.get(deed, True)
