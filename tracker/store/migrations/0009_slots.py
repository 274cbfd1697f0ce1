"""Four slots instead of one that was switched on for surfaces, and recommenders that fill them."""

from typing import Any

import peewee

from tracker.store.fields import UTCDateTimeField

PLACES = {"page": "below", "widget": "widget", "mail": "mail"}
"""Where the one offer goes, by the surface that it was on."""


class Slot(peewee.Model):
    shop_id = peewee.IntegerField()
    name = peewee.CharField(max_length=40)
    block = peewee.CharField(max_length=40)
    content = peewee.JSONField()
    surfaces = peewee.JSONField()
    changed_at = UTCDateTimeField()
    recommender = peewee.CharField(max_length=40)
    shown = peewee.BooleanField()

    class Meta:
        legacy_table_names = False


def up(migrator: Any, db: peewee.Database) -> None:
    migrator.migrate(
        migrator.add_column("slot", "recommender", peewee.CharField(max_length=40, default="")),
        migrator.add_column("slot", "shown", peewee.BooleanField(default=True)),
    )
    with db.bind_ctx([Slot], bind_refs=False, bind_backrefs=False):
        for offer in list(Slot.select().where(Slot.name == "offer")):
            _move(offer)
    migrator.migrate(migrator.drop_column("slot", "surfaces"))


def _move(offer: Slot) -> None:
    surfaces = [one for one in PLACES if one in (offer.surfaces or ())]
    # An offer that was off keeps what was written in it.
    for place in [PLACES[one] for one in surfaces] or ["below"]:
        row = {
            "shop_id": offer.shop_id, "name": place, "block": offer.block, "content": offer.content, "surfaces": [],
            "changed_at": offer.changed_at, "shown": bool(surfaces), "recommender": "",
        }  # fmt: skip
        Slot.insert(row).execute()
    offer.delete_instance()
