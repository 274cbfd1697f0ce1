"""A store that keeps every promise."""

from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import quote

from pydantic import BaseModel, SecretStr

from tracker.sdk import (
    ApiUrl,
    BadPayload,
    Context,
    Fulfilment,
    InboundRequest,
    OrderMilestone,
    Payload,
    Plugin,
    StoreConnector,
    StoreOrder,
    StoreParsed,
    Verdict,
    check,
    hookimpl,
    push_secret,
    read_json,
    read_time,
    rows,
    same,
    word,
)  # fmt: skip


class Settings(BaseModel):
    url: ApiUrl
    token: SecretStr
    push_secret: SecretStr = SecretStr("")


PLUGIN = Plugin("shop", "Shop", "1.0.0", settings=Settings)


class Shop(StoreConnector):
    id = "shop"
    names = {"en": "Shop"}

    def verify(self, request: InboundRequest, ctx: Context) -> Verdict:
        return Verdict(same(request.headers.get("x-shop-token", ""), push_secret(ctx)))

    def parse(self, payload: Payload) -> StoreParsed:
        told = rows(read_json(payload.body))
        if not told:
            raise BadPayload("no orders in the answer")
        return StoreParsed(tuple(self._order(row) for row in told if word(row, "id")))

    def _order(self, row: dict[str, object]) -> StoreOrder:
        at = (read_time(row.get("at")).local or datetime(2026, 1, 1)).replace(tzinfo=UTC)
        return StoreOrder(word(row, "id", limit=64), word(row, "id", limit=64), at, at, OrderMilestone.CONFIRMED)

    def orders_since(self, since: datetime, ctx: Context) -> Iterable[Payload]:
        answer = self._ask(ctx, "GET", "/orders", params={"since": since.isoformat()})
        if rows(read_json(answer.body)):
            yield Payload(answer.body)

    def push_fulfilment(self, fulfilment: Fulfilment, ctx: Context) -> None:
        told = {"number": fulfilment.number, "carrier": fulfilment.carrier_name}
        self._ask(ctx, "PUT", f"/orders/{quote(fulfilment.order_ref, safe='')}/parcel", json=told)

    def _ask(self, ctx: Context, method: str, path: str, **more: object):
        headers = {"Authorization": f"Bearer {ctx.settings.token.get_secret_value()}"}
        return check(ctx.worker_http().request(method, f"{ctx.settings.url}{path}", headers=headers, **more))


@hookimpl
def tracker_register_stores() -> list[StoreConnector]:
    return [Shop()]
