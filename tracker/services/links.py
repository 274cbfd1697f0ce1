"""Tracking links: printed for one recipient, opened by whoever holds them, ended when they are no longer wanted."""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from tracker.domain.tiers import Sight, Tier, see
from tracker.store import links as rows
from tracker.store.database import transaction
from tracker.store.links import LOOK, Target
from tracker.store.orders import Order

from . import passes
from .portal import Portal

PURPOSE = "links"
BYTES = 24
AFTER_DELIVERY = timedelta(days=90)
LONGEST = timedelta(days=400)
"""A link to an order that nobody ever calls delivered ends, too."""
MOST_MISSES, MISS_WINDOW = 30, timedelta(minutes=10)
_LOOK_NAMES = tuple(field.name for field in LOOK)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")

_waiting: dict[str, datetime] = {}
"""Until when which addresses are known to wait: a memo of rows, kept by this process."""


@dataclass(frozen=True, slots=True)
class Look:
    """The shop as its customers' pages show it. `theme` holds checked tokens, `logo` the digest of an asset."""

    id: int
    slug: str
    name: str
    locale: str
    zone: str
    home_url: str
    support_email: str
    support_phone: str
    support_url: str
    origins: tuple[str, ...]
    theme: dict[str, str]
    logo: str
    tiers: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Opened:
    """What a living link or pass leads to.

    `version` is equal exactly while nothing that its page shows has changed. `language` is what the order's customer
    asked for; empty for nothing, and for whoever came by a link that was passed on. `sent` is whether it is a link that
    we have sent to the order's e-mail address: whoever has it reads that address's mail. A pass does not show that:
    people can order under any address.
    """

    shop: Look
    order: int
    tier: str
    version: tuple[object, ...]
    language: str = ""
    sent: bool = False

    @property
    def sight(self) -> Sight:
        """What its holder may see and do."""
        return see(self.tier, self.shop.tiers)


def issue(portal: Portal, shop: int, order: Order, recipient: str, tier: str = "mail") -> str:
    """The token of a recipient's link to an order: the same one again while it lives, else a new one."""
    with transaction():
        if known := find(portal, shop, order, recipient, tier):
            return known
        key = next(iter(portal.config.purpose_keys(PURPOSE)))
        nonce = secrets.token_hex(16)
        token = _print(portal, key, nonce)
        assert token is not None
        rows.add_link(shop, order.id, recipient, tier, nonce, key, _digest(token), portal.now())
        return token


def find(portal: Portal, shop: int, order: Order, recipient: str, tier: str) -> str | None:
    """The token of a recipient's living link to an order, where there is one."""
    for link in rows.find_links(shop, order.id, recipient, tier):
        if _lives(portal.now(), link.created_at, link.expires_at, None, order.delivered_at):
            token = _print(portal, link.key, link.nonce)
            if token is not None:
                return token
    return None


def address(portal: Portal, token: str, lang: str = "") -> str:
    """The address to print into mails and to hand out; `lang` fixes the page's language."""
    return f"{portal.config.url}/t/{spell(token)}" + (f"?lang={lang}" if lang else "")


def spell(token: str) -> str:
    """A token as it stands in an address: a store's own ids may hold a `#`, at which a browser would cut it off."""
    return quote(token, safe="~:")


def follow(portal: Portal, token: str) -> Opened | None:
    """What a token (a link's, or a pass) leads to; `None` for every one that leads nowhere, whatever the reason."""
    if _TOKEN.fullmatch(token):
        return _follow_link(portal, token)
    wanted = passes.read(portal, token)
    if wanted is None:
        return None
    target = rows.open_order(wanted.shop, wanted.store, wanted.ref)
    return _open(target, wanted.tier) if target and target.deleted_at is None else None


def _follow_link(portal: Portal, token: str) -> Opened | None:
    link = rows.open_link(_digest(token))
    if link is None or link.target.deleted_at is not None:
        return None
    printed = _print(portal, link.key, link.nonce)
    # A row that somebody wrote into the database by hand opens nothing without the key.
    if printed is None or not hmac.compare_digest(printed, token):
        return None
    if not _lives(portal.now(), link.created_at, link.expires_at, link.revoked_at, link.target.delivered_at):
        return None
    return _open(link.target, link.tier, sent=link.tier != Tier.SHARED)


def _open(target: Target, tier: str, *, sent: bool = False) -> Opened:
    language = "" if tier == Tier.SHARED else target.language
    return Opened(_look(target), target.order, tier, _version(target, tier, language), language, sent)


def _version(target: Target, tier: str, language: str) -> tuple[object, ...]:
    return (target.order, target.version, tier, language, target.look, target.fillings)


def count_miss(portal: Portal, address: str) -> float:
    """Counts a token that led nowhere. Answers 0, or the seconds to wait where an address guessed too often.

    A token that leads somewhere is never counted or refused: nobody can be locked out of their own order by others
    behind the same address, and 192 bits need no lock.
    """
    name, now = name_of(portal, address), portal.now()
    known = _waiting.get(name)
    if known is not None and now < known:
        # A flood of guesses shall not become a flood of writes.
        return (known - now).total_seconds()
    wait = portal.ports.rates.take(0, f"miss:{name}", MOST_MISSES, MISS_WINDOW, now)
    if wait:
        if len(_waiting) >= 10_000:
            _waiting.clear()
        _waiting[name] = now + timedelta(seconds=wait)
    return wait


def name_of(portal: Portal, address: str) -> str:
    """A name for a network address that counts it without keeping it; a whole /64 counts as one."""
    network = ":".join(address.split(":")[:4]) if ":" in address else address
    secret = next(iter(portal.config.purpose_keys("rates").values()))
    return hmac.new(secret, network.encode(), hashlib.sha256).hexdigest()[:32]


def revoke(portal: Portal, shop: int, order: Order, recipient: str | None = None, tier: str | None = None) -> int:
    """Ends the links to an order: all of them, one recipient's, or those of one tier; tells how many there were."""
    with transaction():
        return rows.revoke_links(shop, order.id, portal.now(), recipient, tier)


def _look(target: Target) -> Look:
    fields = dict(zip(_LOOK_NAMES, target.look, strict=True))
    fields["origins"] = tuple(fields["origins"] or ())
    fields["tiers"] = fields["tiers"] or {}
    return Look(id=target.shop, **fields)


def _lives(
    now: datetime,
    created_at: datetime,
    expires_at: datetime | None,
    revoked_at: datetime | None,
    delivered_at: datetime | None,
) -> bool:
    if revoked_at is not None or (expires_at is not None and expires_at <= now):
        return False
    end = created_at + LONGEST
    if delivered_at is not None:
        end = min(end, max(delivered_at, created_at) + AFTER_DELIVERY)
    return now < end


def _print(portal: Portal, key: str, nonce: str) -> str | None:
    secret = portal.config.purpose_keys(PURPOSE).get(key)
    if secret is None:
        return None
    mac = hmac.digest(secret, nonce.encode(), "sha256")
    return base64.urlsafe_b64encode(mac[:BYTES]).decode()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
