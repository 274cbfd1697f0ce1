"""The worker's heartbeat: how anybody else can tell that there is one."""

from datetime import datetime, timedelta

from tracker.store import kept

from .portal import Portal

EVERY = timedelta(seconds=10)
SILENT = timedelta(seconds=60)
"""After this time without a beat no worker runs, as far as the portal can tell."""
_NAME = kept.name_of("heartbeat", 0, "worker")
_FORGOTTEN = timedelta(days=30)


def beat(portal: Portal) -> None:
    """Notes that a worker is alive now."""
    now = portal.now()
    kept.write(_NAME, now.isoformat(), now + _FORGOTTEN)


def last_beat(portal: Portal) -> datetime | None:
    """When a worker was last alive; `None` when none ever was."""
    value = kept.read(_NAME, portal.now())
    return datetime.fromisoformat(value) if value else None


def is_alive(portal: Portal) -> bool:
    """Whether some worker runs."""
    last = last_beat(portal)
    return last is not None and portal.now() - last < SILENT
