"""People who work in the desk, their roles in shops, and their sessions.

A person may work in several shops, so people and sessions belong to none; what they may do is asked shop by shop.
"""

from collections.abc import Iterable
from datetime import datetime

import peewee

from .base import Row
from .errors import Taken
from .fields import UTCDateTimeField
from .kept import Rate
from .shops import Shop


class Staff(Row):
    """A person. `password` is an argon2 hash."""

    email = peewee.CharField(254, unique=True)
    name = peewee.CharField(120, default="")
    password = peewee.CharField(200)
    locale = peewee.CharField(12, default="")
    created_at = UTCDateTimeField()
    disabled_at = UTCDateTimeField(null=True)


class Membership(Row):
    """What a person may do in a shop: `owner`, `staff` (orders and shipments) or `marketer` (look and slots)."""

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    shop_id: int
    staff = peewee.ForeignKeyField(Staff, on_delete="CASCADE")
    staff_id: int
    role = peewee.CharField(12)

    class Meta:
        indexes = ((("shop", "staff"), True),)


class Session(Row):
    """A sign-in that can be revoked. The cookie holds a secret, the table its digest."""

    staff = peewee.ForeignKeyField(Staff, on_delete="CASCADE")
    staff_id: int
    digest = peewee.CharField(64, unique=True)
    csrf = peewee.CharField(64)
    created_at = UTCDateTimeField()
    seen_at = UTCDateTimeField()
    expires_at = UTCDateTimeField()
    revoked_at = UTCDateTimeField(null=True)


def add_staff(email: str, name: str, password: str, now: datetime) -> Staff:
    """A new person; `password` is a hash already. Raises `Taken` for an address that somebody has."""
    try:
        return Staff.create(email=email, name=name, password=password, created_at=now)
    except peewee.IntegrityError:
        raise Taken("Somebody with this e-mail address is here already.") from None


def find_staff(email: str) -> Staff | None:
    """The person with this address, disabled ones too."""
    return Staff.get_or_none(Staff.email == email)


def set_password(staff: int, password: str) -> None:
    """Replaces a person's password hash."""
    Staff.update(password=password).where(Staff.id == staff).execute()


def grant_role(shop: int, staff: int, role: str) -> None:
    """Gives a person a role in a shop, in place of the one before."""
    row = {"shop": shop, "staff": staff, "role": role}
    target = (Membership.shop, Membership.staff)
    Membership.insert(row).on_conflict(conflict_target=target, update={Membership.role: role}).execute()


def find_membership(slug: str, staff: int) -> Membership | None:
    """A person's role in the shop of this slug, with the shop; `None` for a stranger."""
    query = Membership.select(Membership, Shop).join(Shop).where((Shop.slug == slug) & (Membership.staff == staff))
    row: Membership | None = query.first()
    return row


def load_names(ids: Iterable[int]) -> dict[int, str]:
    """What people are called, by id: their name, else their address."""
    wanted = list(ids)
    rows = Staff.select(Staff.id, Staff.name, Staff.email).where(Staff.id.in_(wanted)) if wanted else []
    return {row.id: row.name or row.email for row in rows}


def set_locale(staff: int, locale: str) -> None:
    """The language a person wants the desk in; empty for the browser's."""
    Staff.update(locale=locale).where(Staff.id == staff).execute()


def load_memberships(staff: int) -> list[Membership]:
    """A person's roles, each with its shop, by the shops' names."""
    query = Membership.select(Membership, Shop).join(Shop).where(Membership.staff == staff)
    return list(query.order_by(Shop.name, Shop.id))


def add_session(staff: int, digest: str, csrf: str, now: datetime, expires_at: datetime) -> Session:
    """A new sign-in of a person."""
    return Session.create(staff=staff, digest=digest, csrf=csrf, created_at=now, seen_at=now, expires_at=expires_at)


def find_session(digest: str) -> Session | None:
    """The sign-in whose secret has this digest, with its person; ended and revoked ones too."""
    row: Session | None = Session.select(Session, Staff).join(Staff).where(Session.digest == digest).first()
    return row


def load_sessions(staff: int, now: datetime, idle_since: datetime) -> list[Session]:
    """A person's sign-ins that still count, last seen first."""
    return list(Session.select().where(_live(staff, now, idle_since)).order_by(Session.seen_at.desc(), Session.id))


def touch_session(session: int, now: datetime) -> None:
    """Keeps when a sign-in was last used."""
    Session.update(seen_at=now).where(Session.id == session).execute()


def revoke_session(staff: int, session: int, now: datetime) -> bool:
    """Ends one sign-in of a person; False when there is no such living one."""
    where = (Session.staff == staff) & (Session.id == session) & Session.revoked_at.is_null()
    return int(Session.update(revoked_at=now).where(where).execute()) == 1


def revoke_sessions(staff: int, now: datetime) -> int:
    """Ends all sign-ins of a person; tells how many there were."""
    where = (Session.staff == staff) & Session.revoked_at.is_null()
    return int(Session.update(revoked_at=now).where(where).execute())


def give_back(name: str) -> None:
    """Takes one from a count of attempts: the one that was none."""
    Rate.update(count=Rate.count - 1).where((Rate.name == name) & (Rate.count > 0)).execute()


def purge_sessions(before: datetime) -> int:
    """Removes sign-ins that ended before an instant; tells how many."""
    return int(Session.delete().where((Session.expires_at < before) | (Session.revoked_at < before)).execute())


def _live(staff: int, now: datetime, idle_since: datetime) -> peewee.Expression:
    where: peewee.Expression = (
        (Session.staff == staff)
        & Session.revoked_at.is_null()
        & (Session.expires_at > now)
        & (Session.seen_at > idle_since)
    )
    return where
