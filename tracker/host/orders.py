"""What a store connector says, as input: the same care as for carriers, over the values of an order."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime
from typing import Any, TypeVar

from tracker.sdk import Buyer, OrderDeleted, OrderLine, OrderMilestone, OrderShipment, StoreOrder, StoreParsed

from .checks import is_public_url
from .results import MOST_RESULTS, MOST_WARNINGS, TEXT
from .values import Wrong, clean, cut, expect, items_of

MOST_LINES = 2000
KEY, REF, EMAIL = 64, 120, 254
LARGEST_QUANTITY = 2**31 - 1
V = TypeVar("V", Buyer, OrderLine, OrderShipment)


def check_store_parsed(value: object) -> StoreParsed:
    """A store's answer, safe to keep. Raises `Wrong`."""
    parsed = expect(value, StoreParsed)
    warnings: list[str] = []
    orders = cut(items_of(parsed.orders), MOST_RESULTS, "orders", warnings)
    kept = tuple(_order(order, warnings) for order in orders)
    told = [clean(warning, TEXT) for warning in items_of(parsed.warnings)[:MOST_WARNINGS]]
    return StoreParsed(kept, (*told, *warnings)[: 2 * MOST_WARNINGS])


def _order(value: object, warnings: list[str]) -> StoreOrder | OrderDeleted:
    if isinstance(value, OrderDeleted):
        return OrderDeleted(_key(value.ref))
    order = expect(value, StoreOrder)
    expect(order.milestone, OrderMilestone)
    _instant(order.placed_at)
    _instant(order.changed_at)
    return StoreOrder(
        ref=_key(order.ref),
        number=clean(order.number, REF),
        placed_at=order.placed_at,
        changed_at=order.changed_at,
        milestone=order.milestone,
        word=clean(order.word, REF),
        buyer=_buyer(order.buyer),
        lines=tuple(map(_line, cut(items_of(order.lines), MOST_LINES, "lines", warnings))),
        shipments=tuple(map(_shipment, cut(items_of(order.shipments), MOST_LINES, "shipments", warnings))),
    )


def _buyer(value: object) -> Buyer:
    buyer = expect(value, Buyer)
    return _cleaned(buyer, {field.name: EMAIL if field.name == "email" else REF for field in fields(Buyer)})


def _line(value: object) -> OrderLine:
    line = expect(value, OrderLine)
    _quantity(line.quantity)
    _quantity(line.cancelled)
    expect(line.shippable, bool)
    _key(line.ref)
    return replace(_cleaned(line, {"ref": REF, "title": TEXT, "sku": REF}), image_url=_link(line.image_url))


def _shipment(value: object) -> OrderShipment:
    shipment = expect(value, OrderShipment)
    if shipment.shipped_at is not None:
        _instant(shipment.shipped_at)
    if not isinstance(shipment.quantities, Mapping):
        raise Wrong("quantities that are no mapping")
    for ref, quantity in shipment.quantities.items():
        _key(ref)
        _quantity(quantity)
    return replace(
        _cleaned(shipment, {"carrier": REF, "number": REF}),
        url=_link(shipment.url),
        quantities=dict(list(shipment.quantities.items())[:MOST_LINES]),
    )


def _cleaned(value: V, limits: Mapping[str, int]) -> V:
    texts: dict[str, Any] = {name: clean(getattr(value, name), limit) for name, limit in limits.items()}
    return replace(value, **texts)


def _key(ref: object) -> str:
    """A key is never cut: two long ones could become the same."""
    if not isinstance(ref, str) or not ref or clean(ref, KEY) != ref:
        raise Wrong(f"the key {ref!r:.40} is not a plain text of 1 to {KEY} characters")
    return ref


def _link(url: object) -> str:
    """An address that a page may print, or nothing (S-09)."""
    return url if isinstance(url, str) and is_public_url(url) else ""


def _quantity(value: object) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST_QUANTITY:
        raise Wrong(f"the quantity {value!r:.40}")


def _instant(value: object) -> None:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise Wrong("an instant without zone, or none at all")
