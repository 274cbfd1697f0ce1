"""Stores: where orders come from, and where the news of their shipments goes back to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from .context import Context
from .doors import InboundRequest, Verdict
from .events import Payload
from .statuses import OrderMilestone


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line of an order as the store tells it. `cancelled` counts refunded and cancelled pieces."""

    ref: str
    title: str
    quantity: int
    sku: str = ""
    cancelled: int = 0
    shippable: bool = True
    image_url: str = ""


@dataclass(frozen=True, slots=True)
class OrderShipment:
    """A shipment that the store already knows of. `carrier` is the store's word for it, not one of our ids."""

    carrier: str
    number: str
    url: str = ""
    shipped_at: datetime | None = None
    quantities: Mapping[str, int] = field(default_factory=dict)
    """Pieces per line `ref`; empty where the store does not tell which."""


@dataclass(frozen=True, slots=True)
class Buyer:
    """Whom an order is for: only what tracking needs."""

    name: str = ""
    email: str = ""
    phone: str = ""
    city: str = ""
    postcode: str = ""
    country: str = ""
    locale: str = ""


@dataclass(frozen=True, slots=True)
class StoreOrder:
    """An order as one statement of its store. All instants are aware.

    `ref` is the store's key, `number` what the customer was told. `word` is the store's own status word. `changed_at`
    orders statements about the same order: an older one never overwrites a newer one.
    """

    ref: str
    number: str
    placed_at: datetime
    changed_at: datetime
    milestone: OrderMilestone
    word: str = ""
    buyer: Buyer = Buyer()
    lines: tuple[OrderLine, ...] = ()
    shipments: tuple[OrderShipment, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderDeleted:
    """The store says that an order is gone."""

    ref: str


@dataclass(frozen=True, slots=True)
class StoreParsed:
    """What one store payload says."""

    orders: tuple[StoreOrder | OrderDeleted, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """What a store is told about one shipment of one of its orders. `key` names it for good: same key, same record."""

    key: str
    order_ref: str
    carrier: str
    carrier_name: str
    number: str
    url: str
    shipped_at: datetime | None
    quantities: Mapping[str, int]
    milestone: OrderMilestone
    cancelled: bool = False


class StoreConnector:
    """Base of all stores. `verify` and `parse` are pure; the other two run in the worker."""

    id: ClassVar[str]
    names: ClassVar[Mapping[str, str]]

    def probe(self, ctx: Context) -> None:
        """Proves the settings by one call that changes nothing; raises the error that tells what is wrong with them."""
        raise NotImplementedError

    def verify(self, request: InboundRequest, ctx: Context) -> Verdict:
        """Whether the raw request proves that the store sent it. Must not raise on nonsense."""
        raise NotImplementedError

    def parse(self, payload: Payload) -> StoreParsed:
        """The orders in a payload. One bad field costs that field; raises `BadPayload` when nothing can be read."""
        raise NotImplementedError

    def orders_since(self, since: datetime, ctx: Context) -> Iterable[Payload]:
        """Payloads, page by page, of all orders changed since an instant; `parse` reads them."""
        raise NotImplementedError

    def push_fulfilment(self, fulfilment: Fulfilment, ctx: Context) -> None:
        """Tell the store. Idempotent: the same fulfilment twice leaves one record there."""
        raise NotImplementedError
