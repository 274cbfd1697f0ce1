"""Askers: who is asked about a carrier's parcels: the carrier itself where the shop can, else a vendor covering it."""

from collections.abc import Iterator

from tracker.host.registry import Provider
from tracker.sdk import Carrier

from . import plugins
from .portal import Portal


def find_asker(portal: Portal, shop: int, carrier: str) -> Provider[Carrier] | None:
    """Whom the worker asks about a carrier's parcels in a shop; `None` where nobody can be asked."""
    direct = portal.registry.carriers.get(carrier)
    if direct and direct.object.polls and plugins.is_enabled(portal, shop, direct.plugin):
        return direct
    return next((one for one in _vendors(portal, shop, carrier) if one.object.polls), None)


def find_subscriber(portal: Portal, shop: int, carrier: str) -> Provider[Carrier] | None:
    """Who can be asked to send news of a carrier's parcels by itself; `None` where nobody does."""
    direct = portal.registry.carriers.get(carrier)
    if direct and direct.object.subscribes and plugins.is_enabled(portal, shop, direct.plugin):
        return direct
    return next((one for one in _vendors(portal, shop, carrier) if one.object.subscribes), None)


def find_prover(portal: Portal, shop: int, carrier: str) -> Provider[Carrier] | None:
    """Who can be asked for proofs of a carrier's deliveries; `None` where nobody has any."""
    direct = portal.registry.carriers.get(carrier)
    if direct and direct.object.proves and plugins.is_enabled(portal, shop, direct.plugin):
        return direct
    return next((one for one in _vendors(portal, shop, carrier) if one.object.proves), None)


def _vendors(portal: Portal, shop: int, carrier: str) -> Iterator[Provider[Carrier]]:
    for one in portal.registry.carriers.values():
        if carrier in one.object.covers and plugins.is_enabled(portal, shop, one.plugin):
            yield one
