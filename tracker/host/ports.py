"""What the host needs to have kept for it. The store fulfils these; `host.memory` does for tests and one-off runs.

A shop is named by its integer id, and comes first. All instants are aware.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class BreakerState:
    """Unexpected errors in a row of one provider in one shop, and until when it rests (`None`: it does not)."""

    failures: int = 0
    rests_until: datetime | None = None


class Breakers(Protocol):
    """One row per shop and provider (`carrier:ups`), seen by all processes. No row means no failure."""

    def state(self, shop: int, provider: str) -> BreakerState: ...

    def fail(
        self, shop: int, provider: str, now: datetime, limit: int, rest: timedelta, error: str = ""
    ) -> BreakerState:
        """One more failure in a row; from `limit` on the provider rests until `now + rest`. Atomic.

        `error` is what went wrong, for staff to read.
        """
        ...

    def try_again(self, shop: int, provider: str, now: datetime, rest: timedelta) -> bool:
        """Whether the caller may make the one try after a rest.

        True for one caller only: in one atomic step, where `rests_until <= now`, it is moved to `now + rest`.
        """
        ...

    def succeed(self, shop: int, provider: str) -> None:
        """Forgets all failures."""
        ...


class MemoryStore(Protocol):
    """Key-value rows per shop and plugin. Values are JSON texts; an expired one counts as absent."""

    def get(self, shop: int, plugin: str, key: str, now: datetime) -> str | None: ...

    def set(self, shop: int, plugin: str, key: str, value: str, expires: datetime | None) -> None: ...

    def delete(self, shop: int, plugin: str, key: str) -> None: ...


class Tokens(Protocol):
    """Access tokens, kept encrypted until they expire."""

    def token(self, shop: int, plugin: str, key: str, now: datetime, make: Callable[[], tuple[str, float]]) -> str:
        """The kept token, or a new one: `make` answers it with its life in seconds.

        Only one caller at a time runs `make` for a key, over all threads and processes; the others wait for it and
        take what it made. What `make` raises goes to its caller, and the next one tries.
        """
        ...


class Rates(Protocol):
    """How often something was done lately, over all processes."""

    def take(self, shop: int, key: str, limit: int, per: timedelta, now: datetime) -> float:
        """0 where one more is within `limit` in `per` (and counts it), else the seconds to wait (nothing counted)."""
        ...


class SettingsStore(Protocol):
    """What staff filled in for a plugin in a shop, decrypted."""

    def load(self, shop: int, plugin: str) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Ports:
    """All of them, wired once by the composition root."""

    breakers: Breakers
    memory: MemoryStore
    tokens: Tokens
    rates: Rates
    settings: SettingsStore
