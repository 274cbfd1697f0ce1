"""Products: a row of articles that a recommender brings, below a heading of the shop's own."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, Field

from tracker.sdk import Block, Context, View, plain

Line = Annotated[str, BeforeValidator(lambda text: plain(text, 1000))]


class ProductsContent(BaseModel):
    """What a marketer fills in beside what is recommended."""

    title: Line = Field(default="", max_length=80, title="Heading", description="Empty: “You may also like”.")
    most: int = Field(default=3, ge=1, le=6, title="Articles at most")


class Products(Block):
    id = "products"
    names: ClassVar = {"en": "Products", "ko": "상품 목록", "de": "Produkte", "ar": "منتجات"}
    content = ProductsContent
    template = "products.html"
    takes_offers = True

    def context(self, view: View, ctx: Context) -> Mapping[str, Any] | None:
        """The portal has looked at every offer already: links, lengths, prices."""
        content = view.content
        if view.trouble or not isinstance(content, ProductsContent) or not view.offers:
            return None
        return {
            "title": plain(content.title, 80) or ctx.gettext("You may also like"),
            "offers": view.offers[: max(1, min(content.most, 6))],
        }
