"""What only a clock can tell of a parcel: that its window has passed, that nobody scans it, that its day has come.

Pages know no time. The worker notes these once each, and what it notes is part of what a page is made from.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta

from tracker.sdk import Event, Milestone, Status, Window, ZoneSource

from .epochs import Scan, heard
from .statements import Source, Statement

WEST, EAST = timedelta(hours=-12), timedelta(hours=14)
GRACE = timedelta(hours=1)
CODE = "window-passed"
STALLED = "stalled"

PATIENCE: Mapping[Milestone, timedelta] = {
    Milestone.PICKED_UP: timedelta(days=5),
    Milestone.IN_TRANSIT: timedelta(days=5),
    Milestone.OUT_FOR_DELIVERY: timedelta(days=2),
}
"""How long a parcel that moves may go without a scan before its page says so."""


def find_deadline(window: Window | None, scans: Sequence[Scan]) -> datetime | None:
    """The instant from which the window has passed: by the newest known offset, else by the last zone on earth."""
    if window is None:
        return None
    offset = _newest_offset(scans)
    return (window.latest - (WEST if offset is None else offset)).replace(tzinfo=UTC) + GRACE


def find_turn(window: Window | None, scans: Sequence[Scan], now: datetime) -> tuple[bool, datetime | None]:
    """Whether it is the window's day (or one of its days) where the parcel is headed, and when that changes next."""
    deadline = find_deadline(window, scans)
    if window is None or deadline is None:
        return False, None
    offset = _newest_offset(scans)
    start = datetime.combine(window.earliest, time()) - (EAST if offset is None else offset)
    begins = start.replace(tzinfo=UTC)
    if now < begins:
        return False, begins
    return (True, deadline) if now < deadline else (False, None)


def find_stall(milestone: Milestone, scans: Sequence[Scan]) -> datetime | None:
    """The instant from which a parcel is called stalled if nobody scans it till then; `None` where it rests anyway."""
    last = _last(scans)
    return last.at + PATIENCE[milestone] if last and milestone in PATIENCE else None


def read_stall(milestone: Milestone, scans: Sequence[Scan]) -> Scan | None:
    """The last scan of a parcel that has stalled, as the portal noted; `None` where it has not.

    A note that was made before an older scan came in counts for nothing: it follows from the scans alone.
    """
    since = find_stall(milestone, scans)
    if since is None:
        return None
    noted = (one.at >= since and one.statement.event.code.startswith(STALLED) for one in scans if _is_note(one))
    return _last(scans) if any(noted) else None


def state_lateness(window: Window, deadline: datetime) -> Statement:
    """The portal's own statement that a window passed. It names the window, so that it is made once."""
    code = f"{CODE}:{window.earliest:%Y%m%d%H%M}-{window.latest:%Y%m%d%H%M}"
    return _note(Status(Milestone.UNKNOWN, delayed=True), deadline, code)


def state_stall(since: datetime) -> Statement:
    """The portal's own statement that a parcel has not been scanned for too long by an instant (`find_stall`)."""
    return _note(Status(Milestone.UNKNOWN), since, f"{STALLED}:{since.astimezone(UTC):%Y%m%d%H%M}")


def _note(status: Status, at: datetime, code: str) -> Statement:
    local = at.astimezone(UTC).replace(tzinfo=None)
    return Statement(Source.PORTAL, Event(local, status, timedelta(0), ZoneSource.CARRIER, code=code))


def _is_note(scan: Scan) -> bool:
    return scan.statement.source is Source.PORTAL


def _last(scans: Sequence[Scan]) -> Scan | None:
    return next(heard(reversed(scans)), None)


def _newest_offset(scans: Sequence[Scan]) -> timedelta | None:
    """The distance from UTC that the carrier told last: it is where the parcel is, and a shop may be anywhere."""
    said = (one.statement for one in reversed(scans) if one.statement.source is Source.CARRIER)
    return next((one.event.offset for one in said if one.event.offset is not None), None)
