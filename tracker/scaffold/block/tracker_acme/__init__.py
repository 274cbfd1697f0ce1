"""Acme: a piece of page that a marketer fills in."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import BaseModel, Field

from tracker.sdk import Block, Context, HttpsUrl, Plugin, View, hookimpl

PLUGIN = Plugin("acme", "Acme Parcels", "0.1.0")


class AcmeContent(BaseModel):
    """What a marketer fills in; the desk draws the form."""

    title: str = Field(min_length=1, max_length=80, title="Title")
    text: str = Field(default="", max_length=240, title="Text")
    link: HttpsUrl = Field(max_length=500, title="Link")


class AcmeBlock(Block):
    id = "acme"
    names: ClassVar = {"en": "Acme Parcels"}
    content = AcmeContent
    template = "acme.html"

    def context(self, view: View, ctx: Context) -> Mapping[str, str] | None:
        """Quiet while anything is wrong with the order."""
        content = view.content
        if view.trouble or not isinstance(content, AcmeContent):
            return None
        return {"title": content.title, "text": content.text, "link": content.link, "more": ctx.gettext("Read more")}


@hookimpl
def tracker_register_blocks() -> list[Block]:
    return [AcmeBlock()]
