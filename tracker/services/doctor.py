"""Doctor: what is in order, what is not, and what to do about it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from tracker.config import Config, ConfigError
from tracker.host.secrets import Unreadable
from tracker.sdk import PluginError
from tracker.store import leases
from tracker.store.errors import StoreError
from tracker.store.events import count_unknown
from tracker.store.inbox import Inbox
from tracker.store.leases import Leased
from tracker.store.migrate import check_schema
from tracker.store.outbox import Outbox
from tracker.store.shops import PluginSetting, load_plugin_settings, load_shops

from . import heartbeat
from .portal import Portal, mail_transport, open_portal

OVERDUE = timedelta(minutes=5)
BACKLOG: Mapping[str, type[Leased]] = {"inbox": Inbox, "outbox": Outbox}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, whether it is in order, and a sentence; for a problem it says what to do."""

    what: str
    ok: bool
    said: str


def examine(load: Callable[[], Config]) -> Iterator[Finding]:
    """Every finding, one after the other as it is made. Ends early where nothing further can be looked at."""
    try:
        config = load()
    except ConfigError as error:
        for line in str(error).splitlines():
            yield Finding("configuration", False, line)
        return
    yield Finding("configuration", True, f"complete; the portal is {config.url}")
    try:
        portal = open_portal(config)
    except StoreError as error:
        yield Finding("database", False, str(error))
        return
    try:
        yield from _look(portal)
    finally:
        portal.database.close_thread()


def _look(portal: Portal) -> Iterator[Finding]:
    yield Finding("database", True, f"{portal.database.kind} answers")
    schema = _try("tables", lambda: check_schema(portal.database), "as this version expects them")
    yield schema
    yield from look_at_plugins(portal)
    yield look_at_mail(portal)
    if schema.ok:
        yield look_at_worker(portal)
        yield from look_at_keys(portal)
        yield from look_at_backlog(portal)
        yield look_at_shops()
        yield from look_at_codes()


def look_at_plugins(portal: Portal) -> Iterator[Finding]:
    """How many plugins are loaded, and each that is not."""
    yield Finding("plugins", True, f"{len(portal.registry.plugins)} loaded; `tracker plugins` lists them")
    for failure in portal.registry.failures:
        yield Finding("plugins", False, str(failure))


def look_at_mail(portal: Portal) -> Finding:
    """Whether the mail server lets us in."""
    config = portal.config
    if not config.mail_host:
        return Finding(
            "mail", False, "no mail leaves: set TRACKER_MAIL_HOST, TRACKER_MAIL_FROM and what goes with them"
        )
    server = f"{config.mail_host}:{config.mail_port}"
    todo = "check TRACKER_MAIL_* and that this machine may reach the server"
    return _try("mail", lambda: mail_transport(config).check(), f"{server} lets us in", f"{server}: {{}}; {todo}")


def look_at_worker(portal: Portal) -> Finding:
    """Whether some worker was alive lately."""
    last = heartbeat.last_beat(portal)
    if heartbeat.is_alive(portal):
        return Finding("worker", True, "alive")
    said = f"last seen {last:%Y-%m-%d %H:%M} UTC" if last else "never seen"
    return Finding("worker", False, f"{said}: start `tracker worker` and keep it running beside `tracker run`")


def look_at_keys(portal: Portal) -> Iterator[Finding]:
    """Whether the keys open what was kept with them."""
    lost = [row for row in load_plugin_settings() if not _opens(portal, row)]
    for row in lost:
        todo = "put the former key back behind the present one in TRACKER_KEYS, or fill the settings in again"
        yield Finding("keys", False, f"the settings of {row.plugin} in {row.shop.slug} cannot be decrypted: {todo}")
    if not lost:
        yield Finding("keys", True, f"{len(portal.config.purpose_keys('link'))} in use; they open all that is kept")


def look_at_backlog(portal: Portal) -> Iterator[Finding]:
    """Whether work waits for long, or was given up."""
    for name, model in BACKLOG.items():
        waited = timedelta(seconds=round(leases.oldest(model, portal.now())))
        given_up = leases.dead(model)
        if waited > OVERDUE:
            yield Finding(
                name, False, f"the oldest piece of work is {waited} overdue: is a worker running, are two enough?"
            )
        if given_up:
            todo = "mend what the column error of that table says, then run `tracker doctor --retry`"
            yield Finding(name, False, f"{given_up} given up: {todo}")
        if waited <= OVERDUE and not given_up:
            yield Finding(name, True, f"{leases.waiting(model)} waiting, none overdue")


def retry(portal: Portal) -> int:
    """Has all work that was given up tried again; tells how much that is."""
    count = 0
    for name, model in BACKLOG.items():
        count += leases.revive(model, portal.now())
        portal.queue.wake(name)
    return count


def look_at_shops() -> Finding:
    """Whether there is a shop to serve."""
    count = len(load_shops())
    if not count:
        return Finding("shops", False, "there is none yet: run `tracker init`")
    return Finding("shops", True, f"{count} served")


def look_at_codes() -> Iterator[Finding]:
    """What carriers said that no plugin understood. It breaks nothing: such a scan shows the carrier's own words."""
    for shop in load_shops():
        told = [f"{carrier} {code or '-'} “{text}” ({count}×)" for carrier, code, text, count in count_unknown(shop.id)]
        if told:
            todo = "they move no parcel until the carrier's plugin knows them"
            yield Finding("codes", True, f"{shop.slug} has scans with unknown codes, {todo}: {', '.join(told)}")


def _opens(portal: Portal, row: PluginSetting) -> bool:
    try:
        portal.ports.settings.load(row.shop_id, row.plugin)
    except Unreadable:
        return False
    return True


def _try(what: str, look: Callable[[], object], good: str, bad: str = "{}") -> Finding:
    try:
        look()
    except (StoreError, PluginError, ValueError) as error:
        return Finding(what, False, bad.format(error))
    return Finding(what, True, good)
