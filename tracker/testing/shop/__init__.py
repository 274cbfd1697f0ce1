"""A made-up shop with pages: it sells tea and pots, and tells the portal of its orders as WooCommerce does.

Home page, "My account" with its orders, the page after "buy", and "Track my order" for everybody else. All but the
first carry the portal's widget; which order it shows the shop's own server signs, as docs/embedding.md tells.
"""

import hmac
import json
import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jinja2
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from ..woocommerce import TRACKINGS, MadeUpShop, deliver, make_order
from .cast import MINA, Buyer, order_fields
from .catalogue import BY_SKU, PRODUCTS

NAME = "Nettle & Clay"
CARRIER = "Demo carrier"
PACKING = 8.0
"""Seconds from "buy" to the parcel's being handed over."""
WORDS = {
    "processing": "Being packed",
    "completed": "Handed to the carrier",
    "on-hold": "On hold",
    "cancelled": "Cancelled",
}

log = logging.getLogger(__name__)
_HERE = Path(__file__).parent / "pages"
_URLS = Map(
    [
        Rule("/", endpoint="home", methods=["GET"]),
        Rule("/shop.css", endpoint="style", methods=["GET"]),
        Rule("/account", endpoint="account", methods=["GET"]),
        Rule("/account/orders/<int:number>", endpoint="order", methods=["GET"]),
        Rule("/received/<int:number>", endpoint="received", methods=["GET"]),
        Rule("/track", endpoint="track", methods=["GET"]),
        Rule("/orders", endpoint="buy", methods=["POST"]),
    ]
)


@dataclass
class Door:
    """What the shop knows of the portal: where it is, and where it takes news, with which secret.

    `slug` is its own short name there, `key` what its passes are signed with; `number` makes the next tracking number
    of a parcel that follows a script.
    """

    portal: str
    hook: str
    secret: str
    slug: str
    key: str
    number: Callable[[str, int], str]

    def sign(self, number: int, tier: str = "account") -> str:
        """A pass: this shop's word that its customer may see an order."""
        ends = (int(time.time()) // 86400 + 2) * 86400
        told = f"{self.slug}~woocommerce:{number}~{tier}~{ends}"
        return f"{told}~{hmac.new(self.key.encode(), told.encode(), 'sha256').hexdigest()}"


class Shop:
    """A WSGI application: the pages, and under /wp-json/ WooCommerce's REST API. `file` keeps its orders."""

    def __init__(self, door: Door, file: Path, consumer_key: str, consumer_secret: str) -> None:
        self.door = door
        self._file = file
        self._jinja = jinja2.Environment(loader=jinja2.FileSystemLoader(_HERE), autoescape=True)
        self._lock = threading.Lock()
        self.api = MadeUpShop(consumer_key, consumer_secret)
        if file.exists():
            self.api.orders = {int(ref): order for ref, order in json.loads(file.read_text(encoding="utf-8")).items()}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        if request.path.startswith("/wp-json/"):
            answer = self.api(environ, start_response)
            self._keep()
            return answer
        return self._answer(request)(environ, start_response)

    def place(self, number: int, buyer: Buyer, lines: Mapping[str, int], at: datetime | None = None) -> None:
        """Takes an order and tells the portal; an order that is there already is told again."""
        if number not in self.api.orders:
            self.api.put(make_order(number, at=at, **order_fields(buyer, lines)))
            self._keep()
        self._tell(number, "order.created")

    def ship(self, number: int, parcels: Sequence[tuple[str, Mapping[str, int]]], at: datetime | None = None) -> None:
        """Hands the parcels (tracking number, pieces by SKU) of an order to the demo carrier and tells the portal."""
        day = str(int((at or datetime.now(UTC)).timestamp()))
        order = self.api.orders[number]
        products = {line["sku"]: str(line["id"]) for line in order["line_items"]}
        items = [
            {
                "tracking_provider": "", "custom_tracking_provider": CARRIER, "custom_tracking_link": "",
                "tracking_number": tracking, "date_shipped": day,
                "tracking_id": tracking.lower(),
                "products_list": [{"item_id": products[sku], "qty": str(count)} for sku, count in pieces.items()],
            }
            for tracking, pieces in parcels
        ]  # fmt: skip
        others = [row for row in order["meta_data"] if row["key"] != TRACKINGS]
        self.api.change(number, status="completed", meta_data=[*others, {"id": 900, "key": TRACKINGS, "value": items}])
        self._keep()
        self._tell(number, "order.updated")

    def _answer(self, request: Request) -> Response:
        try:
            endpoint, values = _URLS.bind_to_environ(request.environ).match()
            answer: Response = getattr(self, f"_{endpoint}")(request, **values)
        except HTTPException as error:
            return Response(f"{error.code} {error.name}", error.code or 500, mimetype="text/plain")
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["X-Content-Type-Options"] = "nosniff"
        return answer

    def _home(self, request: Request) -> Response:  # noqa: ARG002
        return self._page("home.html", products=PRODUCTS)

    def _style(self, request: Request) -> Response:  # noqa: ARG002
        return Response((_HERE / "shop.css").read_bytes(), mimetype="text/css")

    def _account(self, request: Request) -> Response:  # noqa: ARG002
        return self._page("account.html", orders=sorted(self.api.orders.values(), key=lambda order: -order["id"]))

    def _order(self, request: Request, number: int) -> Response:  # noqa: ARG002
        return self._order_page("order.html", number)

    def _received(self, request: Request, number: int) -> Response:  # noqa: ARG002
        return self._order_page("received.html", number)

    def _track(self, request: Request) -> Response:  # noqa: ARG002
        return self._page("track.html")

    def _buy(self, request: Request) -> Response:
        sku = request.form.get("sku", "")
        if sku not in BY_SKU:
            raise NotFound
        with self._lock:
            number = max(self.api.orders, default=1000) + 1
            self.place(number, MINA, {sku: 1})
        parcel = (self.door.number("delivered", number), {sku: 1})
        packing = threading.Timer(PACKING, self._pack, (number, parcel))
        packing.daemon = True
        packing.start()
        return redirect(f"/received/{number}", 303)

    def _pack(self, number: int, parcel: tuple[str, Mapping[str, int]]) -> None:
        try:
            self.ship(number, [parcel])
        except OSError as error:
            log.warning("the portal could not be told of order %s: %s", number, error)

    def _order_page(self, template: str, number: int) -> Response:
        order = self.api.orders.get(number)
        if order is None:
            raise NotFound
        return self._page(template, order=order, token=self.door.sign(number))

    def _page(self, template: str, **values: Any) -> Response:
        text = self._jinja.get_template(template).render(
            shop=NAME, slug=self.door.slug, portal=self.door.portal, words=WORDS, by_sku=BY_SKU, **values
        )
        return Response(text, mimetype="text/html")

    def _tell(self, number: int, topic: str) -> None:
        status = deliver(self.door.hook, self.api.orders[number], topic, self.door.secret)
        if status >= 300:
            log.warning("the portal answered %s to order %s", status, number)

    def _keep(self) -> None:
        with self.api._lock:
            text = json.dumps(self.api.orders, ensure_ascii=False)
        part = self._file.with_name(self._file.name + f".{threading.get_ident()}.part")
        part.write_text(text, encoding="utf-8")
        part.replace(self._file)
