"""What is to leave: rows written in the transaction that decided so, claimed and sent by the worker."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import peewee

from .database import transaction
from .leases import Leased


class Outbox(Leased):
    """One thing to do outside. `key` is unique for good, and is passed on as idempotency key."""

    topic = peewee.CharField(40)
    key = peewee.CharField(160, unique=True)
    payload = peewee.JSONField(default=dict)

    class Meta:
        indexes = ((("state", "due"), False),)


def key_of(topic: str, row: int, created_at: datetime) -> str:
    """The key of what is owed for the sake of a row. An id alone is none: SQLite gives a deleted row's to the next."""
    return f"{topic}:{row}:{created_at.timestamp():.3f}"


def put(topic: str, key: str, payload: Mapping[str, Any], due: datetime) -> bool:
    """Adds one thing to do at `due`, in the transaction that decided so; False when the key was ever used before.

    `payload` holds ids and small JSON values. Raises `ValueError` for a key that is too long to be told from others.
    """
    if not 0 < len(key) <= Outbox.key.max_length:
        raise ValueError(f"an outbox key has 1 to {Outbox.key.max_length} characters: {key[:40]!r}...")
    row = {"topic": topic, "key": key, "payload": dict(payload), "due": due, "created_at": due}
    with transaction():
        query = Outbox.insert(row).on_conflict(action="NOTHING", conflict_target=(Outbox.key,))
        return len(list(query.returning(Outbox.id).execute())) == 1


def find(key: str) -> Outbox | None:
    """The row of a key."""
    row: Outbox | None = Outbox.get_or_none(Outbox.key == key)
    return row


def forget_payloads(before: datetime, limit: int = 500) -> int:
    """Empties up to `limit` payloads of rows settled before an instant. The keys stay: they are unique for good.

    What was given up is let go with its payload: nobody could do it any more.
    """
    old = Outbox.state.in_(["done", "dead"]) & (Outbox.done_at < before) & (Outbox.payload != {})
    with transaction():
        ids = Outbox.select(Outbox.id).where(old).order_by(Outbox.id).limit(limit)
        return int(Outbox.update(payload={}, state="done").where(Outbox.id.in_(ids)).execute())


def dead_rows(limit: int = 100) -> list[Outbox]:
    """What was given up, newest first."""
    return list(Outbox.select().where(Outbox.state == "dead").order_by(Outbox.id.desc()).limit(limit))


def is_overtaken(key: str) -> bool:
    """Whether a younger row of the same thing (`topic:id:` before the last part of its key) still waits."""
    row = find(key)
    if row is None:
        return False
    stem = key.rpartition(":")[0] + ":"
    younger = (Outbox.state == "waiting") & (Outbox.topic == row.topic) & (Outbox.id > row.id)
    return bool(Outbox.select(Outbox.id).where(younger & Outbox.key.startswith(stem)).exists())


def load_claimed(topic: str) -> list[Outbox]:
    """What of a topic somebody is doing just now, or was when they were killed."""
    held = (Outbox.state == "waiting") & (Outbox.lease != "") & (Outbox.topic == topic)
    return list(Outbox.select().where(held))
