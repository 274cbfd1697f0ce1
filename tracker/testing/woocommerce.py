"""A made-up WooCommerce shop: its REST API over real HTTP, and its webhooks as WooCommerce sends them."""

import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from .woocommerce_messages import dates, deliver, encode, make_order, ping, sign, webhook

__all__ = ["MadeUpShop", "deliver", "encode", "make_order", "ping", "sign", "webhook"]

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
            self.orders[ref] = {**self.orders[ref], **fields, **dates("modified", moment)}
            if fields.get("status") == "completed":
                self.orders[ref].update(dates("completed", moment))
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
            values = {name: value for name, value in values.items() if name != "space"}
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
        field_ = {"id": "id", "modified": "date_modified_gmt"}.get(args.get("orderby", ""), "date_created_gmt")
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
