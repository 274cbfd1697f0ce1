"""Which notices a state calls for, and which of them are still worth sending."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from tracker.sdk import Milestone

from .moments import read_moment
from .states import Moment, State

OLD = timedelta(days=3)
"""A moment this far back is history: it stands in the timeline, and nobody is written to about it."""

STANDS_FOR = {
    Moment.SHIPPED: frozenset({Milestone.PICKED_UP, Milestone.IN_TRANSIT}),
    Moment.OUT_FOR_DELIVERY: frozenset({Milestone.OUT_FOR_DELIVERY}),
    # A parcel that nobody took is scanned at the depot in the evening, and its customer can still answer.
    Moment.ATTEMPT_FAILED: frozenset({Milestone.ATTEMPT_FAILED, Milestone.EXCEPTION, Milestone.IN_TRANSIT}),
    Moment.AVAILABLE_FOR_PICKUP: frozenset({Milestone.AVAILABLE_FOR_PICKUP}),
    Moment.DELIVERED: frozenset({Milestone.DELIVERED}),
    Moment.RETURNING: frozenset({Milestone.RETURNING, Milestone.RETURNED}),
}
TROUBLE = frozenset({Moment.DELAYED, Moment.ATTEMPT_FAILED, Moment.RETURNING})
"""Moments of which something went wrong: nothing is offered for sale beside them."""
RANK = {moment: rank for rank, moment in enumerate(Moment)}


def judge(name: str, state: State, now: datetime) -> str:
    """Why a notice about a moment must not leave (`old`, `overtaken`), or an empty text when it may.

    `name` is a key of the state's `moments`; of failed attempts only the last one is news.
    """
    at, moment = state.moments.get(name), read_moment(name)
    if at is None:
        return "overtaken"
    if now - at > OLD:
        return "old"
    if moment is Moment.DELAYED:
        return "" if state.status.delayed else "overtaken"
    if moment is Moment.ATTEMPT_FAILED and name != max(one for one in state.moments if read_moment(one) is moment):
        return "overtaken"
    return "" if state.status.milestone in STANDS_FOR[moment] else "overtaken"


def choose(names: Iterable[str]) -> str:
    """Of several moments of one shipment that are due together, the name of the one to tell: the furthest."""
    return max(names, key=lambda name: (RANK[read_moment(name)], name))
