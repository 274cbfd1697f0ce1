"""Which notices a state calls for, and which of them are still worth sending."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from tracker.sdk import Milestone

from .states import Moment, State

OLD = timedelta(days=3)
"""A moment this far back is history: it stands in the timeline, and nobody is written to about it."""

STANDS_FOR = {
    Moment.SHIPPED: frozenset({Milestone.PICKED_UP, Milestone.IN_TRANSIT}),
    Moment.OUT_FOR_DELIVERY: frozenset({Milestone.OUT_FOR_DELIVERY}),
    Moment.DELIVERED: frozenset({Milestone.DELIVERED}),
    Moment.RETURNING: frozenset({Milestone.RETURNING, Milestone.RETURNED}),
}
RANK = {moment: rank for rank, moment in enumerate(Moment)}


def judge(moment: Moment, state: State, now: datetime) -> str:
    """Why a notice about this moment must not leave (`old`, `overtaken`), or an empty text when it may."""
    at = state.moments.get(moment)
    if at is None:
        return "overtaken"
    if now - at > OLD:
        return "old"
    if moment is Moment.DELAYED:
        return "" if state.status.delayed else "overtaken"
    return "" if state.status.milestone in STANDS_FOR[moment] else "overtaken"


def choose(moments: Iterable[Moment]) -> Moment:
    """Of several moments of one shipment that are due together, the one to tell: the furthest."""
    return max(moments, key=RANK.__getitem__)
