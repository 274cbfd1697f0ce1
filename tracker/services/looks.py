"""Looks: the shop behind a public address, as far as strangers may see it."""

from tracker.store.shops import Shop, find_asset, find_by_slug

from .links import Look
from .portal import Portal

PICTURES = ("image/png", "image/jpeg", "image/webp")


def find_shop(portal: Portal, slug: str) -> Shop | None:  # noqa: ARG001 - every service takes the portal
    """The shop with this short name; whatever a stranger wrote into the address."""
    return find_by_slug(slug) if can_be(slug) else None


def find_look(portal: Portal, slug: str) -> Look | None:
    """The look of the shop with this short name."""
    shop = find_shop(portal, slug)
    return read_look(shop) if shop else None


def read_look(shop: Shop) -> Look:
    """A shop's look."""
    return Look(
        id=shop.id,
        slug=shop.slug,
        name=shop.name,
        locale=shop.locale,
        zone=shop.zone,
        home_url=shop.home_url,
        support_email=shop.support_email,
        support_phone=shop.support_phone,
        support_url=shop.support_url,
        origins=tuple(shop.origins or ()),
        theme=dict(shop.theme or {}),
        logo=shop.logo,
        tiers=dict(shop.tiers or {}),
    )


def load_asset(digest: str) -> tuple[str, bytes] | None:
    """A picture's type and bytes, by the digest of its content."""
    asset = find_asset(digest)
    if asset is None or asset.content_type not in PICTURES:
        return None
    return asset.content_type, bytes(asset.body)


def can_be(slug: str) -> bool:
    """Whether a text out of an address could be a shop's short name."""
    return slug.isascii() and slug.isprintable() and 0 < len(slug) <= 40
