"""Push doors: the addresses at which carriers tell a shop their news by themselves."""

import hmac
from collections.abc import Iterator
from hashlib import sha256

from tracker.store.shops import Shop

from .portal import Portal

KEY = "key"
PURPOSE = "push"


def address_of(portal: Portal, shop: Shop, carrier: str) -> str:
    """The address for one carrier of one shop. Its key cannot be guessed: it proves a sender that signs nothing."""
    key = next(_keys(portal, shop.slug, carrier))
    return f"{portal.config.url}/hooks/{shop.slug}/carriers/{carrier}?{KEY}={key}"


def knows(portal: Portal, slug: str, carrier: str, key: str) -> bool:
    """Whether a key is that of the address, also of one made before the portal's keys were rotated."""
    given = key.encode("utf-8", "surrogatepass")
    return any(hmac.compare_digest(given, each.encode()) for each in _keys(portal, slug, carrier))


def _keys(portal: Portal, slug: str, carrier: str) -> Iterator[str]:
    text = f"{slug}/{carrier}".encode()
    return (hmac.digest(key, text, sha256).hex()[:32] for key in portal.config.purpose_keys(PURPOSE).values())
