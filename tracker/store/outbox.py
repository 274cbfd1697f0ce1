"""What is to leave: rows written in the transaction that decided so, claimed and sent by the worker."""

import peewee

from .leases import Leased


class Outbox(Leased):
    """One thing to do outside. `key` is unique for good, and is passed on as idempotency key."""

    topic = peewee.CharField(40)
    key = peewee.CharField(160, unique=True)
    payload = peewee.JSONField(default=dict)

    class Meta:
        indexes = ((("state", "due"), False),)
