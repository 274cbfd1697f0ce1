"""The ports kept in this process alone: for tests, `tracker parse` and plugin authors. Never for a running portal."""

import threading
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from .ports import BreakerState, Ports

Key = tuple[int, str]


class InMemoryBreakers:
    def __init__(self) -> None:
        self._states: dict[Key, BreakerState] = {}
        self._lock = threading.Lock()

    def state(self, shop: int, provider: str) -> BreakerState:
        return self._states.get((shop, provider), BreakerState())

    def fail(
        self,
        shop: int,
        provider: str,
        now: datetime,
        limit: int,
        rest: timedelta,
        error: str = "",  # noqa: ARG002 - nobody reads it here
    ) -> BreakerState:
        with self._lock:
            failures = self.state(shop, provider).failures + 1
            state = BreakerState(failures, now + rest if failures >= limit else None)
            self._states[shop, provider] = state
        return state

    def try_again(self, shop: int, provider: str, now: datetime, rest: timedelta) -> bool:
        with self._lock:
            state = self.state(shop, provider)
            if state.rests_until is None or state.rests_until > now:
                return False
            self._states[shop, provider] = BreakerState(state.failures, now + rest)
        return True

    def succeed(self, shop: int, provider: str) -> None:
        with self._lock:
            self._states.pop((shop, provider), None)


class InMemoryMemory:
    def __init__(self) -> None:
        self._rows: dict[tuple[int, str, str], tuple[str, datetime | None]] = {}

    def get(self, shop: int, plugin: str, key: str, now: datetime) -> str | None:
        value, expires = self._rows.get((shop, plugin, key), (None, None))
        return None if expires is not None and expires <= now else value

    def set(self, shop: int, plugin: str, key: str, value: str, expires: datetime | None) -> None:
        self._rows[shop, plugin, key] = (value, expires)

    def delete(self, shop: int, plugin: str, key: str) -> None:
        self._rows.pop((shop, plugin, key), None)


class InMemoryTokens:
    def __init__(self) -> None:
        self._tokens: dict[tuple[int, str, str], tuple[str, datetime]] = {}
        self._locks: defaultdict[tuple[int, str, str], threading.Lock] = defaultdict(threading.Lock)
        self._lock = threading.Lock()

    def token(self, shop: int, plugin: str, key: str, now: datetime, make: Callable[[], tuple[str, float]]) -> str:
        place = (shop, plugin, key)
        with self._lock:
            lock = self._locks[place]
        with lock:
            kept = self._tokens.get(place)
            if kept is None or kept[1] <= now:
                token, life = make()
                kept = self._tokens[place] = (token, now + timedelta(seconds=life))
            return kept[0]


class InMemoryRates:
    def __init__(self) -> None:
        self._taken: defaultdict[Key, deque[datetime]] = defaultdict(deque)
        self._lock = threading.Lock()

    def take(self, shop: int, key: str, limit: int, per: timedelta, now: datetime) -> float:
        with self._lock:
            taken = self._taken[shop, key]
            while taken and taken[0] <= now - per:
                taken.popleft()
            if len(taken) >= limit:
                return (taken[0] + per - now).total_seconds()
            taken.append(now)
        return 0.0


class InMemorySettings:
    def __init__(self, settings: Mapping[Key, Mapping[str, Any]] | None = None) -> None:
        self.rows: dict[Key, Mapping[str, Any]] = dict(settings or {})

    def load(self, shop: int, plugin: str) -> Mapping[str, Any]:
        return self.rows.get((shop, plugin), {})


def in_memory_ports(settings: Mapping[Key, Mapping[str, Any]] | None = None) -> Ports:
    """All ports in this process; `settings` maps (shop, plugin) to what would have been filled in."""
    return Ports(InMemoryBreakers(), InMemoryMemory(), InMemoryTokens(), InMemoryRates(), InMemorySettings(settings))
