"""Scans in order, and which of them belong to one parcel: carriers use their numbers again."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tracker.sdk import Milestone

from .statements import Source, Statement

SLACK = timedelta(days=2)
"""A scan this long before its order was placed may still be its own: zones, and labels printed ahead."""
REST = timedelta(days=30)
"""After its end a parcel is silent; what comes later is another parcel under the same number."""
NEW_LABEL = timedelta(days=3)
HORIZON = timedelta(hours=36)
FIRST_YEAR, LAST_YEAR = 2000, 2100

ENDS = frozenset({Milestone.DELIVERED, Milestone.RETURNED, Milestone.CANCELLED, Milestone.EXPIRED})
STARTS = frozenset({Milestone.PENDING, Milestone.INFO_RECEIVED, Milestone.PICKED_UP})
AFTERMATH = frozenset({Milestone.RETURNING, Milestone.RETURNED, Milestone.EXCEPTION, Milestone.DELIVERED})
ORDER = {milestone: rank for rank, milestone in enumerate(Milestone)}


@dataclass(frozen=True, slots=True)
class Frame:
    """What is known of a shipment besides statements: when its order was placed, when others' with its number were.

    With `whole` nothing is cut: for an answer that is read by itself, outside of any order.
    """

    placed_at: datetime
    others: tuple[datetime, ...] = ()
    cancelled: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Scan:
    """A statement with the instant it is sorted by. Where the offset is not known that instant is never shown."""

    statement: Statement
    at: datetime


@dataclass(frozen=True, slots=True)
class Sorted:
    """Scans oldest first; those without a date; and how many lie in a future that nobody can know of."""

    scans: tuple[Scan, ...] = ()
    undated: tuple[Statement, ...] = ()
    quarantined: int = 0


def arrange(statements: Sequence[Statement], now: datetime) -> Sorted:
    """The statements as sorted scans. `now` only decides what is impossibly far ahead."""
    undated = [one for one in statements if one.event.local is None]
    sane = [one for one in statements if one.event.local and FIRST_YEAR <= one.event.local.year < LAST_YEAR]
    anchors = [
        (one.kind[2], one.event.local, one.event.offset)
        for one in sane
        if one.source is not Source.PORTAL and one.event.utc and one.event.local and one.event.offset is not None
    ]
    scans = [Scan(one, _place_in_time(one, anchors)) for one in sane]
    known = [scan for scan in scans if scan.at <= now + HORIZON]
    return Sorted(
        tuple(sorted(known, key=_position)),
        tuple(sorted(undated, key=lambda one: one.content)),
        len(statements) - len(undated) - len(known),
    )


def heard(scans: Iterable[Scan]) -> Iterator[Scan]:
    """The scans that somebody else told: a carrier or the shop, and not the portal's own clock."""
    return (scan for scan in scans if scan.statement.source is not Source.PORTAL)


def _position(scan: Scan) -> tuple[datetime, int, tuple[object, ...]]:
    return (scan.at, ORDER[scan.statement.event.status.milestone], scan.statement.content)


def _place_in_time(one: Statement, anchors: Sequence[tuple[str, datetime, timedelta]]) -> datetime:
    """The instant, or the best guess of it: the offset of the nearest scan that has one, at the same place if any."""
    event, place = one.event, one.kind[2]
    if event.utc:
        return event.utc
    assert event.local is not None
    wall = event.local

    def distance(anchor: tuple[str, datetime, timedelta]) -> tuple[bool, timedelta, timedelta]:
        return (anchor[0] != place, abs(anchor[1] - wall), anchor[2])

    nearest = min(anchors, key=distance, default=None)
    return (wall - (nearest[2] if nearest else timedelta(0))).replace(tzinfo=UTC)


def own_epoch(scans: Sequence[Scan], frame: Frame) -> tuple[Scan, ...]:
    """The scans of the parcel that the frame's order is about: not those of an older or newer use of its number."""
    if frame.whole:
        return tuple(scans)
    earliest = frame.placed_at - SLACK
    epoch: list[Scan] = []
    ended = False
    for scan in scans:
        # A note of our own is no sign of life: it shall not bridge the silence between two parcels.
        last = next(heard(reversed(epoch)), epoch[-1]) if epoch else None
        if last and _begins_anew(last, scan, ended, frame):
            if epoch[-1].at >= earliest:
                break
            epoch, ended = [], False
        epoch.append(scan)
        ended = ended or scan.statement.event.status.milestone in ENDS
    return tuple(scan for scan in epoch if scan.at >= earliest)


def _begins_anew(last: Scan, scan: Scan, ended: bool, frame: Frame) -> bool:
    gap = scan.at - last.at
    if gap >= 4 * REST:
        return True
    if scan.statement.source is Source.PORTAL or not (ended or gap >= REST):
        return False
    if any(last.at < other <= scan.at + SLACK for other in frame.others if other > frame.placed_at):
        return True
    milestone = scan.statement.event.status.milestone
    return ended and ((milestone in STARTS and gap >= NEW_LABEL) or (gap >= REST and milestone not in AFTERMATH))
