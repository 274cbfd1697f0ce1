"""The worker's work: what is woken by which name, and how it is claimed, done, tried again or given up."""

import logging
import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import Any, TypeVar

from tracker import crash
from tracker.host.errors import PluginBug
from tracker.sdk import BadPayload, BadRequest, PluginError, RateLimited
from tracker.store import kept, leases
from tracker.store.events import purge_parked
from tracker.store.handovers import purge_handovers
from tracker.store.imports import Import
from tracker.store.inbox import Inbox, forget_bodies
from tracker.store.labels import purge_labels
from tracker.store.leases import Leased
from tracker.store.links import Lookup
from tracker.store.outbox import Outbox, forget_payloads
from tracker.store.shipments import next_ask_at
from tracker.store.shops import load_shops
from tracker.store.staff import purge_sessions

from . import (
    concern_mails,
    erasure,
    fulfilments,
    imports,
    instructions,
    instructions_sending,
    labels,
    lateness,
    lookups,
    mailing,
    news,
    photos,
    polling,
    proofs,
    receiving,
    recommending,
    subscriptions,
    trials,
    updates,
    updates_sending,
)
from .errors import Later
from .import_files import discard_old
from .portal import Portal

log = logging.getLogger(__name__)

BATCH = 10
LEASE = 300.0
"""Longer than one row can take: a mail server may answer each of eight steps after 20 seconds."""
TRIES = 22
"""Over two days, so that what a mail server or a store misses at a weekend is not lost."""
BUG_TRIES = 12
"""Over three hours: a database may come back in that time, and a mistake in a program needs a person."""
FIRST_WAIT, LONGEST_WAIT = 5.0, 6 * 3600.0
AHEAD = timedelta(seconds=60)
"""The queue sweeps once a minute; only what is due sooner needs a call of its own."""
KEEP = timedelta(days=30)
"""How long what has settled is kept."""
MOST_PIECES = 20
"""So much of a kind is noted in a minute: at midnight the day of many parcels ends. The rest is for the next one."""

T = TypeVar("T", bound=Leased)

TOPICS: Mapping[str, Callable[[Portal, Mapping[str, Any], str], None]] = {
    "notice": mailing.send,
    "fulfilment": fulfilments.push,
    "lookup-mail": lookups.send,
    updates.TOPIC: updates_sending.send,
    erasure.TOPIC: erasure.run,
    instructions.TOPIC: instructions_sending.send,
    "change": news.tell,
    news.CONCERN_TOPIC: news.tell_concern,
    news.FEEDBACK_TOPIC: news.tell_feedback,
    concern_mails.TOPIC: concern_mails.send,
    recommending.TOPIC: recommending.run,
    "subscribe": subscriptions.subscribe,
    "renew": subscriptions.renew,
    "unsubscribe": subscriptions.unsubscribe,
    proofs.TOPIC: proofs.ask,
    "proof": proofs.get,
    "hide-people": proofs.hide_people,
    trials.TOPIC: trials.run,
    labels.TOPIC: labels.run,
}


def attach(portal: Portal) -> None:
    """Tells the queue what to run. Call it once, in the process of the worker."""
    jobs: dict[str, Callable[[Portal], object]] = {
        "inbox": run_inbox,
        "outbox": run_outbox,
        "lookups": run_lookups,
        "imports": run_imports,
        "polls": run_polls,
        "upkeep": run_upkeep,
    }
    for name, job in jobs.items():
        portal.queue.on(name, partial(job, portal))


def run_inbox(portal: Portal) -> int:
    """Reads all deliveries that are due; tells how many."""

    def read(row: Inbox) -> None:
        for warning in receiving.process(portal, row)[:20]:
            log.info("delivery read with a warning", extra={"source": row.source, "row": row.id, "warning": warning})

    return drain(portal, Inbox, read)


def run_outbox(portal: Portal) -> int:
    """Does all that is owed and due; tells how much."""
    count = drain(portal, Outbox, lambda row: TOPICS[row.topic](portal, row.payload, row.key))
    _wake_next(portal, "outbox", leases.next_due(Outbox))
    return count


def run_lookups(portal: Portal) -> int:
    """Answers requests for a link; tells how many."""
    return drain(portal, Lookup, lambda row: lookups.answer(portal, row))


def run_imports(portal: Portal) -> int:
    """Reads files that wait; tells how many."""
    return drain(portal, Import, lambda row: imports.run(portal, row), batch=1)


def run_polls(portal: Portal) -> int:
    """Asks carriers about all parcels whose turn it is; tells how many."""
    count = polling.ask_carriers(portal)
    _wake_next(portal, "polls", next_ask_at())
    return count


def run_upkeep(portal: Portal) -> None:
    """Notes what the clock tells of parcels and, once a day, lets go of what has been kept long enough."""
    clocks = (
        lateness.note_lateness,
        instructions_sending.expire_overdue,
        lateness.note_stalls,
        lateness.note_turns,
    )
    for note in clocks:
        _note_all(portal, note)
    subscriptions.renew_due(portal)
    recommending.refresh_due(portal)
    if not portal.ports.rates.take(0, "upkeep", 1, timedelta(days=1), portal.now()):
        let_go(portal)


def _note_all(portal: Portal, note: Callable[[Portal], int]) -> None:
    """Notes piece by piece what is due. A row that cannot be noted costs those behind it, and no other upkeep."""
    try:
        for _ in range(MOST_PIECES):
            if not note(portal):
                return
    except Exception:
        log.exception("upkeep failed", extra={"work": note.__name__})


def let_go(portal: Portal) -> None:
    """Deletes what settled `KEEP` ago: deliveries, payloads, requests, sign-ins, scans of nobody's parcel, files."""
    now, before = portal.now(), portal.now() - KEEP
    shops = [shop.id for shop in load_shops()]
    purges: list[Callable[[], int]] = [
        lambda: forget_bodies(before),
        lambda: forget_payloads(before),
        lambda: leases.purge(Lookup, before, states=("done", "dead")),
        lambda: kept.purge_kept(now, before),
        lambda: instructions_sending.let_go(portal),
        lambda: sum(purge_handovers(shop, before) for shop in shops),
        lambda: sum(purge_parked(shop, before) for shop in shops),
        lambda: sum(purge_labels(shop, before) for shop in shops),
        lambda: sum(proofs.let_go(portal, shop) for shop in shops),
        lambda: sum(photos.let_go(portal, shop) for shop in shops),
    ]
    for purge in purges:
        # In pieces, so that others may write between them.
        while purge():
            pass
    purge_sessions(before)
    discard_old(portal, before)
    portal.database.clear_log()


def drain(portal: Portal, model: type[T], handle: Callable[[T], object], batch: int = BATCH) -> int:
    """Claims and handles rows until none is due; tells how many were handled."""
    count = 0
    while rows := leases.claim(model, portal.now(), batch, LEASE):
        claimed = monotonic()
        for row in rows:
            if monotonic() - claimed > LEASE / 4 and not leases.extend(row, portal.now(), LEASE):
                continue
            _handle(portal, row, handle)
            count += 1
    return count


def _handle(portal: Portal, row: T, handle: Callable[[T], object]) -> None:
    crash.point("claimed")
    if row.attempts > TRIES:
        leases.bury(row, row.error or "given up: the worker ended each time it began with this", portal.now())
        return
    try:
        handle(row)
        crash.point("handled")
    except Later as later:
        leases.retry(row, later.until, str(later))
    except (BadPayload, BadRequest) as error:
        leases.bury(row, f"{error.kind}: {error}", portal.now())
    except Exception as error:
        _try_again(portal, row, error)
    else:
        leases.finish(row, portal.now())


def _try_again(portal: Portal, row: Leased, error: Exception) -> None:
    said = f"{getattr(error, 'kind', 'bug')}: {error}"
    if not isinstance(error, PluginError | PluginBug):
        log.error("work failed", exc_info=error, extra={"table": type(row).__name__, "row": row.id})
    if row.attempts >= (TRIES if isinstance(error, PluginError) else BUG_TRIES):
        leases.bury(row, said, portal.now())
        return
    wait = min(FIRST_WAIT * 2.0 ** (row.attempts - 1), LONGEST_WAIT) * random.uniform(0.8, 1.2)  # noqa: S311
    if isinstance(error, RateLimited) and error.retry_after is not None:
        wait = min(max(error.retry_after, wait), LONGEST_WAIT)
    leases.retry(row, portal.now() + timedelta(seconds=wait), said)


def _wake_next(portal: Portal, name: str, due: datetime | None) -> None:
    if due is not None and due < portal.now() + AHEAD:
        portal.queue.wake(name, max(due, portal.now() + timedelta(milliseconds=200)))
