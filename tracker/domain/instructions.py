"""What may be asked of a carrier, or of the shop, about a parcel as it stands, and what becomes of it by itself."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Any, NamedTuple

from tracker.sdk import InstructionKind, Milestone, OrderMilestone

from .states import SCANNED
from .tiers import Grant, Sight


class Stage(StrEnum):
    """When something is asked: before anything was sent, on its way, or after nobody was met."""

    BEFORE = "before"
    WAY = "way"
    ATTEMPT = "attempt"


class Wish(StrEnum):
    """What a shop wants of a kind: asked at once, after the shop said yes, only of carriers that take it, or never."""

    OFFER = "offer"
    APPROVE = "approve"
    CARRIER = "carrier"
    OFF = "off"


class Outcome(NamedTuple):
    """How an instruction ended by itself. `reply` is one of `ENDINGS` where its state is `expired`."""

    state: str
    reply: str = ""


OFFERS: Mapping[Stage, Sequence[InstructionKind]] = {
    Stage.BEFORE: (InstructionKind.CORRECTION, InstructionKind.CANCEL),
    Stage.WAY: (
        InstructionKind.AWAY,
        InstructionKind.SAFE_PLACE,
        InstructionKind.NEIGHBOUR,
        InstructionKind.PICKUP_POINT,
        InstructionKind.ANOTHER_ADDRESS,
        InstructionKind.DIRECTIONS,
    ),
    Stage.ATTEMPT: (
        InstructionKind.ANOTHER_DAY,
        InstructionKind.SAFE_PLACE,
        InstructionKind.NEIGHBOUR,
        InstructionKind.PICKUP_POINT,
        InstructionKind.DIRECTIONS,
        InstructionKind.CORRECTION,
        InstructionKind.ANOTHER_ADDRESS,
        InstructionKind.SEND_BACK,
    ),
}
"""What can be asked when, in the order in which it is offered."""
READDRESSING = frozenset({InstructionKind.ANOTHER_ADDRESS, InstructionKind.CORRECTION})
"""These want a grant of their own: they lead a parcel to another door."""
USUAL: Mapping[InstructionKind, Wish] = dict.fromkeys((*READDRESSING, InstructionKind.CANCEL), Wish.APPROVE)
"""What shops want that have not said otherwise. All other kinds are offered."""

UNSENT = frozenset({"approval", "task", "sending"})
STANDING = frozenset({"sent", "accepted"})
OPEN = UNSENT | STANDING
ENDED = frozenset({"refused", "done", "expired"})
ENDINGS = ("replaced", "overdue", "arrived", "left", "overtaken", "returned", "withdrawn", "erased")
"""Why something expired: asked anew, too late, the parcel came, had left, was tried again, went back, was withdrawn by
the shop, or the customer had what they said erased."""
LIFE = timedelta(days=7)
MOST = 30
"""Of one order, ended or not: each is entries in a chain that nobody can shorten, and a question to a carrier."""
FARTHEST = timedelta(days=30)
"""How far ahead a day may be asked for."""
_UNDER_WAY = SCANNED - {Milestone.AVAILABLE_FOR_PICKUP, Milestone.DELIVERED, Milestone.RETURNING, Milestone.RETURNED}
_GONE = {Milestone.RETURNING, Milestone.RETURNED}
_OPEN_ORDERS = {OrderMilestone.PLACED, OrderMilestone.CONFIRMED, OrderMilestone.PACKED}


def find_stage(milestone: str, attempts: int) -> Stage | None:
    """When it is, for a parcel with this milestone and so many failed attempts; `None` where nothing can be asked."""
    if milestone == Milestone.UNKNOWN or milestone not in _UNDER_WAY:
        return None
    return Stage.ATTEMPT if attempts or milestone == Milestone.ATTEMPT_FAILED else Stage.WAY


def is_before_dispatch(order: str, parcels: Iterable[str]) -> bool:
    """Whether an order can still be changed: the shop has not closed it, and no carrier has scanned any parcel."""
    untouched = {Milestone.PENDING, Milestone.INFO_RECEIVED}
    return order in _OPEN_ORDERS and all(milestone in untouched for milestone in parcels)


def count_attempts(events: Iterable[Mapping[str, Any]]) -> int:
    """On how many days a parcel's events, as they are kept with its state, tell of a failed attempt.

    A day has one attempt, as it is one moment: a carrier that says so again in the evening has not tried twice.
    """
    days = {str(event["local"] or "")[:10] for event in events if event["milestone"] == Milestone.ATTEMPT_FAILED}
    return len(days)


def wish_of(kind: InstructionKind, wishes: Mapping[str, str]) -> Wish:
    """What a shop wants of a kind. A wish that nobody knows (any more) is the usual one."""
    try:
        return Wish(wishes.get(kind, ""))
    except ValueError:
        return USUAL.get(kind, Wish.OFFER)


def offer(
    stage: Stage | None, wishes: Mapping[str, str], takes: Collection[InstructionKind], sight: Sight
) -> tuple[InstructionKind, ...]:
    """The kinds that somebody with this sight may choose from. `takes` are those that the carrier takes by itself."""
    if stage is None or Grant.ACT not in sight:
        return ()
    return tuple(
        kind
        for kind in OFFERS[stage]
        if (Grant.READDRESS in sight or kind not in READDRESSING) and _is_wanted(wish_of(kind, wishes), kind in takes)
    )


def _is_wanted(wish: Wish, taken: bool) -> bool:
    return wish in (Wish.OFFER, Wish.APPROVE) or (wish is Wish.CARRIER and taken)


def begin(wish: Wish, taken: bool) -> str:
    """The state in which an instruction begins: the shop's word, its carrier, or the shop's own hands."""
    if wish is Wish.APPROVE:
        return "approval"
    return "sending" if taken else "task"


def find_due(kind: InstructionKind, day: date | None, now: datetime, zone: tzinfo) -> datetime:
    """The instant after which an instruction helps nobody any more. `zone` is that of the shop's wall clock."""
    if day is None:
        return now + LIFE
    end = datetime.combine(day, time(0), zone)
    # Who is away wants nothing before that day; who names a day wants it on that day.
    return max(end if kind is InstructionKind.AWAY else end + timedelta(days=1), now + timedelta(hours=1))


def settle(kind: str, state: str, attempt: int, milestone: str, attempts: int) -> Outcome | None:
    """What a parcel's scans make of an open instruction that was given after `attempt` failed attempts.

    `None` where it stays as it is.
    """
    if milestone == Milestone.CANCELLED:
        return Outcome("expired", "withdrawn")
    if milestone in _GONE:
        return Outcome("done") if kind == InstructionKind.SEND_BACK else Outcome("expired", "returned")
    if milestone == Milestone.DELIVERED:
        kept = state in STANDING and kind != InstructionKind.SEND_BACK
        return Outcome("done") if kept else Outcome("expired", "arrived")
    if milestone == Milestone.AVAILABLE_FOR_PICKUP and kind == InstructionKind.PICKUP_POINT:
        return Outcome("done")
    if state in STANDING and attempts > attempt:
        return Outcome("expired", "overtaken")
    return None
