"""Products out of a feed: Shopify's `products.json`, WooCommerce's Store API, or Google Merchant as RSS or Atom."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urljoin

from tracker.sdk import BadPayload, Offer, https_url, part, pick, plain, read_json, read_xml, rows, word

MOST = 50
_PRICE = re.compile(r"(\d{1,9})(?:[.,](\d{1,2}))?\s*([A-Z]{3})?")
_WHOLE = {"KRW", "JPY", "VND", "CLP", "ISK", "HUF", "XAF", "XOF", "PYG", "UGX"}
"""Currencies without a smaller unit."""


@dataclass(frozen=True, slots=True)
class Product:
    """A product that can be bought: its offer, and the numbers under which an order may name it."""

    offer: Offer
    skus: tuple[str, ...]


def read_products(body: bytes, url: str, currency: str = "") -> list[Product]:
    """The first `MOST` products of a feed that are for sale, in its order. Raises `BadPayload` for what is no feed.

    `currency` is for feeds that name none.
    """
    found = [one for one in _read(body, url, currency) if one is not None]
    return found[:MOST]


def _read(body: bytes, url: str, currency: str) -> Iterator[Product | None]:
    if body.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<":
        return _read_merchant(read_xml(body))
    data = read_json(body)
    if isinstance(data, list):
        return (_read_woo(row) for row in rows(data))
    if isinstance(data, dict) and isinstance(data.get("products"), list):
        return (_read_shopify(row, url, currency) for row in rows(data["products"]))
    raise BadPayload("the feed is neither products.json, nor the Store API, nor RSS or Atom with products")


def _read_shopify(row: Any, url: str, currency: str) -> Product | None:
    variants = [
        one for one in rows(part(row, "variants") or pick(row, "variants")) if one.get("available") is not False
    ]
    handle = word(row, "handle")
    if not variants or not handle:
        return None
    price = _money(str(pick(variants[0], "price") or ""), currency)
    skus = tuple(filter(None, (word(one, "sku") for one in variants)))
    image = pick(row, "images", 0, "src")
    return _make(word(row, "id") or handle, word(row, "title"), urljoin(url, f"/products/{handle}"), image, price, skus)


def _read_woo(row: Any) -> Product | None:
    if row.get("is_in_stock") is False or row.get("is_purchasable") is False:
        return None
    amount, code = str(pick(row, "prices", "price") or ""), str(pick(row, "prices", "currency_code") or "")
    price = (int(amount), code) if amount.isascii() and amount.isdigit() and len(amount) < 12 else None
    image = pick(row, "images", 0, "thumbnail") or pick(row, "images", 0, "src")
    skus = tuple(filter(None, (word(row, "sku"),)))
    return _make(word(row, "id"), word(row, "name"), word(row, "permalink"), image, price, skus)


def _read_merchant(tree: Any) -> Iterator[Product | None]:
    items = pick(tree, "rss", "channel", "item") or pick(tree, "feed", "entry")
    if items is None:
        raise BadPayload("the feed is XML without products")
    for row in rows(items if isinstance(items, list) else [items]):
        stock = word(row, "availability").lower().replace("_", " ")
        if stock in ("", "in stock"):
            link = word(row, "link") or str(pick(row, "link", "@href") or "")
            price = _money(word(row, "sale_price") or word(row, "price"), "")
            skus = tuple(filter(None, (word(row, "id"), word(row, "mpn"))))
            yield _make(word(row, "id"), word(row, "title"), link, word(row, "image_link"), price, skus)


def _make(
    id: str, title: str, link: str, image: object, price: tuple[int, str] | None, skus: tuple[str, ...]
) -> Product | None:
    name, address = plain(unescape(title), 80), _address(link)
    if not name or not address:
        return None
    amount, code = price if price and price[1] else (None, "")
    picture = _address(image if isinstance(image, str) else "")
    return Product(Offer(id[:60] or address, name, address, image_url=picture, price=amount, currency=code), skus)


def _money(text: str, currency: str) -> tuple[int, str] | None:
    found = _PRICE.fullmatch(text.strip())
    if found is None:
        return None
    code = found[3] or currency
    cents = (found[2] or "").ljust(2, "0")
    return (int(found[1]), code) if code in _WHOLE else (int(found[1]) * 100 + int(cents), code)


def _address(text: str) -> str:
    try:
        return https_url(text) if len(text) <= 500 else ""
    except ValueError:
        return ""
