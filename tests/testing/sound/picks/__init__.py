"""A recommender that keeps every promise."""

from collections.abc import Iterable

from pydantic import BaseModel

from tracker.sdk import ApiUrl, BadPayload, Context, Offer, Plugin, Recommender, Viewer, check, hookimpl, read_json


class Settings(BaseModel):
    url: ApiUrl


PLUGIN = Plugin("picks", "Picks", "1.0.0", settings=Settings)


class Picks(Recommender):
    id = "picks"
    names = {"en": "Picks"}

    def offers(self, viewer: Viewer, limit: int, ctx: Context) -> Iterable[Offer]:
        rows = ctx.memory.get("picks") or []
        return [Offer(title, title, url) for title, url in rows if title not in viewer.skus][:limit]

    def refresh(self, ctx: Context) -> None:
        answer = check(ctx.worker_http().request("GET", ctx.settings_as(Settings).url))
        told = read_json(answer.body)
        if not isinstance(told, list):
            raise BadPayload("a list of picks was expected")
        try:
            rows = [[str(one["title"]), str(one["url"])] for one in told]
        except (TypeError, KeyError) as error:
            raise BadPayload("a pick has a title and an address") from error
        ctx.memory.set("picks", rows)


@hookimpl
def tracker_register_recommenders() -> list[Recommender]:
    return [Picks()]
