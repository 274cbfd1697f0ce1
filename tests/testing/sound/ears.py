"""A listener that keeps every promise: it posts each change of a shipment to an address."""

from pydantic import BaseModel

from tracker.sdk import ApiUrl, Context, Plugin, ShipmentChange, check, hookimpl


class Settings(BaseModel):
    url: ApiUrl


PLUGIN = Plugin("ears", "Ears", "1.0.0", settings=Settings)


@hookimpl
def tracker_shipment_changed(change: ShipmentChange, ctx: Context) -> None:
    told = {"key": change.key, "number": change.number, "at": change.at.isoformat() if change.at else None}
    check(ctx.worker_http().request("POST", ctx.settings.url, json=told))
