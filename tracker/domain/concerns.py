"""Concerns: which a customer is offered in which state, what is asked first, and by when the shop answers."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from tracker.sdk import ConcernKind, Milestone, plain

from .states import PRESUMED

MOST_CONCERNS = 20
"""In one order."""
MOST_REMARKS = 100
MOST_PHOTOS = 20
"""About one concern."""
PHOTOS_AT_ONCE = 4
PHOTO_BYTES = 8_000_000
LONGEST_TEXT = 2000
LONGEST_LINE = 500
MOST_ANSWER_HOURS = 240
KEEP_PHOTOS = timedelta(days=180)
"""How long photos are kept after the last word about a concern that is not open."""
SATURDAY = 5


class State(StrEnum):
    """Who has the next word: the shop, the customer, nobody."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class Check(StrEnum):
    """Where a parcel often is that is said to be delivered, in the order in which one looks."""

    PROOF = "proof"
    NEIGHBOUR = "neighbour"
    SAFE_PLACE = "safe_place"
    LETTER_BOX = "letter_box"
    HOUSEHOLD = "household"
    EVENING = "evening"


def offer(milestones: Sequence[str]) -> tuple[list[ConcernKind], list[ConcernKind]]:
    """The kinds that make sense where parcels stand like this, and the others, each in the order to be read.

    A parcel that is only counted as delivered is `PRESUMED`.
    """
    arrived = any(one in (Milestone.DELIVERED, Milestone.RETURNED) for one in milestones)
    lost = any(one in (PRESUMED, Milestone.EXPIRED, Milestone.AVAILABLE_FOR_PICKUP) for one in milestones)
    away = not milestones or any(one != Milestone.DELIVERED for one in milestones)
    first = [ConcernKind.LATE] if away else []
    if arrived:
        first += [ConcernKind.NOT_HERE, ConcernKind.DAMAGED, ConcernKind.MISSING]
    elif lost:
        first.append(ConcernKind.NOT_HERE)
    first.append(ConcernKind.OTHER)
    return first, [kind for kind in ConcernKind if kind not in first]


def find_due(at: datetime, hours: int, zone: tzinfo) -> datetime:
    """The instant until which an answer is promised: `hours` later, Saturdays and Sundays of that zone left out."""
    local, left = at.astimezone(zone), timedelta(hours=hours)
    while True:
        tomorrow = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        if local.weekday() < SATURDAY:
            today = tomorrow.astimezone(at.tzinfo) - local.astimezone(at.tzinfo)
            if left <= today:
                return local.astimezone(at.tzinfo) + left
            left -= today
        local = tomorrow


def tidy(text: str) -> str:
    """What somebody wrote, as it is kept: line by line plain text, at most `LONGEST_TEXT` characters."""
    lines = [plain(line, LONGEST_LINE) for line in text[: LONGEST_TEXT * 2].splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:LONGEST_TEXT].rstrip()
