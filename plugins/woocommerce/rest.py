"""WooCommerce's REST API: orders out, shipments in."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from tracker.sdk import BadPayload, BadRequest, Context, Fulfilment, HttpAnswer, Payload, check, plain, read_json

from .reading import rows_of
from .settings import NAMESPACES, WooSettings
from .words import CLOSED

PER_PAGE = 50
MOST_PAGES = 10_000


class Shop:
    """One shop's API, with the credentials of its settings."""

    def __init__(self, ctx: Context) -> None:
        assert isinstance(ctx.settings, WooSettings)
        self.settings, self._http = ctx.settings, ctx.worker_http()

    def pages(self, since: datetime) -> Iterator[Payload]:
        """All orders changed since, a page each, by id: orders that change meanwhile cannot push others off a page."""
        moment = since.astimezone(UTC) - timedelta(seconds=1)
        asked = {
            "modified_after": moment.strftime("%Y-%m-%dT%H:%M:%S"),
            "dates_are_gmt": "true",
            "per_page": str(PER_PAGE),
            "orderby": "id",
            "order": "asc",
        }
        for page in range(1, MOST_PAGES + 1):
            answer = check(self.ask("GET", "wc/v3/orders", params={**asked, "page": str(page)}))
            rows = read_json(answer.body)
            if not isinstance(rows, list):
                raise BadPayload("the shop answered something else than a list of orders")
            if rows:
                yield Payload(answer.body, headers=answer.headers)
            if _is_last(answer, page, len(rows)):
                return

    def trackings(self, ref: str, number: str) -> list[str]:
        """The ids of an order's shipments with this number."""
        answer = self.ask("GET", self._trackings(ref))
        if answer.status == 404 and b"rest_no_route" in answer.body:
            raise BadRequest("the shop has no such shipment extension: install it, or set 'Shipments' to none")
        rows = rows_of(read_json(check(answer).body))
        return [plain(row.get("tracking_id"), 80) for row in rows if _same(row.get("tracking_number"), number)]

    def add_tracking(self, told: Fulfilment) -> None:
        """A new shipment of an order, under the carrier's name as customers know it."""
        item = {
            "custom_tracking_provider": told.carrier_name,
            "custom_tracking_link": told.url,
            "tracking_number": told.number,
        }
        if self.settings.tracking_api == "wc-ast":
            item["tracking_provider"] = told.carrier_name
        if told.shipped_at:
            item["date_shipped"] = told.shipped_at.astimezone(UTC).date().isoformat()
        check(self.ask("POST", self._trackings(told.order_ref), json=item))

    def remove_tracking(self, ref: str, tracking: str) -> None:
        """Takes a shipment off an order; one that is gone already is as good."""
        answer = self.ask("DELETE", f"{self._trackings(ref)}/{quote(tracking, safe='')}")
        if answer.status not in (404, 410):
            check(answer)

    def note_fulfilment(self, told: Fulfilment) -> None:
        """Keeps the shipment in the order's meta data. Its key is the fulfilment's: told twice, it is there once."""
        value = {
            "carrier": told.carrier_name,
            "number": told.number,
            "url": told.url,
            "shipped_at": told.shipped_at.astimezone(UTC).isoformat() if told.shipped_at else "",
            "quantities": dict(told.quantities),
            "cancelled": told.cancelled,
        }
        self._change(told.order_ref, {"meta_data": [{"key": f"_tracker_fulfilment_{told.key}", "value": value}]})

    def complete(self, ref: str) -> None:
        """Marks an order completed unless it is over already."""
        order = read_json(check(self.ask("GET", self._order(ref))).body)
        word = plain(order.get("status"), 40) if isinstance(order, dict) else ""
        if word and word not in CLOSED:
            self._change(ref, {"status": "completed"})

    def ask(self, method: str, path: str, **more: Any) -> HttpAnswer:
        key, secret = self.settings.consumer_key, self.settings.consumer_secret.get_secret_value()
        return self._http.request(method, f"{self.settings.url.rstrip('/')}/wp-json/{path}", auth=(key, secret), **more)

    def _change(self, ref: str, fields: dict[str, Any]) -> None:
        check(self.ask("PUT", self._order(ref), json=fields))

    def _order(self, ref: str) -> str:
        return f"wc/v3/orders/{_id(ref)}"

    def _trackings(self, ref: str) -> str:
        return f"{NAMESPACES[self.settings.tracking_api]}/orders/{_id(ref)}/shipment-trackings"


def _id(ref: str) -> str:
    """An order's id, which goes into an address."""
    if not (ref.isascii() and ref.isdigit()):
        raise BadRequest("WooCommerce's orders are named by numbers; this order came from somewhere else")
    return ref


def _is_last(answer: HttpAnswer, page: int, rows: int) -> bool:
    """By the header where there is one (some proxies drop it), else by a page that is not full."""
    total = answer.headers.get("x-wp-totalpages", "")
    return page >= int(total) if total.isascii() and total.isdigit() and len(total) < 7 else rows < PER_PAGE


def _same(ours: object, theirs: str) -> bool:
    return "".join(plain(ours).split()).upper() == "".join(theirs.split()).upper()
