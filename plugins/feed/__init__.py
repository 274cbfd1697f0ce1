"""Product feed: offers what the shop sells and the order does not hold, out of the feed that the shop has anyway."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import timedelta
from typing import Any, ClassVar

from pydantic import BaseModel, Field

from tracker.sdk import ApiUrl, Context, Offer, Plugin, Recommender, Viewer, check, hookimpl

from .reading import read_products

KEY = "products"
LARGEST = 50_000
"""What is kept at most, in characters: a plugin's memory takes little more in one value."""
KEPT = timedelta(days=3)
"""A feed that has not answered for so long may name what is no longer sold."""


class FeedSettings(BaseModel):
    """Where the feed is. Nothing has to be added to the shop for it."""

    url: ApiUrl = Field(
        max_length=500,
        title="Address of the feed",
        description="Shopify: /products.json. WooCommerce: /wp-json/wc/store/v1/products. Or one for Google Merchant.",
    )
    currency: str = Field(
        default="",
        pattern=r"^([A-Z]{3})?$",
        title="Currency",
        description="Three letters, for feeds that name none (Shopify). Empty: no prices.",
    )


PLUGIN = Plugin("feed", "Product feed", "1.0.0", settings=FeedSettings)


class Feed(Recommender):
    """The feed's own order is kept: shops put first what they want to be seen."""

    id = "feed"
    names: ClassVar = {"en": "Product feed", "ko": "상품 피드", "de": "Produktfeed", "ar": "موجز المنتجات"}
    every = timedelta(hours=6)

    def offers(self, viewer: Viewer, limit: int, ctx: Context) -> Iterable[Offer]:
        held = {sku.casefold() for sku in viewer.skus}
        kept: list[dict[str, Any]] = ctx.memory.get(KEY) or []
        new = [row for row in kept if not held & {sku.casefold() for sku in row["skus"]}]
        return [Offer(**row["offer"]) for row in new[:limit]]

    def refresh(self, ctx: Context) -> None:
        settings = ctx.settings_as(FeedSettings)
        answer = check(ctx.worker_http().request("GET", settings.url, headers={"Accept": "application/json, */*"}))
        found = read_products(answer.body, settings.url, settings.currency)
        rows = [{"offer": asdict(one.offer), "skus": [sku[:100] for sku in one.skus[:20]]} for one in found]
        while rows and len(str(rows)) > LARGEST:
            rows.pop()
        ctx.memory.set(KEY, rows, expires=ctx.now + KEPT)


@hookimpl
def tracker_register_recommenders() -> list[Recommender]:
    return [Feed()]
