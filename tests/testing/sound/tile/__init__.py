"""A block that keeps every promise."""

from collections.abc import Mapping

from pydantic import BaseModel

from tracker.sdk import Block, Context, HttpsUrl, Plugin, View, hookimpl

PLUGIN = Plugin("tile", "Tile", "1.0.0")


class Content(BaseModel):
    title: str
    link: HttpsUrl


class Tile(Block):
    id = "tile"
    names = {"en": "Tile"}
    content = Content
    template = "tile.html"

    def context(self, view: View, ctx: Context) -> Mapping[str, str] | None:
        if view.trouble:
            return None
        return {"title": view.content.title, "link": view.content.link}


@hookimpl
def tracker_register_blocks() -> list[Block]:
    return [Tile()]
