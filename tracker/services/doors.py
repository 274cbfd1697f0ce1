"""Doors: the addresses at which stores tell the portal their news, and what proves that it is them."""

from dataclasses import dataclass

from pydantic import SecretStr

from tracker.store.shops import Shop

from .portal import Portal
from .refusals import Refused

SECRET = "webhook_secret"  # noqa: S105
"""The setting in which a store plugin keeps what its webhooks are signed with."""


@dataclass(frozen=True, slots=True)
class Door:
    """One address; `secret` is empty where the shop has not set the store up."""

    store: str
    name: str
    plugin: str
    address: str
    secret: str


def list_doors(portal: Portal, shop: Shop) -> list[Door]:
    """The doors of a shop, one for each store that a plugin brings."""
    return [
        Door(
            store,
            provider.object.names.get("en", store),
            provider.plugin,
            f"{portal.config.url}/hooks/{shop.slug}/stores/{store}",
            _secret(portal, shop, provider.plugin),
        )
        for store, provider in portal.registry.stores.items()
    ]


def only_store(portal: Portal, shop: Shop) -> str:
    """The store that a shop has set up. Raises `Refused` where there is none, or more than one."""
    stores = portal.registry.stores
    mine = [store for store in stores if portal.ports.settings.load(shop.id, stores[store].plugin)]
    if len(mine) == 1:
        return mine[0]
    known = ", ".join(mine or stores)
    if mine:
        raise Refused(f"{shop.slug} has several stores: {known}. Name one with --store.", "store")
    raise Refused(
        f"{shop.slug} has no store set up. See `tracker settings NAME --shop {shop.slug}` for: {known}.", "store"
    )


def _secret(portal: Portal, shop: Shop, plugin: str) -> str:
    field = portal.registry.plugins[plugin].plugin.settings.model_fields.get(SECRET)
    kept = portal.ports.settings.load(shop.id, plugin).get(SECRET, "")
    return str(kept) if field is not None and field.annotation is SecretStr else ""
