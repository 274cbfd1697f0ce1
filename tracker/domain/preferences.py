"""What a customer wishes of notices, and what that means for one that is about to leave."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .states import Moment

ANSWER = "answer"
"""The kind of notice that answers what the customer asked or reported."""
KINDS = (*map(str, Moment), ANSWER)
USUAL = "email"
"""The channel of whoever has not chosen one, and of whoever has chosen one that is there no more."""
NEEDED = frozenset({"delayed", "attempt_failed", "available_for_pickup", "returning", ANSWER})
"""Kinds that whoever wants to hear of trouble alone still gets: something is wrong, or has to be done."""
FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
"""The end of a pause that has none."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """A customer's wishes in one shop. `channels` maps kinds to a channel's id, or to "" for "not at all"."""

    locale: str = ""
    channels: Mapping[str, str] = field(default_factory=dict)
    quiet_from: time | None = None
    quiet_until: time | None = None
    zone: str = ""
    only_trouble: bool = False
    paused_until: datetime | None = None


def refuse(wishes: Wishes, kind: str, now: datetime) -> str:
    """Why a notice of this kind is not wanted (`unwanted`, `paused`), or an empty text. Answers pass through a pause.

    >>> refuse(Wishes(only_trouble=True), "shipped", FOREVER)
    'unwanted'
    """
    if wishes.channels.get(kind) == "" or (wishes.only_trouble and kind not in NEEDED):
        return "unwanted"
    return "paused" if kind != ANSWER and wishes.paused_until and now < wishes.paused_until else ""


def choose_channel(wishes: Wishes, kind: str, offered: Collection[str]) -> str:
    """The channel that a wanted notice leaves by, of those that reach the customer."""
    wanted = wishes.channels.get(kind, USUAL)
    return wanted if wanted in offered else USUAL


def end_of_quiet(wishes: Wishes, now: datetime, *zones: str) -> datetime | None:
    """When the quiet hours end that `now` lies in, as an instant after it; `None` outside of them.

    They are read on the wall clock of the customer's zone; where nobody knows it, of the first of `zones` that is one.
    """
    begin, end = wishes.quiet_from, wishes.quiet_until
    if begin is None or end is None or begin == end:
        return None
    zone = find_zone(wishes.zone, *zones)
    local = now.astimezone(zone)
    clock = local.time()
    quiet = begin <= clock < end if begin < end else clock >= begin or clock < end
    if not quiet:
        return None
    day = local.date() + timedelta(days=1 if clock >= end else 0)
    ends = [datetime.combine(day, end, zone).replace(fold=fold).astimezone(UTC) for fold in (0, 1)]
    # Where clocks go back the hour comes twice, and the first of its ends may be over.
    return next((one for one in ends if one > now), now + timedelta(hours=1))


def find_zone(*names: str) -> tzinfo:
    """The first of these that is a zone's IANA name; else UTC."""
    for name in names:
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return UTC
