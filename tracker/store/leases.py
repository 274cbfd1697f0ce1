"""Work that is claimed with a lease: what a dead worker held comes back by itself."""

import peewee

from .base import Row
from .fields import UTCDateTimeField


class Leased(Row):
    """Columns of a table that is also a queue. `state` is `waiting`, `done` or `dead`."""

    state = peewee.CharField(10, default="waiting")
    due = UTCDateTimeField()
    lease = peewee.CharField(32, default="")
    attempts = peewee.IntegerField(default=0)
    error = peewee.CharField(500, default="")
    created_at = UTCDateTimeField()
    done_at = UTCDateTimeField(null=True)
