"""A made-up WooCommerce shop: its REST API over real HTTP, and its webhooks as WooCommerce sends them."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx2
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

AGENT = "WooCommerce/9.8.1 Hookshot (WordPress/6.8)"
TRACKINGS = "_wc_shipment_tracking_items"
_TRACKING_FIELDS = ("tracking_provider", "tracking_link", "tracking_number", "date_shipped")
_URLS = Map(
    [
        Rule("/wp-json/wc/v3/orders", endpoint="list_orders", methods=["GET"]),
        Rule("/wp-json/wc/v3/orders/<int:ref>", endpoint="one_order", methods=["GET", "PUT"]),
        Rule("/wp-json/<space>/v3/orders/<int:ref>/shipment-trackings", endpoint="trackings", methods=["GET", "POST"]),
        Rule(
            "/wp-json/<space>/v3/orders/<int:ref>/shipment-trackings/<tracking>",
            endpoint="one_tracking",
            methods=["GET", "DELETE"],
        ),
    ]
)


def make_order(
    number: int,
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
        **_dates("created", moment), **_dates("modified", moment), **_dates("paid", moment if paid else None),
        **_dates("completed", moment if status == "completed" else None),
        "billing": {**address, "email": f"noor.{number}@customer.example", "phone": "+1 555 0100"}, "shipping": address,
        "meta_data": [], "line_items": [_line(number * 10 + i, line) for i, line in enumerate(lines)],
        "shipping_lines": [{"id": number * 10 + 9, "method_title": "Parcel", "method_id": "flat_rate", "total": "5.00"}],
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


@dataclass
class MadeUpShop:
    """A WSGI application that speaks WooCommerce's REST API. Mount it, or serve it on a free port with `running()`.

    `extensions` are the shipment extensions it has. `misbehave` makes the next requests fail; `asked` keeps the
    method and path of every request.
    """

    consumer_key: str = "ck_made_up"
    consumer_secret: str = "cs_made_up"  # noqa: S105
    extensions: frozenset[str] = frozenset({"wc-shipment-tracking", "wc-ast"})
    orders: dict[int, dict[str, Any]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    _faults: list[str] = field(default_factory=list)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def put(self, order: dict[str, Any]) -> dict[str, Any]:
        """Adds an order, or takes the place of one with the same id."""
        with self._lock:
            self.orders[order["id"]] = order
        return order

    def change(self, ref: int, *, at: datetime | None = None, **fields: Any) -> dict[str, Any]:
        """Changes an order as staff of the shop would; its modification date moves on."""
        with self._lock:
            moment = (at or datetime.now(UTC)).astimezone(UTC)
            self.orders[ref] = {**self.orders[ref], **fields, **_dates("modified", moment)}
            if fields.get("status") == "completed":
                self.orders[ref].update(_dates("completed", moment))
            return self.orders[ref]

    def misbehave(self, *faults: str) -> None:
        """How the next requests fail, one each: a status such as `429` or `500`, `html`, `slow`, `lost` or `bare`.

        `lost` does what was asked and then answers 502; `bare` answers without the paging headers.
        """
        self._faults += faults

    @contextmanager
    def running(self) -> Iterator[str]:
        """Serves the shop on this machine; gives its address."""
        server = make_server("127.0.0.1", 0, self, threaded=True, request_handler=_Silent)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        with self._lock:
            self.asked.append((request.method, request.path))
            fault = self._faults.pop(0) if self._faults else ""
        response = _spoil(fault) or self._answer(request)
        if fault == "lost":
            response = _error("gone", "The answer got lost", 502)
        if fault == "bare":
            response.headers.remove("X-WP-Total")
            response.headers.remove("X-WP-TotalPages")
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        try:
            endpoint, values = _URLS.bind_to_environ(request.environ).match()
        except HTTPException:
            return _error("rest_no_route", "No route was found matching the URL and request method.", 404)
        if "space" in values and values["space"] not in self.extensions:
            return _error("rest_no_route", "No route was found matching the URL and request method.", 404)
        if not self._is_known(request):
            return _error("woocommerce_rest_cannot_view", "Sorry, you cannot list resources.", 401)
        with self._lock:
            if "ref" in values and values["ref"] not in self.orders:
                return _error("woocommerce_rest_shop_order_invalid_id", "Invalid ID.", 404)
            values.pop("space", None)
            answer: Response = getattr(self, f"_{endpoint}")(request, **values)
            return answer

    def _is_known(self, request: Request) -> bool:
        given = request.authorization
        return given is not None and (given.username, given.password) == (self.consumer_key, self.consumer_secret)

    def _list_orders(self, request: Request) -> Response:
        args = request.args
        size, page = args.get("per_page", 10, int), args.get("page", 1, int)
        if not 1 <= size <= 100 or page < 1:
            return _error("rest_invalid_param", "Invalid parameter(s): per_page", 400)
        after = args.get("modified_after", "")
        key = "date_modified_gmt" if args.get("dates_are_gmt") == "true" else "date_modified"
        rows = [order for order in self.orders.values() if order[key] > after and order["status"] != "trash"]
        field_ = "id" if args.get("orderby") == "id" else "date_created_gmt"
        rows.sort(key=lambda order: order[field_], reverse=args.get("order", "desc") != "asc")
        response = _json(rows[(page - 1) * size : page * size])
        response.headers["X-WP-Total"] = str(len(rows))
        response.headers["X-WP-TotalPages"] = str(-(-len(rows) // size))
        return response

    def _one_order(self, request: Request, ref: int) -> Response:
        if request.method == "PUT":
            changes = dict(request.get_json())
            meta = {row["key"]: row for row in self.orders[ref]["meta_data"]}
            for row in changes.pop("meta_data", []):
                meta[row["key"]] = {"id": meta.get(row["key"], {}).get("id", len(meta) + 1), **row}
            self.change(ref, **changes, meta_data=list(meta.values()))
        return _json(self.orders[ref])

    def _trackings(self, request: Request, ref: int) -> Response:
        kept = self._kept(ref)
        if request.method == "GET":
            return _json([_shown(item) for item in kept])
        sent = dict(request.get_json())
        if not sent.get("tracking_number"):
            return _error("rest_missing_callback_param", "Missing parameter(s): tracking_number", 400)
        day = datetime.fromisoformat(sent.get("date_shipped") or datetime.now(UTC).date().isoformat())
        stamp = str(int(day.replace(tzinfo=UTC).timestamp()))
        item = {"tracking_provider": "", **sent, "date_shipped": stamp, "tracking_id": uuid4().hex}
        self._keep(ref, [*kept, item])
        return _json(_shown(item), 201)

    def _one_tracking(self, request: Request, ref: int, tracking: str) -> Response:
        kept = self._kept(ref)
        found = next((item for item in kept if item["tracking_id"] == tracking), None)
        if found is None:
            return _error("woocommerce_rest_order_shipment_tracking_invalid_id", "Invalid shipment tracking ID.", 404)
        if request.method == "DELETE":
            self._keep(ref, [item for item in kept if item is not found])
        return _json(_shown(found))

    def _kept(self, ref: int) -> list[dict[str, Any]]:
        return next((row["value"] for row in self.orders[ref]["meta_data"] if row["key"] == TRACKINGS), [])

    def _keep(self, ref: int, items: list[dict[str, Any]]) -> None:
        others = [row for row in self.orders[ref]["meta_data"] if row["key"] != TRACKINGS]
        self.change(ref, meta_data=[*others, {"id": 900, "key": TRACKINGS, "value": items}])


class _Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Nothing: tests count the requests in `asked`."""


def _dates(name: str, moment: datetime | None) -> dict[str, str | None]:
    """A date as WooCommerce gives it twice: on the shop's clock (made up as UTC) and in GMT."""
    text = moment.strftime("%Y-%m-%dT%H:%M:%S") if moment else None
    return {f"date_{name}": text, f"date_{name}_gmt": text}


def _line(ref: int, line: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": ref, "name": "", "product_id": ref + 1000, "variation_id": 0, "quantity": 1, "sku": "", "total": "20.00",
        "price": 20, "image": {"id": "", "src": ""}, "parent_name": None, "meta_data": [], **line,
    }  # fmt: skip


def _shown(item: Mapping[str, Any]) -> dict[str, Any]:
    shown = {
        **item,
        "tracking_provider": item.get("custom_tracking_provider") or item["tracking_provider"],
        "tracking_link": item.get("custom_tracking_link", ""),
        "date_shipped": datetime.fromtimestamp(int(item["date_shipped"]), UTC).date().isoformat(),
    }
    return {"tracking_id": item["tracking_id"], **{name: shown[name] for name in _TRACKING_FIELDS}}


def _spoil(fault: str) -> Response | None:
    if fault == "html":
        return Response("<html><body>Checking your browser</body></html>", 200, mimetype="text/html")
    if fault == "slow":
        time.sleep(3)
    if not fault.isdigit():
        return None
    response = _error("made_up_fault", "Misbehaving on purpose", int(fault))
    if fault == "429":
        response.headers["Retry-After"] = "17"
    return response


def _json(data: object, status: int = 200) -> Response:
    return Response(encode(data), status, mimetype="application/json")


def _error(code: str, message: str, status: int) -> Response:
    return _json({"code": code, "message": message, "data": {"status": status}}, status)


def _post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    return httpx2.post(url, content=body, headers=headers, timeout=10, trust_env=False).status_code
