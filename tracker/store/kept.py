"""Small things that every process must see: breakers, tokens, rates, plugins' memory."""

import peewee

from .base import Row
from .fields import UTCDateTimeField


class Breaker(Row):
    """Unexpected errors in a row of one provider in one shop, and until when it rests."""

    name = peewee.CharField(120, unique=True)
    failures = peewee.IntegerField(default=0)
    open_until = UTCDateTimeField(null=True)
    error = peewee.CharField(300, default="")


class Kept(Row):
    """A value under a name, until it expires. Tokens are kept sealed."""

    name = peewee.CharField(200, unique=True)
    value = peewee.TextField(default="")
    expires_at = UTCDateTimeField(null=True)
    lease = peewee.CharField(32, default="")
    lease_until = UTCDateTimeField(null=True)


class Rate(Row):
    """How often something happened in a window of time that began at `since`."""

    name = peewee.CharField(200, unique=True)
    since = UTCDateTimeField()
    count = peewee.IntegerField(default=0)
