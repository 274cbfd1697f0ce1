"""Offer: advertising, filled in by hand or with what a recommender brings. Silent while anything is wrong."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from tracker.sdk import Block, Context, HttpsUrl, Plugin, View, hookimpl, https_url, plain

from .products import Products

PLUGIN = Plugin("offer", "Offer", "1.0.0")
Line = Annotated[str, BeforeValidator(lambda text: plain(text, 1000))]


def _no_url_or_https(text: str) -> str:
    return https_url(text) if text else ""


class OfferContent(BaseModel):
    """What a marketer fills in. Addresses must begin with https://."""

    title: Line = Field(min_length=1, max_length=80, title="Title")
    text: Line = Field(default="", max_length=240, title="Text")
    image_url: Annotated[str, AfterValidator(_no_url_or_https)] = Field(default="", max_length=500, title="Picture")
    link_url: HttpsUrl = Field(max_length=500, title="Link")
    button: Line = Field(default="", max_length=30, title="Words on the button")


class Offer(Block):
    id = "offer"
    names: ClassVar = {"en": "Offer", "ko": "추천 상품", "de": "Angebot", "ar": "عرض"}
    content = OfferContent
    template = "offer.html"

    def context(self, view: View, ctx: Context) -> Mapping[str, str] | None:
        """The content again as text, its addresses checked again: rows may be older than the rules."""
        content = view.content
        if view.trouble or not isinstance(content, OfferContent):
            return None
        title = plain(content.title, 80)
        if not title:
            return None
        try:
            link = https_url(content.link_url)
        except ValueError:
            return None
        return {
            "title": title,
            "text": plain(content.text, 240),
            "image_url": _picture(content.image_url),
            "link_url": link,
            "button": plain(content.button, 30) or ctx.gettext("Have a look"),
        }


def _picture(address: str) -> str:
    try:
        return _no_url_or_https(address)
    except ValueError:
        return ""


@hookimpl
def tracker_register_blocks() -> list[Block]:
    return [Offer(), Products()]
