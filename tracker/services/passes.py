"""Passes: a shop's signed word that whoever shows it may see an order.

A pass is `SHOP~ORDER~TIER~EXPIRY~MAC`: the shop's short name; the order's id in its store (`woocommerce:1001` names the
store too); `account` or `mail`; the second since 1970 at which it ends; and the HMAC-SHA256, in hexadecimal, of all
before it under the shop's embed key. The shop's own server makes it; nothing is kept of it here.
"""

import hmac
import json
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tracker.domain.tiers import Tier
from tracker.host.secrets import Unreadable
from tracker.store.database import writing
from tracker.store.shops import Shop, find_by_slug, find_shop, write_shop

from .portal import Portal

LONGEST = {Tier.ACCOUNT: timedelta(days=7), Tier.MAIL: timedelta(days=400)}
"""How far ahead a pass may end. One in a mail is opened for as long as people keep mails."""
OVERLAP = timedelta(days=7)
"""How long the key before the present one still counts."""
_ORDER = r"(?:[a-z0-9_-]{1,40}:)?[A-Za-z0-9_.#-]{1,64}"
_PASS = re.compile(rf"([a-z0-9-]{{1,40}})~({_ORDER})~(account|mail)~([0-9]{{10,11}})~([0-9a-f]{{64}})")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The order that a genuine pass names. `store` is empty where it names none."""

    shop: int
    store: str
    ref: str
    tier: str
    expires_at: datetime


def read(portal: Portal, token: str) -> Wanted | None:
    """What a pass names; `None` for one that is forged, has ended, ends too late, or is none."""
    found = _PASS.fullmatch(token) if len(token) <= 300 else None
    if found is None:
        return None
    slug, order, tier, expiry, mac = found.groups()
    expires_at = datetime.fromtimestamp(int(expiry), UTC)
    now = portal.now()
    shop = find_by_slug(slug)
    if shop is None or not now < expires_at <= now + LONGEST[Tier(tier)] + timedelta(hours=1):
        return None
    told = token.rpartition("~")[0].encode()
    if not any(hmac.compare_digest(_sign(key, told), mac) for key in _load_keys(portal, shop)):
        return None
    store, _, ref = order.rpartition(":")
    return Wanted(shop.id, store, ref, tier, expires_at)


def make(portal: Portal, shop: Shop, order: str, tier: str, expires_at: datetime) -> str:
    """A pass as the shop's own server would make it. Raises `LookupError` where the shop has no embed key yet."""
    keys = _load_keys(portal, shop)
    if not keys:
        raise LookupError("this shop has no embed key")
    told = f"{shop.slug}~{order}~{tier}~{int(expires_at.timestamp())}"
    return f"{told}~{_sign(keys[0], told.encode())}"


def show_key(portal: Portal, shop: Shop) -> str:
    """The key that the shop's server signs with, or an empty text where none was made."""
    return next(iter(_load_keys(portal, shop)), "")


def renew_key(portal: Portal, shop: int, *, at_once: bool = False) -> str:
    """A new embed key. The one before it counts for `OVERLAP` more, or `at_once` no longer."""
    with writing(shop):
        row = find_shop(shop)
        assert row is not None
        now = portal.now()
        before = [] if at_once else [one for one in _open_keys(portal, row) if _counts(one, now)][:1]
        fresh = {"key": secrets.token_urlsafe(32), "until": None}
        kept = [fresh, *({**one, "until": one["until"] or (now + OVERLAP).isoformat()} for one in before)]
        write_shop(shop, {"embed_keys": portal.box.seal(json.dumps(kept))})
        return str(fresh["key"])


def _sign(key: str, told: bytes) -> str:
    return hmac.new(key.encode(), told, "sha256").hexdigest()


def _load_keys(portal: Portal, shop: Shop) -> list[str]:
    now = portal.now()
    return [str(one["key"]) for one in _open_keys(portal, shop) if _counts(one, now)]


def _counts(one: dict[str, Any], now: datetime) -> bool:
    return one["until"] is None or datetime.fromisoformat(one["until"]) > now


def _open_keys(portal: Portal, shop: Shop) -> list[dict[str, Any]]:
    if not shop.embed_keys:
        return []
    try:
        keys: list[dict[str, Any]] = json.loads(portal.box.open(shop.embed_keys))
    except (Unreadable, ValueError):
        return []
    return keys
