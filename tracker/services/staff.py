"""People of the desk: who they are, how they sign in, and what they may do in which shop."""

import secrets
import threading
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from email_validator import EmailNotValidError, validate_email

from tracker.i18n import STAFF
from tracker.i18n import gettext as _
from tracker.store import kept
from tracker.store import staff as rows
from tracker.store.database import transaction
from tracker.store.errors import StoreError, Taken
from tracker.store.shops import Shop
from tracker.store.staff import Session, Staff

from .links import name_of
from .portal import Portal
from .refusals import Refused

__all__ = [
    "IDLE", "LIFE", "ROLES", "Me", "Refused", "Session", "Shop", "Staff", "TooMany", "Wrong", "create", "enter",
    "find", "grant", "resume", "role_in", "set_locale", "set_password", "shops_of", "sign_in", "sign_ins", "sign_out",
    "sign_out_everywhere",
]  # fmt: skip

ROLES = ("owner", "staff", "marketer")
LIFE = timedelta(days=7)
"""A sign-in ends after this time, however busy it is."""
IDLE = timedelta(hours=12)
"""A sign-in that nobody uses ends after this time."""
TOUCH = timedelta(minutes=5)
SHORTEST, LONGEST = 10, 200
WINDOW = timedelta(minutes=15)
PER_ACCOUNT, PER_ADDRESS = 10, 50

_hasher = PasswordHasher()
# A hash takes 64 MiB for its time; more than two at once would let strangers fill the memory.
_room = threading.BoundedSemaphore(2)
_PATIENCE = 10.0
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$JqpdAFNmaFcP3wSANO9Hhw$R9crNfq12W/jDWtmmKyqdfQTDpfPvoLoewRMFkVICjA"
"""What a stranger's password is compared with, so that an unknown address takes as long as a known one."""


class Wrong(Exception):
    """Unknown person, wrong password or a disabled one: nobody is told which."""


class TooMany(Exception):
    """Too many attempts, or too much to do at once. `seconds` is how long to wait."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Me:
    """Whoever is signed in, and the sign-in."""

    id: int
    email: str
    name: str
    locale: str
    session: int
    csrf: str

    @property
    def actor(self) -> str:
        """The name under which the audit record keeps what this person does."""
        return f"staff:{self.id}"


def create(portal: Portal, email: str, password: str, name: str = "") -> Staff:
    """A new person who may do nothing yet. Raises `Refused` for a bad address, a short password or a taken address."""
    email = _check_email(email)
    _check_password(password)
    hashed = _hash(password)
    try:
        with transaction():
            return rows.add_staff(email, name.strip()[:120], hashed, portal.now())
    except Taken:
        raise Refused(_("Somebody with this e-mail address is here already."), "email") from None


def find(email: str) -> Staff | None:
    """The person with this e-mail address, or `None`."""
    return rows.find_staff(_fold(email))


def role_in(shop: Shop, person: Staff) -> str:
    """What a person is in a shop, or an empty text for a stranger."""
    row = rows.find_membership(shop.slug, person.id)
    return row.role if row else ""


def grant(portal: Portal, shop: int, staff: int, role: str) -> None:  # noqa: ARG001 - every service takes the portal
    """Gives a person a role in a shop, in place of the one before. Raises `Refused` for a role that is none."""
    if role not in ROLES:
        raise Refused(_("There is no such role. Choose owner, staff or marketer."), "role")
    with transaction():
        rows.grant_role(shop, staff, role)


def set_password(portal: Portal, email: str, password: str) -> None:
    """Replaces a person's password and ends all their sign-ins. Raises `Refused`."""
    person = rows.find_staff(_fold(email))
    if person is None:
        raise Refused(_("Nobody has this e-mail address."), "email")
    _check_password(password)
    hashed = _hash(password)
    with transaction():
        rows.set_password(person.id, hashed)
        rows.revoke_sessions(person.id, portal.now())


def sign_in(portal: Portal, email: str, password: str, address: str, before: str = "") -> str:
    """The secret of a new sign-in; the sign-in whose secret is `before` ends. Raises `Wrong` or `TooMany`.

    `address` is where the attempt comes from. Attempts count per address and per account, known or not.
    """
    # PostgreSQL would not look for a text with this character, and nobody has an address with it.
    email = _fold(email).replace("\0", "?")[:254]
    counted = _count_attempt(portal, email, address)
    person = rows.find_staff(email)
    known = person is not None and person.disabled_at is None
    right = _verify(person.password if person and known else _NOBODY, password)
    if person is None or not known or not right:
        raise Wrong
    fresh = _hash(password) if _hasher.check_needs_rehash(person.password) else ""
    with transaction():
        if fresh:
            rows.set_password(person.id, fresh)
        for name in counted:
            rows.give_back(name)
        _end(portal, before)
        return _begin(portal, person.id)


def resume(portal: Portal, secret: str, *, touch: bool = True) -> Me | None:
    """Whoever signed in with this secret, unless that has ended. Without `touch` this counts as no use of it."""
    row = rows.find_session(_digest(secret)) if secret else None
    now = portal.now()
    if row is None or row.revoked_at or row.expires_at <= now or row.seen_at <= now - IDLE or row.staff.disabled_at:
        return None
    if touch and now - row.seen_at > TOUCH:
        _touch(row, portal)
    person = row.staff
    return Me(person.id, person.email, person.name or person.email, person.locale, row.id, row.csrf)


def enter(slug: str, me: Me) -> tuple[Shop, str] | None:
    """A shop by its name in addresses, and what a person may do in it; `None` for a stranger."""
    row = rows.find_membership(slug, me.id)
    return (row.shop, row.role) if row else None


def shops_of(me: Me) -> list[tuple[Shop, str]]:
    """The shops a person works in, each with their role."""
    return [(row.shop, row.role) for row in rows.load_memberships(me.id)]


def sign_ins(portal: Portal, me: Me) -> list[Session]:
    """A person's sign-ins that still count, last used first."""
    now = portal.now()
    return rows.load_sessions(me.id, now, now - IDLE)


def sign_out(portal: Portal, me: Me, session: int | None = None) -> bool:
    """Ends one of a person's sign-ins, the present one where none is named; False when it is not theirs."""
    with transaction():
        return rows.revoke_session(me.id, me.session if session is None else session, portal.now())


def sign_out_everywhere(portal: Portal, me: Me) -> int:
    """Ends all of a person's sign-ins; tells how many there were."""
    with transaction():
        return rows.revoke_sessions(me.id, portal.now())


def set_locale(portal: Portal, me: Me, locale: str) -> None:  # noqa: ARG001
    """The language a person wants the desk in; what is not spoken here means the browser's."""
    with transaction():
        rows.set_locale(me.id, locale if locale in STAFF else "")


def _begin(portal: Portal, staff: int) -> str:
    secret, now = secrets.token_urlsafe(32), portal.now()
    rows.add_session(staff, _digest(secret), secrets.token_urlsafe(32), now, now + LIFE)
    return secret


def _end(portal: Portal, secret: str) -> None:
    row = rows.find_session(_digest(secret)) if secret else None
    if row is not None:
        rows.revoke_session(row.staff_id, row.id, portal.now())


def _touch(row: Session, portal: Portal) -> None:
    try:
        with transaction():
            rows.touch_session(row.id, portal.now())
    except StoreError:
        # A database that takes no changes now is no reason to show nothing.
        return


def _count_attempt(portal: Portal, email: str, address: str) -> list[str]:
    """The names of the counts that this attempt went into. Raises `TooMany`."""
    # As everywhere: a whole /64 counts as one, and no address is kept.
    keys = (("address", name_of(portal, address), PER_ADDRESS), ("account", _digest(email), PER_ACCOUNT))
    names = []
    for kind, who, limit in keys:
        wait = portal.ports.rates.take(0, f"sign-in {kind} {who}", limit, WINDOW, portal.now())
        if wait:
            raise TooMany(wait)
        names.append(kept.name_of("rate", 0, f"sign-in {kind} {who}"))
    return names


def _verify(hashed: str, password: str) -> bool:
    _enter()
    try:
        return _hasher.verify(hashed, password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    finally:
        _room.release()


def _hash(password: str) -> str:
    _enter()
    try:
        return _hasher.hash(password)
    finally:
        _room.release()


def _enter() -> None:
    if not _room.acquire(timeout=_PATIENCE):
        raise TooMany(_PATIENCE)


def _check_email(email: str) -> str:
    try:
        # Only the form: whether mail reaches it is not a question to ask the network while somebody waits.
        checked = validate_email(email.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise Refused(_("This is not an e-mail address. Write one like name@example.com."), "email") from None
    return _fold(checked.normalized)


def _check_password(password: str) -> None:
    if not SHORTEST <= len(password) <= LONGEST:
        text = _("A password has %(shortest)d to %(longest)d characters.")
        raise Refused(text % {"shortest": SHORTEST, "longest": LONGEST}, "password")


def _fold(email: str) -> str:
    return email.strip().lower()


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
