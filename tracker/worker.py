"""The worker: does what is owed until it is told to stop. Any number of them may run against one database."""

import logging
import threading

from tracker.services import erasure, heartbeat, work
from tracker.services.errors import StoreError
from tracker.services.portal import Portal

log = logging.getLogger(__name__)


def run(portal: Portal, stop: threading.Event | None = None) -> None:
    """Works until `stop` is set or the process gets SIGTERM or SIGINT; what is at work then is finished first."""
    stop = stop or threading.Event()
    work.attach(portal)
    _erase_anew(portal)
    heart = threading.Thread(target=_beat, args=(portal, stop), name="heartbeat", daemon=True)
    heart.start()
    log.info("worker started", extra={"threads": portal.config.workers, "plugins": len(portal.registry.plugins)})
    try:
        portal.queue.run(portal.config.workers, stop)
    finally:
        stop.set()
        heart.join(timeout=5)
        log.info("worker stopped")


def _erase_anew(portal: Portal) -> None:
    """Before anything leaves: a database that was put back from a backup knows people who are not to be known."""
    try:
        count = erasure.reapply(portal)
    except StoreError as error:
        log.warning("it was not looked after erased customers: %s", error)
        return
    if count:
        log.warning("what a backup brought back of erased customers was erased again", extra={"customers": count})


def _beat(portal: Portal, stop: threading.Event) -> None:
    try:
        while True:
            try:
                heartbeat.beat(portal)
            except StoreError as error:
                # The queue sees the same database and says so; the heart goes on, so that recovery is seen too.
                log.warning("no heartbeat: %s", error)
            if stop.wait(heartbeat.EVERY.total_seconds()):
                return
    finally:
        portal.database.close_thread()
