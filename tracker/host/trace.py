"""Tracing: a log line for each call into a plugin, for whoever looks for the slow or the silent one.

Switched on by TRACKER_TRACE_PLUGINS=1; without it nothing of this runs. A line tells who was called for which shop, how
long it took and how it ended, and never what went in or came out: that may hold secrets and people.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from time import perf_counter
from typing import Any, TypeVar

from tracker.sdk import Carrier, Context, InboundRequest, PluginError, StoreConnector, Verdict

from .calls import Calls, Fetched
from .errors import PluginBug, Resting
from .registry import Listener, Provider, Registry

T = TypeVar("T")
log = logging.getLogger("tracker.trace")


class TracedCalls(Calls):
    """`Calls` that logs each call. `outcome` is `ok`, the kind of the error, `bug`, or `resting`: not called at all.

    A judged request is `ok` or `refused`; what broke after its first answer has the outcome of what broke it.
    """

    def call(self, provider: Provider[Any], shop: int, method: str, *args: Any, check: Callable[[Any], T]) -> T:
        began, outcome = perf_counter(), "stopped"
        try:
            result = super().call(provider, shop, method, *args, check=check)
            outcome = result.error.kind if isinstance(result, Fetched) and result.error else "ok"
            return result
        except (PluginError, PluginBug) as error:
            outcome = "resting" if isinstance(error, Resting) else error.kind
            raise
        finally:
            _note(provider, method, shop, began, outcome)

    def tell(
        self, listeners: Iterable[Listener], shop: int, context: Callable[[str], Context], **arguments: Any
    ) -> list[tuple[Listener, PluginError | PluginBug]]:
        return super().tell([_traced(one, shop) for one in listeners], shop, context, **arguments)

    def verify(
        self, provider: Provider[StoreConnector] | Provider[Carrier], request: InboundRequest, ctx: Context
    ) -> Verdict:
        began = perf_counter()
        verdict = super().verify(provider, request, ctx)
        _note(provider, "verify", getattr(ctx.memory, "shop", None), began, "ok" if verdict.valid else "refused")
        return verdict


def _traced(listener: Listener, shop: int) -> Listener:
    def told(*arguments: Any) -> object:
        began, outcome = perf_counter(), "bug"
        try:
            answer, outcome = listener.function(*arguments), "ok"
            return answer
        except PluginError as error:
            outcome = error.kind
            raise
        finally:
            _note(listener, listener.hook, shop, began, outcome)

    return replace(listener, function=told)


def note_loading(registry: Registry, name: str, began: float) -> None:
    """Logs that a plugin was loaded, or was not; `began` is that reading of `time.perf_counter`."""
    failed = next((one for one in reversed(registry.failures) if one.plugin == name), None)
    told = {"plugin": name, "ms": _since(began), "outcome": str(failed.reason) if failed else "ok"}
    log.info("plugin loaded", extra=told)


def _note(provider: Provider[Any] | Listener, method: str, shop: int | None, began: float, outcome: str) -> None:
    told = {"plugin": provider.plugin, "provider": provider.key, "method": method, "shop": shop}
    log.info("plugin called", extra={**told, "ms": _since(began), "outcome": outcome})


def _since(began: float) -> float:
    return round((perf_counter() - began) * 1000, 2)
