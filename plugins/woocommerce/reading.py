"""Reads WooCommerce's order JSON, from a webhook or from a page of its REST API."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from html import unescape
from typing import Any

from tracker.sdk import (
    BadPayload,
    Buyer,
    OrderDeleted,
    OrderLine,
    OrderShipment,
    StoreOrder,
    StoreParsed,
    https_url,
    plain,
)

from .words import DELETED, DRAFTS, milestone_of

MOST_ORDERS, MOST_ROWS, MOST_PIECES = 1000, 1000, 1_000_000
_EMAIL = re.compile(r"[^@\s,;:<>\"()\\]+@[^@\s,;:<>\"()\\]+")
_LOCALE = re.compile(r"[a-z]{2,3}([_-][A-Za-z]{2,4})?")
_LOCALE_KEYS = ("wpml_language", "trp_language")
_TRACKINGS = "_wc_shipment_tracking_items"


def read_orders(data: object) -> StoreParsed:
    """The orders of one body: an order, `{"id": n}` for a deleted one, or a list. `BadPayload` where nothing is."""
    if not isinstance(data, dict | list):
        raise BadPayload("neither an order nor a list of orders")
    warnings: list[str] = []
    rows = data[:MOST_ORDERS] if isinstance(data, list) else [data]
    found = [order for row in rows if (order := _read_one(row, warnings))]
    if not found and isinstance(data, dict) and not _is_draft(data):
        raise BadPayload("; ".join(warnings) or "no order")
    return StoreParsed(tuple(found), tuple(warnings))


def _read_one(row: object, warnings: list[str]) -> StoreOrder | OrderDeleted | None:
    order = row if isinstance(row, dict) else {}
    ref = plain(order.get("id"), 40)
    if not ref.isascii() or not ref.isdigit():
        warnings.append("an order without a readable id is left out")
        return None
    # The topic header is not signed, the body is: only the short body that deletion sends may delete.
    if order.keys() == {"id"} or _word(order) in DELETED:
        return OrderDeleted(ref)
    if _is_draft(order):
        return None
    if not _word(order):
        warnings.append(f"order {ref} has no status and is left out")
        return None
    return _Reader(order, ref, warnings).read()


class _Reader:
    """One order; what cannot be read leaves a warning that names the order and the field, and no value of it."""

    def __init__(self, order: dict[str, Any], ref: str, warnings: list[str]) -> None:
        self.order, self.ref, self.warnings = order, ref, warnings
        self.meta = {plain(m.get("key"), 80): m.get("value") for m in rows_of(order.get("meta_data"))}

    def read(self) -> StoreOrder | None:
        placed, changed = (_instant(self.order.get(f"date_{part}_gmt")) for part in ("created", "modified"))
        placed, changed = placed or changed, changed or placed
        if placed is None or changed is None:
            self._warn("has no readable date and is left out")
            return None
        word = _word(self.order)
        return StoreOrder(
            ref=self.ref,
            number=plain(self.order.get("number"), 64) or self.ref,
            placed_at=placed,
            changed_at=changed,
            milestone=milestone_of(word, _instant(self.order.get("date_paid_gmt")) is not None),
            word=word,
            buyer=self._buyer(),
            lines=tuple(self._lines()),
            shipments=tuple(self._shipments()),
        )

    def _buyer(self) -> Buyer:
        billing, shipping = _dict(self.order.get("billing")), _dict(self.order.get("shipping"))
        where = shipping if plain(shipping.get("city")) or plain(shipping.get("postcode")) else billing
        email, locale = plain(billing.get("email"), 254), self._locale()
        if email and not _EMAIL.fullmatch(email):
            self._warn("has an e-mail address that cannot be used")
            email = ""
        return Buyer(
            name=_name(shipping) or _name(billing),
            email=email,
            phone=plain(shipping.get("phone"), 40) or plain(billing.get("phone"), 40),
            city=plain(where.get("city"), 100),
            postcode=plain(where.get("postcode"), 20),
            country=plain(where.get("country"), 2).upper(),
            locale=locale,
        )

    def _locale(self) -> str:
        told = (plain(self.meta.get(key), 12) for key in _LOCALE_KEYS)
        return next((locale.replace("-", "_") for locale in told if _LOCALE.fullmatch(locale)), "")

    def _lines(self) -> Iterator[OrderLine]:
        refunded = self._refunded()
        for row in rows_of(self.order.get("line_items")):
            ref = plain(row.get("id"), 40)
            if not ref:
                self._warn("has a line without an id, which is left out")
                continue
            quantity = _pieces(row.get("quantity"))
            if quantity is None:
                self._warn(f"line {ref}: the quantity cannot be read; one is taken")
            ordered = 1 if quantity is None else quantity
            yield OrderLine(
                ref=ref,
                title=plain(unescape(plain(row.get("name"), 500)), 200) or f"#{ref}",
                quantity=ordered,
                sku=plain(row.get("sku"), 100),
                cancelled=min(refunded.get(ref, 0), ordered),
                shippable=not _is_virtual(row),
                image_url=_https(_dict(row.get("image")).get("src")),
            )

    def _refunded(self) -> dict[str, int]:
        """Pieces taken back per line, where the refunds tell lines (REST tells their totals alone)."""
        pieces: dict[str, int] = {}
        for refund in rows_of(self.order.get("refunds")):
            for row in rows_of(refund.get("line_items")):
                meta = {plain(m.get("key"), 80): m.get("value") for m in rows_of(row.get("meta_data"))}
                ref = plain(meta.get("_refunded_item_id"), 40)
                pieces[ref] = pieces.get(ref, 0) + (_pieces(row.get("quantity")) or 0)
        return pieces

    def _shipments(self) -> Iterator[OrderShipment]:
        seen = set()
        for row in rows_of(self.meta.get(_TRACKINGS)):
            number = plain(row.get("tracking_number"), 64)
            if not number:
                self._warn("has a shipment without a number, which is left out")
            if not number or number in seen:
                continue
            seen.add(number)
            yield OrderShipment(
                carrier=plain(row.get("custom_tracking_provider"), 80) or plain(row.get("tracking_provider"), 80),
                number=number,
                url=_https(row.get("custom_tracking_link")),
                shipped_at=_unix(row.get("date_shipped")) or _instant(row.get("date_shipped")),
                quantities=_quantities(row.get("products_list")),
            )

    def _warn(self, what: str) -> None:
        self.warnings.append(f"order {self.ref} {what}")


def rows_of(value: object) -> list[dict[str, Any]]:
    """The objects in a JSON list; PHP writes a list with gaps as an object, so its values count too."""
    rows = list(value.values()) if isinstance(value, dict) else value
    return [row for row in rows[:MOST_ROWS] if isinstance(row, dict)] if isinstance(rows, list) else []


def _word(order: Mapping[str, Any]) -> str:
    return plain(order.get("status"), 40).lower().removeprefix("wc-")


def _is_draft(order: Mapping[str, Any]) -> bool:
    return _word(order) in DRAFTS


def _name(address: Mapping[str, Any]) -> str:
    return plain(f"{plain(address.get('first_name'), 80)} {plain(address.get('last_name'), 80)}", 160)


def _is_virtual(row: Mapping[str, Any]) -> bool:
    meta = {plain(m.get("key"), 80).lstrip("_"): plain(m.get("value"), 10) for m in rows_of(row.get("meta_data"))}
    return any(row.get(key) is True or meta.get(key) in ("yes", "1", "true") for key in ("virtual", "downloadable"))


def _pieces(value: object) -> int | None:
    """A count of pieces, without its sign; parts of a piece count as a whole one."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= MOST_PIECES:
        return None
    return -int(-abs(value) // 1)


def _quantities(value: object) -> dict[str, int]:
    """Pieces per line, as Advanced Shipment Tracking keeps them; empty where it does not."""
    pieces: dict[str, int] = {}
    for row in rows_of(value):
        ref, count = plain(row.get("item_id"), 40), plain(row.get("qty"), 9)
        if ref and count.isascii() and count.isdigit():
            pieces[ref] = pieces.get(ref, 0) + int(count)
    return pieces


def _instant(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(plain(value, 40))
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        return moment if 1990 <= moment.year <= 2200 else None
    except (ValueError, OverflowError):
        return None


def _unix(value: object) -> datetime | None:
    text = plain(value, 12)
    return datetime.fromtimestamp(int(text), UTC) if text.isascii() and text.isdigit() and len(text) < 12 else None


def _https(value: object) -> str:
    try:
        return https_url(plain(value, 500))
    except ValueError:
        return ""


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
