"""Calling providers in isolation: expected errors pass, everything else becomes a `PluginBug`, results are checked."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from tracker.sdk import (
    Block,
    Carrier,
    Channel,
    Context,
    Fulfilment,
    InboundRequest,
    Instruction,
    InstructionAnswer,
    Label,
    Meaning,
    Message,
    Offer,
    Parsed,
    Payload,
    PluginError,
    Proof,
    Query,
    Receipt,
    Recommender,
    StoreConnector,
    StoreParsed,
    Subscription,
    Verdict,
    View,
    Viewer,
    Vocabulary,
)

from .breaker import Breaker
from .checks import is_public_url
from .errors import PluginBug, Resting
from .http import SafeHttp
from .offers import check_offers
from .orders import check_store_parsed
from .ports import Breakers
from .proofs import check_proofs_given
from .redact import describe, plugin_logger, redact, secrets_of
from .registry import Listener, Provider
from .results import (
    check_instruction_answer,
    check_label,
    check_meaning,
    check_parsed,
    check_payload,
    check_receipt,
    check_subscriptions,
    check_variables,
    check_verdict,
)
from .values import Wrong

MOST_PAYLOADS = 1000
MOST_BYTES = 50_000_000
MOST_PAGES = 100_000
LONGEST_FETCH = 300.0
T = TypeVar("T")
P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a carrier answered before it stopped. `error` is what stopped it, where something did."""

    payloads: tuple[Payload, ...]
    error: PluginError | None = None


class Calls:
    """The one way from the portal into a provider's methods.

    Each helper raises the errors of `tracker.sdk` as they are, `PluginBug` for anything unexpected, and `Resting`
    while the provider is left alone; those that serve a page or an open door say that they never raise.
    """

    def __init__(self, breakers: Breakers, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._breaker = Breaker(breakers, clock)

    def call(self, provider: Provider[Any], shop: int, method: str, *args: Any, check: Callable[[Any], T]) -> T:
        """What `check` makes of the result of one method, for one shop."""
        self._breaker.admit(shop, provider.key)
        try:
            result = check(getattr(provider.object, method)(*args))
        except PluginError as error:
            self._breaker.succeed(shop, provider.key)
            _redact(error, args)
            raise
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # SystemExit too: a plugin may not end the worker
            found = bug(provider, method, args, error)
            self._breaker.fail(shop, provider.key, found.detail)
            raise found from None
        self._breaker.succeed(shop, provider.key)
        return result

    def parse(self, provider: Provider[Carrier], shop: int, payload: Payload) -> Parsed:
        """What a carrier's payload says, cleaned and capped."""
        return self.call(provider, shop, "parse", payload, check=check_parsed)

    def fetch(self, provider: Provider[Carrier], shop: int, queries: Sequence[Query], ctx: Context) -> Fetched:
        """A carrier's answers. An error after the first answer keeps the answers and comes back in `error`."""
        return self.call(provider, shop, "fetch", tuple(queries), ctx, check=_drain)

    def subscribe(
        self, provider: Provider[Carrier], shop: int, queries: Sequence[Query], address: str, ctx: Context
    ) -> tuple[Subscription, ...]:
        """What a carrier promised to send news of."""
        return self.call(provider, shop, "subscribe", tuple(queries), address, ctx, check=check_subscriptions)

    def unsubscribe(self, provider: Provider[Carrier], shop: int, subscription: Subscription, ctx: Context) -> None:
        """Ends one subscription."""
        self.call(provider, shop, "unsubscribe", subscription, ctx, check=lambda _: None)

    def label(self, provider: Provider[Carrier], shop: int, query: Query, ctx: Context) -> Label:
        """The label of a shipment, to be printed."""
        return self.call(provider, shop, "label", query, ctx, check=check_label)

    def proofs(self, provider: Provider[Carrier], shop: int, query: Query, ctx: Context) -> tuple[Proof, ...]:
        """The proofs of a delivery that a carrier gives when it is asked for them."""
        return self.call(provider, shop, "proofs", query, ctx, check=check_proofs_given)

    def instruct(
        self, provider: Provider[Carrier], shop: int, instruction: Instruction, ctx: Context
    ) -> InstructionAnswer:
        """What a carrier made of what a customer wants."""
        return self.call(provider, shop, "instruct", instruction, ctx, check=check_instruction_answer)

    def probe(self, provider: Provider[Any], shop: int, ctx: Context) -> None:
        """Raises what is wrong with a provider's settings; returns where nothing is."""
        self.call(provider, shop, "probe", ctx, check=lambda _: None)

    def tell(
        self, listeners: Iterable[Listener], shop: int, context: Callable[[str], Context], **arguments: Any
    ) -> list[tuple[Listener, PluginError | PluginBug]]:
        """Tells each listener what happened, and answers those that were not reached, with what stopped them.

        `context` makes the argument `ctx` for a plugin's name. One that fails is no concern of the others.
        """
        missed: list[tuple[Listener, PluginError | PluginBug]] = []
        calm = self._breaker.calm(shop)
        for listener in listeners:
            known = listener.key in calm
            try:
                if not known:
                    self._breaker.admit(shop, listener.key)
                arguments["ctx"] = context(listener.plugin)
                listener.function(*[arguments[name] for name in listener.arguments])
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # SystemExit too: a plugin may not end the worker
                missed.append((listener, self._miss(listener, shop, error, arguments)))
            else:
                if not known:
                    self._breaker.succeed(shop, listener.key)
        return missed

    def _miss(
        self, listener: Listener, shop: int, error: BaseException, arguments: Mapping[str, Any]
    ) -> PluginError | PluginBug:
        told = tuple(arguments.values())
        if isinstance(error, PluginError):
            if not isinstance(error, Resting):
                self._breaker.succeed(shop, listener.key)
            _redact(error, told)
            return error
        found = error if isinstance(error, PluginBug) else bug(listener, listener.hook, told, error)
        self._breaker.fail(shop, listener.key, found.detail)
        return found

    def public_url(self, provider: Provider[Carrier], shop: int, number: str, postcode: str = "") -> str | None:
        """The carrier's page for a number; `None` where there is none or it is no plain https address. Never raises."""
        try:
            url = self.call(provider, shop, "public_url", number, postcode, check=_text_or_none)
        except (PluginError, PluginBug):
            return None
        return url if url and is_public_url(url) else None

    def import_word(self, provider: Provider[Vocabulary], shop: int, word: str) -> Meaning | None:
        """What a word means in a vocabulary; `None` where it is none of its words. Never raises."""
        try:
            return self.call(provider, shop, "import_", word, check=check_meaning)
        except (PluginError, PluginBug):
            return None

    def verify(
        self, provider: Provider[StoreConnector] | Provider[Carrier], request: InboundRequest, ctx: Context
    ) -> Verdict:
        """Whether a request may come in. Never raises: what the plugin cannot judge stays outside.

        Strangers reach this, so it counts towards no breaker: nobody shall be able to close a shop's door with noise.
        """
        try:
            return check_verdict(provider.object.verify(request, ctx))
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            bug(provider, "verify", (ctx,), error)
            return Verdict(valid=False, reason="the plugin could not judge the request")

    def parse_orders(self, provider: Provider[StoreConnector], shop: int, payload: Payload) -> StoreParsed:
        """The orders in a store's payload, cleaned and capped."""
        return self.call(provider, shop, "parse", payload, check=check_store_parsed)

    def orders_since(
        self, provider: Provider[StoreConnector], shop: int, since: datetime, ctx: Context
    ) -> Iterator[Payload]:
        """A store's payloads, page by page, each asked for when the one before was dealt with."""
        pages = self.call(provider, shop, "orders_since", since, ctx, check=iter)
        for _ in range(MOST_PAGES):
            page = self._page(provider, shop, pages, ctx)
            if page is None:
                return
            yield page
        raise bug(provider, "orders_since", (ctx,), Wrong(f"more than {MOST_PAGES} pages"))

    def push_fulfilment(
        self, provider: Provider[StoreConnector], shop: int, fulfilment: Fulfilment, ctx: Context
    ) -> None:
        """Tells a store about one shipment."""
        self.call(provider, shop, "push_fulfilment", fulfilment, ctx, check=lambda _: None)

    def send(self, provider: Provider[Channel], shop: int, message: Message, ctx: Context) -> Receipt:
        """What became of a message."""
        return self.call(provider, shop, "send", message, ctx, check=check_receipt)

    def context(self, provider: Provider[Block], shop: int, view: View, ctx: Context) -> Mapping[str, Any] | None:
        """A block's variables; `None` hides it. Never raises: a block that breaks leaves the page whole."""
        try:
            return self.call(provider, shop, "context", view, ctx, check=check_variables)
        except (PluginError, PluginBug):
            return None

    def offers(
        self, provider: Provider[Recommender], shop: int, viewer: Viewer, limit: int, ctx: Context
    ) -> tuple[Offer, ...]:
        """A recommender's offers; none where it breaks. Never raises: the page comes without them."""
        try:
            return self.call(provider, shop, "offers", viewer, limit, ctx, check=check_offers)[:limit]
        except (PluginError, PluginBug):
            return ()

    def refresh(self, provider: Provider[Recommender], shop: int, ctx: Context) -> None:
        """Lets a recommender prepare its offers."""
        self.call(provider, shop, "refresh", ctx, check=lambda _: None)

    def _page(
        self, provider: Provider[StoreConnector], shop: int, pages: Iterator[object], ctx: Context
    ) -> Payload | None:
        """The next page, or `None` at the end; the plugin's code runs in here and the caller's never does."""
        if isinstance(ctx.http, SafeHttp):
            ctx.http.refill()
        step = Provider(provider.kind, provider.id, provider.plugin, _Step(pages))
        return self.call(
            step, shop, "orders_since", ctx, check=lambda page: None if page is None else check_payload(page)
        )


class _Step:
    """One step of a plugin's iterator in the shape of a provider's method."""

    def __init__(self, pages: Iterator[object]) -> None:
        self._pages = pages

    def orders_since(self, _: Context) -> object:
        return next(self._pages, None)


def bug(provider: Provider[Any] | Listener, method: str, args: Sequence[Any], error: BaseException) -> PluginBug:
    """A `PluginBug` about an exception, whose traceback goes to the log, redacted."""
    ctx = next((arg for arg in args if isinstance(arg, Context)), None)
    secrets = secrets_of(ctx.settings) if ctx else []
    found = PluginBug(provider.plugin, provider.key, method, describe(error, secrets))
    plugin_logger(provider.plugin, secrets).error("%s", found, exc_info=error)
    return found


def _redact(error: PluginError, args: Sequence[Any]) -> None:
    """Takes secrets out of an error's text: it will be kept and shown."""
    ctx = next((arg for arg in args if isinstance(arg, Context)), None)
    secrets = secrets_of(ctx.settings) if ctx else []
    error.args = tuple(redact(arg, secrets)[:300] if isinstance(arg, str) else arg for arg in error.args)


def _drain(answers: Iterable[object]) -> Fetched:
    payloads: list[Payload] = []
    size, until = 0, time.monotonic() + LONGEST_FETCH
    try:
        for answer in answers:
            payload = check_payload(answer)
            payloads.append(payload)
            size += len(payload.body)
            if len(payloads) > MOST_PAYLOADS or size > MOST_BYTES or time.monotonic() > until:
                raise Wrong(f"no end after {len(payloads)} payloads with {size} bytes")
    except PluginError as error:
        if not payloads:
            raise
        return Fetched(tuple(payloads), error)
    return Fetched(tuple(payloads))


def _text_or_none(url: object) -> str | None:
    if url is None or isinstance(url, str):
        return url
    raise Wrong(f"{type(url).__name__} where an address or None belongs")
