"""Small things that every process must see: breakers, tokens, rates, plugins' memory."""

from datetime import datetime, timedelta
from hashlib import sha256

import peewee

from .base import Row
from .database import transaction
from .fields import UTCDateTimeField

_SKEW = timedelta(minutes=5)


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


def name_of(kind: str, shop: int, *parts: str, longest: int = 200) -> str:
    """The name of a row: readable where it fits, and never the same for two different things."""
    name = ":".join([kind, str(shop), *(part.replace("%", "%25").replace(":", "%3A") for part in parts)])
    name = name.replace("\0", "%00")
    if len(name) <= longest:
        return name
    digest = sha256(name.encode()).hexdigest()
    return name[: longest - len(digest) - 1] + "#" + digest


def read(name: str, now: datetime) -> str | None:
    """The value under a name, unless it expired."""
    fresh = Kept.expires_at.is_null() | (Kept.expires_at > now)
    row = Kept.select(Kept.value).where(Kept.name == name, Kept.value != "", fresh).first()
    return str(row.value) if row else None


def write(name: str, value: str, expires: datetime | None) -> None:
    """Keeps a value under a name, instead of the one before. An empty value counts as absent."""
    row = {"name": name, "value": value, "expires_at": expires}
    with transaction():
        query = Kept.insert(row).on_conflict(conflict_target=(Kept.name,), preserve=(Kept.value, Kept.expires_at))
        query.execute()


def forget(name: str) -> None:
    """Deletes what is under a name."""
    with transaction():
        Kept.delete().where(Kept.name == name).execute()


def forget_value(name: str, value: str) -> None:
    """Empties the value of a name, provided it is still this one."""
    with transaction():
        Kept.update(value="").where(Kept.name == name, Kept.value == value).execute()


def lock(name: str, lease: str, now: datetime, until: datetime) -> bool:
    """Whether the caller alone may make the value of a name, until an instant or `unlock`."""
    with transaction():
        row = {"name": name, "value": ""}
        Kept.insert(row).on_conflict(action="NOTHING", conflict_target=(Kept.name,)).execute()
        # A maker whose end lies far ahead locked before the clock was set back; a little is only the callers' clocks.
        free = (Kept.lease == "") | (Kept.lease_until <= now) | (Kept.lease_until > until + _SKEW)
        update = Kept.update(lease=lease, lease_until=until).where(Kept.name == name, free)
        return int(update.execute()) == 1


def unlock(name: str, lease: str) -> None:
    """Lets others make the value. Nothing happens when the lock was lost."""
    with transaction():
        Kept.update(lease="", lease_until=None).where(Kept.name == name, Kept.lease == lease).execute()


def purge_kept(now: datetime, before: datetime, limit: int = 500) -> int:
    """Deletes up to `limit` values that expired and as many rates that began before an instant; how many went."""
    unlocked = (Kept.lease == "") | (Kept.lease_until <= now)
    values = Kept.select(Kept.id).where(Kept.expires_at <= now, unlocked).limit(limit)
    rates = Rate.select(Rate.id).where(Rate.since < before).limit(limit)
    with transaction():
        gone = int(Kept.delete().where(Kept.id.in_(values)).execute())
        return gone + int(Rate.delete().where(Rate.id.in_(rates)).execute())
