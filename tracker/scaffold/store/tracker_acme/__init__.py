"""Acme: orders by webhook and API, and the news of their shipments back."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import quote

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import (
    ApiUrl,
    BadPayload,
    Buyer,
    Context,
    Fulfilment,
    HttpAnswer,
    InboundRequest,
    OrderLine,
    OrderMilestone,
    Payload,
    Plugin,
    StoreConnector,
    StoreOrder,
    StoreParsed,
    Verdict,
    check,
    hookimpl,
    part,
    pick,
    push_secret,
    read_json,
    read_time,
    rows,
    signed,
    word,
)

MILESTONES = {
    "open": OrderMilestone.PLACED,
    "paid": OrderMilestone.CONFIRMED,
    "packed": OrderMilestone.PACKED,
    "sent": OrderMilestone.COMPLETED,
    "cancelled": OrderMilestone.CANCELLED,
}


class AcmeSettings(BaseModel):
    """What a shop fills in to be connected."""

    url: ApiUrl = Field(max_length=500, title="Address of the shop")
    api_key: SecretStr = Field(min_length=1, max_length=200, title="API key")
    push_secret: SecretStr = Field(default=SecretStr(""), max_length=200, title="Secret of the webhooks")


PLUGIN = Plugin("acme", "Acme Parcels", "0.1.0", settings=AcmeSettings)


class AcmeStore(StoreConnector):
    id = "acme"
    names: ClassVar = {"en": "Acme Parcels"}

    def verify(self, request: InboundRequest, ctx: Context) -> Verdict:
        """Acme signs the raw body: `X-Acme-Signature` is its HMAC-SHA256 in hexadecimal digits."""
        if not signed(push_secret(ctx), request.body, request.headers.get("x-acme-signature"), encoding="hex"):
            return Verdict(False, "the signature does not fit: compare the webhook's secret with the one here")
        return Verdict(True, delivery=request.headers.get("x-acme-delivery", "")[:200])

    def parse(self, payload: Payload) -> StoreParsed:
        told = read_json(payload.body)
        found = [_read_order(row) for row in (rows(told, "orders") or rows(told, "order"))]
        orders = tuple(order for order in found if order)
        if not orders and pick(told, "orders") != []:
            raise BadPayload("there is no order in this")
        return StoreParsed(orders)

    def orders_since(self, since: datetime, ctx: Context) -> Iterable[Payload]:
        page = 1
        while page:
            params = {"changed_since": since.astimezone(UTC).isoformat(), "page": str(page)}
            answer = check(_ask(ctx, "GET", "/orders", params=params))
            yield Payload(answer.body)
            page = page + 1 if pick(read_json(answer.body), "more") is True and page < 10_000 else 0

    def push_fulfilment(self, fulfilment: Fulfilment, ctx: Context) -> None:
        """Under the fulfilment's own key, so that telling it twice leaves one record."""
        path = f"/orders/{quote(fulfilment.order_ref, safe='')}/shipments/{quote(fulfilment.key, safe='')}"
        told = {"carrier": fulfilment.carrier_name, "number": fulfilment.number, "url": fulfilment.url}
        check(_ask(ctx, "DELETE", path) if fulfilment.cancelled else _ask(ctx, "PUT", path, json=told))


def _read_order(row: dict[str, Any]) -> StoreOrder | None:
    """An order, or `None` for a row that has no key."""
    ref, state = word(row, "id", limit=64), word(row, "state")
    placed = _instant(row, "placed_at")
    if not ref or placed is None:
        return None
    buyer = part(row, "buyer")
    return StoreOrder(
        ref=ref,
        number=word(row, "number", limit=64) or ref,
        placed_at=placed,
        changed_at=_instant(row, "changed_at") or placed,
        milestone=MILESTONES.get(state, OrderMilestone.PLACED),
        word=state,
        buyer=Buyer(name=word(buyer, "name"), email=word(buyer, "email"), country=word(buyer, "country", limit=2)),
        lines=tuple(line for number, item in enumerate(rows(row, "lines")) if (line := _read_line(number, item))),
    )


def _read_line(number: int, row: dict[str, Any]) -> OrderLine | None:
    pieces = row.get("pieces")
    title = word(row, "title")
    if not title or type(pieces) is not int or not 1 <= pieces <= 10_000:
        return None
    return OrderLine(word(row, "id", limit=64) or str(number), title, pieces, word(row, "sku", limit=64))


def _instant(row: dict[str, Any], name: str) -> datetime | None:
    """Acme tells UTC, with or without the Z."""
    local, offset = read_time(row.get(name))
    return None if local is None else (local - offset if offset else local).replace(tzinfo=UTC)


def _ask(ctx: Context, method: str, path: str, **more: Any) -> HttpAnswer:
    settings = ctx.settings
    assert isinstance(settings, AcmeSettings)
    headers = {"Authorization": f"Bearer {settings.api_key.get_secret_value()}"}
    return ctx.worker_http().request(method, settings.url.rstrip("/") + path, headers=headers, **more)


@hookimpl
def tracker_register_stores() -> list[StoreConnector]:
    return [AcmeStore()]
