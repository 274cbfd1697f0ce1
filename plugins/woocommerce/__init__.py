"""WooCommerce: orders by webhook and REST, and shipments back."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from tracker.sdk import (
    Context,
    Fulfilment,
    InboundRequest,
    OrderMilestone,
    Payload,
    Plugin,
    StoreConnector,
    StoreParsed,
    Verdict,
    hookimpl,
    read_json,
)

from .reading import read_orders
from .rest import Shop
from .settings import WooSettings
from .signing import judge

PLUGIN = Plugin("woocommerce", "WooCommerce", "1.0.0", settings=WooSettings)


class WooCommerce(StoreConnector):
    id = "woocommerce"
    names: ClassVar = {"en": "WooCommerce", "ko": "우커머스"}

    def verify(self, request: InboundRequest, ctx: Context) -> Verdict:
        secret = ctx.settings.webhook_secret if isinstance(ctx.settings, WooSettings) else None
        return judge(request, secret.get_secret_value() if secret else "")

    def parse(self, payload: Payload) -> StoreParsed:
        return read_orders(read_json(payload.body))

    def orders_since(self, since: datetime, ctx: Context) -> Iterable[Payload]:
        return Shop(ctx).pages(since)

    def push_fulfilment(self, fulfilment: Fulfilment, ctx: Context) -> None:
        """Looks first, so that the same news twice (or after an answer that got lost) leaves one record."""
        shop = Shop(ctx)
        if shop.settings.tracking_api == "none":
            shop.note_fulfilment(fulfilment)
        else:
            known = shop.trackings(fulfilment.order_ref, fulfilment.number)
            if fulfilment.cancelled:
                for tracking in known:
                    shop.remove_tracking(fulfilment.order_ref, tracking)
            elif not known:
                shop.add_tracking(fulfilment)
        if fulfilment.milestone is OrderMilestone.COMPLETED and not fulfilment.cancelled:
            shop.complete(fulfilment.order_ref)


@hookimpl
def tracker_register_stores() -> list[StoreConnector]:
    return [WooCommerce()]
