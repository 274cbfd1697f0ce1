"""What came in, durable before it is answered."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256

import peewee

from .database import transaction
from .leases import Leased, purge
from .prepared import Prepared, param
from .shops import Shop

_LONGEST_ID = 100


class Inbox(Leased):
    """One delivery from a store or a carrier. `delivery` is the sender's id for it, or the digest of its body."""

    # The unique index below begins with it; a second one would only make the acknowledgement slower.
    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE", index=False)
    shop_id: int
    source = peewee.CharField(60)
    delivery = peewee.CharField(100)
    mode = peewee.CharField(10, default="push")
    content_type = peewee.CharField(100, default="application/json")
    headers = peewee.JSONField(default=dict)
    numbers = peewee.JSONField(default=list)
    silent = peewee.BooleanField(default=False)
    body = peewee.BlobField()
    carrier = peewee.CharField(40, default="")

    class Meta:
        indexes = (
            (("shop", "source", "delivery"), True),
            (("state", "due"), False),
        )


def _add() -> peewee.Query:
    names = (
        "source",
        "delivery",
        "mode",
        "content_type",
        "headers",
        "numbers",
        "silent",
        "body",
        "due",
        "created_at",
        "carrier",
    )
    fields: dict[str, peewee.Field] = Inbox._meta.fields
    row = {fields[name]: param(name, fields[name]) for name in ("shop", *names)}
    key = (Inbox.shop, Inbox.source, Inbox.delivery)
    return Inbox.insert(row).on_conflict(action="NOTHING", conflict_target=key).returning(Inbox.id)


_ADD = Prepared(_add)


def receive(
    shop: int,
    source: str,
    delivery: str,
    body: bytes,
    *,
    now: datetime,
    headers: Mapping[str, str] | None = None,
    content_type: str = "application/json",
    mode: str = "push",
    numbers: Sequence[str] = (),
    carrier: str = "",
    silent: bool = False,
    due: datetime | None = None,
) -> bool:
    """Keeps one delivery; False when it is here already, and then nothing is changed.

    `carrier` is who moves the parcel, where a vendor answers for another. `delivery` is the sender's id for it; without
    one (empty, or too long to be one) the digest of the body stands in.
    """
    row = {
        "shop": shop,
        "source": source,
        "delivery": delivery if 0 < len(delivery) <= _LONGEST_ID else f"sha256:{sha256(body).hexdigest()}",
        "mode": mode,
        "content_type": content_type[:100],
        "headers": dict(headers or {}),
        "numbers": list(numbers),
        "silent": silent,
        "body": body,
        "due": due or now,
        "created_at": now,
        "carrier": carrier,
    }
    with transaction():
        # What tells new from known must not be the row count of the driver: SQLite and PostgreSQL differ there.
        return len(_ADD.run(**row)) == 1


def forget_bodies(before: datetime, limit: int = 500) -> int:
    """Deletes up to `limit` rows that were done or given up before an instant: the retention of raw deliveries."""
    return purge(Inbox, before, limit, states=("done", "dead"))


def dead_rows(shop: int, limit: int = 100) -> list[Inbox]:
    """What of a shop was given up, newest first, without bodies."""
    columns = [field for field in Inbox._meta.sorted_fields if field is not Inbox.body]
    query = Inbox.select(*columns).where(Inbox.shop == shop, Inbox.state == "dead")
    return list(query.order_by(Inbox.id.desc()).limit(limit))
