"""What the plugin host asks to have kept, in rows that all processes see.

The host declares the protocols; these classes fit them without knowing them. A shop is its id.
"""

import json
import secrets
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

import peewee

from . import kept
from .database import bound, transaction
from .errors import StoreBusy
from .kept import Breaker, Kept, Rate
from .prepared import Prepared, param
from .shops import PluginSetting, load_sealed

S = TypeVar("S")
Transform = Callable[[str], str]

_NAME = 120
_MAKING = timedelta(seconds=60)
_PATIENCE = 90.0
_MARGIN = 60.0
_STATE = Prepared(lambda: Breaker.select(Breaker.failures, Breaker.open_until).where(Breaker.name == param("name")))


class BreakerRows(Generic[S]):
    """One row per shop and provider that failed lately; a provider in order has none.

    `make_state` is the host's type: failures in a row, and until when the provider rests.
    """

    def __init__(self, make_state: Callable[[int, datetime | None], S]) -> None:
        self._make_state = make_state

    def state(self, shop: int, provider: str) -> S:
        row = _STATE.first(name=_breaker(shop, provider))
        return self._make_state(*row) if row else self._make_state(0, None)

    def fail(self, shop: int, provider: str, now: datetime, limit: int, rest: timedelta, error: str = "") -> S:
        name = _breaker(shop, provider)
        failures = Breaker.failures + 1
        rests = peewee.Case(None, [(failures >= limit, Breaker.open_until.to_value(now + rest))], Breaker.open_until)
        with transaction():
            _ensure(Breaker, name=name)
            news = {"failures": failures, "open_until": rests, "error": error[: Breaker.error.max_length]}
            Breaker.update(news).where(Breaker.name == name).execute()
            return self.state(shop, provider)

    def try_again(self, shop: int, provider: str, now: datetime, rest: timedelta) -> bool:
        row = Breaker.name == _breaker(shop, provider)
        with transaction():
            update = Breaker.update(open_until=now + rest).where(row, Breaker.open_until <= now)
            return int(update.execute()) == 1

    def succeed(self, shop: int, provider: str) -> None:
        row = Breaker.name == _breaker(shop, provider)
        # Nearly every call succeeds and finds nothing to forget; it shall not wait for the write lock.
        if Breaker.select(Breaker.id).where(row).exists():
            with transaction():
                Breaker.delete().where(row).execute()


class MemoryRows:
    """Plugins' own values, as JSON texts."""

    def get(self, shop: int, plugin: str, key: str, now: datetime) -> str | None:
        return kept.read(kept.name_of("memory", shop, plugin, key), now)

    def set(self, shop: int, plugin: str, key: str, value: str, expires: datetime | None) -> None:
        kept.write(kept.name_of("memory", shop, plugin, key), value, expires)

    def delete(self, shop: int, plugin: str, key: str) -> None:
        kept.forget(kept.name_of("memory", shop, plugin, key))


class TokenRows:
    """Access tokens, sealed. `open_` may raise whatever it likes for a token it cannot read: that one is made anew."""

    def __init__(self, seal: Transform, open_: Transform, poll_seconds: float = 0.1) -> None:
        self._seal = seal
        self._open = open_
        self._poll = poll_seconds

    def token(self, shop: int, plugin: str, key: str, now: datetime, make: Callable[[], tuple[str, float]]) -> str:
        """The kept token, or a new one; one maker at a time. Raises `StoreBusy` when the maker takes for ever."""
        if bound().in_transaction():
            raise RuntimeError("ask for a token outside of a transaction: others could not see who makes it")
        name, began = kept.name_of("token", shop, plugin, key), time.monotonic()
        while (waited := time.monotonic() - began) < _PATIENCE:
            moment = now + timedelta(seconds=waited)
            if token := self._read(name, moment):
                return token
            lease = secrets.token_hex(16)
            if kept.lock(name, lease, moment, moment + _MAKING):
                return self._make(name, lease, moment, make)
            time.sleep(self._poll)
        raise StoreBusy("Another process has been fetching this access token for too long.")

    def _make(self, name: str, lease: str, now: datetime, make: Callable[[], tuple[str, float]]) -> str:
        try:
            # Somebody may have made one between our look and our lock.
            if token := self._read(name, now):
                return token
            token, life = make()
            # A token that ends while it is on its way is refused by the other side.
            kept.write(name, self._seal(token), now + timedelta(seconds=life - min(_MARGIN, life * 0.1)))
            return token
        finally:
            kept.unlock(name, lease)

    def _read(self, name: str, now: datetime) -> str | None:
        sealed = kept.read(name, now)
        if sealed is None:
            return None
        try:
            return self._open(sealed)
        except Exception:
            kept.forget_value(name, sealed)
            return None


class RateRows:
    """Counts in windows of time; a window begins with the first thing done after the last one ended."""

    def take(self, shop: int, key: str, limit: int, per: timedelta, now: datetime) -> float:
        name = kept.name_of("rate", shop, key)
        # A window that begins in the future began before the clock was set back.
        over = (Rate.since <= now - per) | (Rate.since > now)
        count = peewee.Case(None, [(over, 1)], Rate.count + 1)
        since = peewee.Case(None, [(over, Rate.since.to_value(now))], Rate.since)
        with transaction():
            _ensure(Rate, name=name, since=now)
            free = over | (Rate.count < limit)
            if limit > 0 and Rate.update(count=count, since=since).where(Rate.name == name, free).execute():
                return 0.0
            row = Rate.get(Rate.name == name)
            return max(float((row.since + per - now).total_seconds()), 0.001)


class SettingRows:
    """What staff filled in for plugins, sealed as one JSON text each."""

    def __init__(self, seal: Transform, open_: Transform) -> None:
        self._seal = seal
        self._open = open_

    def load(self, shop: int, plugin: str) -> Mapping[str, Any]:
        """The values, empty when nothing was filled in. Raises what `open_` raises when the key is gone."""
        sealed = load_sealed(shop, plugin)
        values: dict[str, Any] = json.loads(self._open(sealed)) if sealed else {}
        return values

    def save(self, shop: int, plugin: str, values: Mapping[str, Any], now: datetime) -> None:
        """Keeps all values of a plugin, instead of those before."""
        row = {"shop": shop, "plugin": plugin, "sealed": self._seal(json.dumps(dict(values))), "changed_at": now}
        target = (PluginSetting.shop, PluginSetting.plugin)
        with transaction():
            query = PluginSetting.insert(row)
            query.on_conflict(
                conflict_target=target, preserve=(PluginSetting.sealed, PluginSetting.changed_at)
            ).execute()


def _breaker(shop: int, provider: str) -> str:
    return kept.name_of("breaker", shop, provider, longest=_NAME)


def _ensure(model: type[Breaker] | type[Rate] | type[Kept], **row: Any) -> None:
    model.insert(row).on_conflict(action="NOTHING", conflict_target=(model.name,)).execute()
