"""Labels: what carriers gave to be printed, one row a shipment."""

from collections.abc import Mapping
from datetime import datetime

import peewee

from .base import Row
from .database import transaction
from .fields import UTCDateTimeField
from .shipments import Shipment
from .shops import Shop


class Label(Row):
    """The label of a shipment. `state` is `asked`, `ready` or `failed`; `key` names the asking.

    `revision` is the shipment's when it was asked for: a corrected number has another label.
    """

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE", index=False)
    shop_id: int
    shipment = peewee.ForeignKeyField(Shipment, on_delete="CASCADE")
    shipment_id: int
    revision = peewee.IntegerField(default=0)
    key = peewee.CharField(160)
    state = peewee.CharField(10, default="asked")
    content_type = peewee.CharField(40, default="")
    body = peewee.BlobField(null=True)
    error = peewee.CharField(300, default="")
    asked_at = UTCDateTimeField()
    made_at = UTCDateTimeField(null=True)

    class Meta:
        indexes = ((("shop", "shipment"), True),)


_SHOWN = (
    Label.id, Label.shop, Label.shipment, Label.revision, Label.key, Label.state, Label.content_type, Label.error,
    Label.asked_at, Label.made_at,
)  # fmt: skip


def begin_label(shop: int, shipment: int, revision: int, key: str, now: datetime) -> None:
    """Keeps that a label was asked for, in place of the one before."""
    news = {
        "revision": revision, "key": key, "state": "asked", "content_type": "", "body": None, "error": "",
        "asked_at": now, "made_at": None,
    }  # fmt: skip
    insert = Label.insert({"shop": shop, "shipment": shipment, **news})
    insert.on_conflict(conflict_target=(Label.shop, Label.shipment), update=news).execute()


def keep_label(shop: int, shipment: int, key: str, content_type: str, body: bytes, now: datetime) -> bool:
    """Keeps what the carrier gave; False when another was asked for meanwhile, and then nothing is changed."""
    news = {"state": "ready", "content_type": content_type, "body": body, "error": "", "made_at": now}
    return _settle(shop, shipment, key, news)


def note_label(shop: int, shipment: int, key: str, error: str, *, failed: bool) -> bool:
    """Keeps why there is no label (yet); with `failed` nobody goes on asking."""
    return _settle(shop, shipment, key, {"error": error[:300]} | ({"state": "failed"} if failed else {}))


def load_labels(shop: int, shipments: list[int]) -> dict[int, Label]:
    """The labels of these shipments by their ids, without the bytes."""
    if not shipments:
        return {}
    where = (Label.shop == shop) & Label.shipment.in_(shipments)
    return {row.shipment_id: row for row in Label.select(*_SHOWN).where(where)}


def read_label(shop: int, shipment: int) -> Label | None:
    """The label of a shipment with its bytes, whatever its state."""
    return Label.get_or_none((Label.shop == shop) & (Label.shipment == shipment))


def purge_labels(shop: int, before: datetime, limit: int = 500) -> int:
    """Deletes up to `limit` labels asked for before an instant: they name a customer. How many went."""
    old = Label.select(Label.id).where((Label.shop == shop) & (Label.asked_at < before)).limit(limit)
    with transaction():
        return int(Label.delete().where(Label.id.in_(old)).execute())


def _settle(shop: int, shipment: int, key: str, news: Mapping[str, object]) -> bool:
    mine = (Label.shop == shop) & (Label.shipment == shipment) & (Label.key == key) & (Label.state == "asked")
    with transaction():
        return int(Label.update(dict(news)).where(mine).execute()) == 1
