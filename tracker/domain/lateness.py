"""When a told window has passed for sure, wherever its wall clock stands."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from tracker.sdk import Event, Milestone, Status, Window, ZoneSource

from .epochs import Scan
from .statements import Source, Statement

WEST = timedelta(hours=-12)
GRACE = timedelta(hours=1)
CODE = "window-passed"


def find_deadline(window: Window | None, scans: Sequence[Scan]) -> datetime | None:
    """The instant from which the window has passed: by the newest known offset, else by the last zone on earth."""
    if window is None:
        return None
    offsets = [scan.statement.event.offset for scan in scans if scan.statement.event.offset is not None]
    offset = offsets[-1] if offsets else WEST
    return (window.latest - offset).replace(tzinfo=UTC) + GRACE


def state_lateness(window: Window, deadline: datetime) -> Statement:
    """The portal's own statement that a window passed. It names the window, so that it is made once."""
    status = Status(Milestone.UNKNOWN, delayed=True)
    local = deadline.astimezone(UTC).replace(tzinfo=None)
    code = f"{CODE}:{window.earliest:%Y%m%d%H%M}-{window.latest:%Y%m%d%H%M}"
    return Statement(Source.PORTAL, Event(local, status, timedelta(0), ZoneSource.CARRIER, code=code))
