"""The composition root: one object that holds what web, worker and command line share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from tracker.config import Config
from tracker.host.calls import Calls
from tracker.host.context import ContextMaker
from tracker.host.http import SafeHttp
from tracker.host.loader import load
from tracker.host.mail import PortalMail
from tracker.host.ports import BreakerState, Ports
from tracker.host.registry import Registry
from tracker.host.secrets import SecretBox
from tracker.host.smtp import Security, SmtpServer, SmtpTransport
from tracker.host.trace import TracedCalls
from tracker.paths import resource
from tracker.sdk import Http, Mail
from tracker.store import outbox
from tracker.store.database import Database, open_database, transaction
from tracker.store.ports import BreakerRows, MemoryRows, RateRows, SettingRows, TokenRows
from tracker.store.queue import Queue


@dataclass(slots=True)
class Portal:
    """Everything an installation is made of. Made by `open_portal`; handed to every service function."""

    config: Config
    database: Database
    registry: Registry
    contexts: ContextMaker
    calls: Calls
    ports: Ports
    box: SecretBox
    queue: Queue
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def now(self) -> datetime:
        """The present instant, aware, in UTC, in whole milliseconds (what every database keeps)."""
        now = self.clock().astimezone(UTC)
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    @property
    def notice_hold(self) -> timedelta:
        """How long a notice waits for news that could travel with it."""
        return timedelta(seconds=self.config.notice_hold)

    def owe(self, topic: str, key: str, payload: Mapping[str, Any], due: datetime | None = None) -> bool:
        """Writes down something to do outside, in the transaction that decided so; False when it was before."""
        with transaction():
            new = outbox.put(topic, key, payload, due or self.now())
            if new:
                self.queue.wake("outbox", due)
            return new

    def carrier_names(self, carrier: str) -> Mapping[str, str]:
        """A carrier's names by locale; its id where no plugin brings it any more."""
        provider = self.registry.carriers.get(carrier)
        return dict(provider.object.names) if provider else {"en": carrier}

    def carrier_url(self, shop: int, carrier: str, number: str) -> str:
        """The carrier's own page for a number, or an empty text."""
        provider = self.registry.carriers.get(carrier)
        return (self.calls.public_url(provider, shop, number) or "") if provider else ""


WEB_PATIENCE = 3.0
"""Seconds that a request waits for a held database. Senders of webhooks give up after four or five."""


def open_portal(
    config: Config, clock: Callable[[], datetime] = lambda: datetime.now(UTC), patience: float = 10.0
) -> Portal:
    """The portal of an installation, with its database open and its plugins loaded.

    Writers wait up to `patience` seconds for each other.
    Raises `StoreUnavailable` when the database cannot be used. Plugins that fail are in `registry.failures`.
    """
    database = open_database(config.database, patience)
    box = SecretBox([key.hex() for key in config.purpose_keys("box").values()])
    ports = Ports(
        breakers=BreakerRows(BreakerState),
        memory=MemoryRows(),
        tokens=TokenRows(box.seal, box.open),
        rates=RateRows(),
        settings=SettingRows(box.seal, box.open),
    )
    folders = [resource("plugins"), *(Path(name) for name in config.plugins.split(":") if name)]
    blocked = [name.strip() for name in config.plugins_block.split(",") if name.strip()]
    registry = load(folders, blocked=blocked, trace=config.trace_plugins)
    calls = (TracedCalls if config.trace_plugins else Calls)(ports.breakers, clock)
    contexts = ContextMaker(registry, ports, _http_maker(config), _mail_maker(config), clock)
    return Portal(config, database, registry, contexts, calls, ports, box, Queue(database), clock)


def _http_maker(config: Config) -> Callable[[], Http]:
    allowed = [entry.strip() for entry in config.http_allow.split(",") if entry.strip()]
    return lambda: SafeHttp(allow=allowed)


def mail_transport(config: Config) -> SmtpTransport:
    """The way to the configured mail server. Raises `ValueError` where none is configured."""
    server = SmtpServer(
        config.mail_host, config.mail_port, cast(Security, config.mail_security), config.mail_user,
        config.mail_password.get_secret_value(),
    )  # fmt: skip
    return SmtpTransport(server)


def _mail_maker(config: Config) -> Callable[[], Mail] | None:
    if not config.mail_host:
        return None
    mail = PortalMail(mail_transport(config), config.mail_from)
    return lambda: mail
