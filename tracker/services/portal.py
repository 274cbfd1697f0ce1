"""The composition root: one object that holds what web, worker and command line share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from tracker.config import Config
from tracker.host.registry import Registry
from tracker.sdk import Context
from tracker.store.database import Database


class Queue(Protocol):
    """The part of `tracker.store.queue.Queue` that services use."""

    def wake(self, name: str, at: datetime | None = None) -> None: ...


class Contexts(Protocol):
    """The part of `tracker.host.context` that services use."""

    def make(self, plugin: str, shop: int, *, worker: bool = False, locale: str = "en") -> Context: ...


@dataclass(slots=True)
class Portal:
    """Everything an installation is made of. Made by `open_portal`; handed to every service function."""

    config: Config
    database: Database
    registry: Registry
    contexts: Contexts
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

    def carrier_names(self, carrier: str) -> Mapping[str, str]:
        """A carrier's names by locale; its id where no plugin brings it any more."""
        provider = self.registry.carriers.get(carrier)
        return dict(provider.object.names) if provider else {"en": carrier}

    def carrier_url(self, carrier: str, number: str) -> str:
        """The carrier's own page for a number, or an empty text."""
        provider = self.registry.carriers.get(carrier)
        return (provider.object.public_url(number) or "") if provider else ""
