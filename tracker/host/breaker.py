"""Rest for a provider that breaks: five unexpected errors in a row, then 60 s, then one try."""

from collections.abc import Callable
from datetime import datetime, timedelta

from .errors import Resting
from .ports import Breakers, BreakerState

LIMIT = 5
REST = timedelta(seconds=60)
MEMO = timedelta(seconds=1)
"""For how long a process trusts what it last read; so long may it overlook what another process saw."""


class Breaker:
    """Asked before and told after each call. The rows behind it are shared by all processes."""

    def __init__(self, rows: Breakers, clock: Callable[[], datetime]) -> None:
        self._rows, self._clock = rows, clock
        self._memo: dict[tuple[int, str], tuple[datetime, BreakerState]] = {}
        self._calm: dict[int, tuple[datetime, frozenset[str]]] = {}

    def admit(self, shop: int, provider: str) -> None:
        """Returns where the provider may be called. Raises `Resting`."""
        now = self._clock()
        state = self._state(shop, provider, now)
        if state.rests_until is None:
            return
        if state.rests_until > now or not self._rows.try_again(shop, provider, now, REST):
            raise Resting(provider, state.rests_until)

    def calm(self, shop: int) -> frozenset[str]:
        """The providers that are known to have no failure: they may be called unasked, and need not be praised.

        A process trusts its own list for as long as it trusts its memo.
        """
        now, known = self._clock(), self._calm.get(shop)
        if known is None or not timedelta(0) <= now - known[0] < MEMO:
            found = (
                provider
                for (owner, provider), (at, state) in self._memo.items()
                if owner == shop and not state.failures and timedelta(0) <= now - at < MEMO
            )
            known = self._calm[shop] = (now, frozenset(found))
        return known[1]

    def succeed(self, shop: int, provider: str) -> None:
        """The call came back as it may. Writes only where failures were known."""
        known = self._memo.get((shop, provider))
        if known is None or known[1].failures:
            self._rows.succeed(shop, provider)
            self._memo[shop, provider] = (self._clock(), BreakerState())

    def fail(self, shop: int, provider: str, error: str = "") -> BreakerState:
        """The call broke, by `error`. Answers what that makes of the provider."""
        now = self._clock()
        state = self._rows.fail(shop, provider, now, LIMIT, REST, error)
        self._calm.pop(shop, None)
        self._memo[shop, provider] = (now, state)
        return state

    def _state(self, shop: int, provider: str, now: datetime) -> BreakerState:
        known = self._memo.get((shop, provider))
        if known is not None and known[1].rests_until is None and timedelta(0) <= now - known[0] < MEMO:
            return known[1]
        state = self._rows.state(shop, provider)
        self._memo[shop, provider] = (now, state)
        self._calm.pop(shop, None)
        return state
