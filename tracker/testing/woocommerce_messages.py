"""WooCommerce's orders and webhooks, made up: the JSON and the requests that WooCommerce itself would write."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx2

AGENT = "WooCommerce/9.8.1 Hookshot (WordPress/6.8)"


def make_order(
    number: int,
    /,
    status: str = "processing",
    lines: Sequence[Mapping[str, Any]] = ({"name": "Wool socks", "sku": "SOCK-42", "quantity": 2},),
    *,
    at: datetime | None = None,
    **fields: Any,
) -> dict[str, Any]:
    """The JSON of an order as WooCommerce writes it. `lines` and `fields` replace what is made up; `at` dates it."""
    moment = (at or datetime.now(UTC)).astimezone(UTC)
    paid = status not in ("pending", "on-hold", "failed", "cancelled", "checkout-draft")
    address = {
        "first_name": "Noor", "last_name": "Example", "company": "", "address_1": "12 Sample Lane", "address_2": "",
        "city": "Berkeley", "state": "CA", "postcode": "94704", "country": "US", "phone": "",
    }  # fmt: skip
    order = {
        "id": number, "parent_id": 0, "number": str(number), "order_key": f"wc_order_{number:08x}", "version": "9.8.1",
        "status": status, "currency": "USD", "total": "40.00", "prices_include_tax": False, "customer_id": 0,
        **dates("created", moment), **dates("modified", moment), **dates("paid", moment if paid else None),
        **dates("completed", moment if status == "completed" else None),
        "billing": {**address, "email": f"noor.{number}@customer.example", "phone": "+1 555 0100"}, "shipping": address,
        "meta_data": [], "line_items": [_line(number * 10 + i, line) for i, line in enumerate(lines)],
        "shipping_lines": [{"id": number * 10 + 9, "method_title": "Parcel", "total": "5.00"}],
        "fee_lines": [], "coupon_lines": [], "refunds": [],
    }  # fmt: skip
    return {**order, **fields}


def sign(body: bytes, secret: str) -> str:
    """The X-WC-Webhook-Signature of a body."""
    return base64.b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()


def encode(data: object) -> bytes:
    """JSON in the bytes that PHP would write: no spaces, escaped slashes, ASCII alone."""
    return json.dumps(data, separators=(",", ":")).replace("/", "\\/").encode()


def webhook(
    order: Mapping[str, Any], topic: str, secret: str, delivery_id: str = "", webhook_id: int = 7
) -> tuple[bytes, dict[str, str]]:
    """Body and headers of one webhook. A deleted order is told by its id alone."""
    event = topic.partition(".")[2]
    body = encode({"id": order["id"]} if event == "deleted" else order)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": AGENT,
        "X-WC-Webhook-Source": "https://shop.example/",
        "X-WC-Webhook-Topic": topic,
        "X-WC-Webhook-Resource": topic.partition(".")[0],
        "X-WC-Webhook-Event": event,
        "X-WC-Webhook-Signature": sign(body, secret),
        "X-WC-Webhook-ID": str(webhook_id),
        "X-WC-Webhook-Delivery-ID": delivery_id or hashlib.md5(f"{webhook_id}{int(time.time())}".encode()).hexdigest(),  # noqa: S324
    }
    return body, headers


def deliver(url: str, order: Mapping[str, Any], topic: str, secret: str, delivery_id: str = "") -> int:
    """Sends one webhook and answers the status it got."""
    body, headers = webhook(order, topic, secret, delivery_id)
    return _post(url, body, headers)


def ping(url: str, webhook_id: int = 7) -> int:
    """Sends the unsigned form that WooCommerce posts when a webhook is saved; answers the status it got."""
    form = {"Content-Type": "application/x-www-form-urlencoded", "User-Agent": AGENT}
    return _post(url, b"webhook_id=%d" % webhook_id, form)


def dates(name: str, moment: datetime | None) -> dict[str, str | None]:
    """A date as WooCommerce gives it twice: on the shop's clock (made up as UTC) and in GMT."""
    text = moment.strftime("%Y-%m-%dT%H:%M:%S") if moment else None
    return {f"date_{name}": text, f"date_{name}_gmt": text}


def _line(ref: int, line: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": ref, "name": "", "product_id": ref + 1000, "variation_id": 0, "quantity": 1, "sku": "", "total": "20.00",
        "price": 20, "image": {"id": "", "src": ""}, "parent_name": None, "meta_data": [], **line,
    }  # fmt: skip


def _post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    return httpx2.post(url, content=body, headers=headers, timeout=10, trust_env=False).status_code
