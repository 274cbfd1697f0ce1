"""Recommending: what a recommender offers beside an order, and when it looks for more."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tracker.host.errors import SettingsMissing
from tracker.sdk import Milestone, Offer, Recommender, Viewer
from tracker.store.database import transaction, writing
from tracker.store.outbox import key_of
from tracker.store.shops import load_shops, load_slots, touch_slots

from . import plugins
from .portal import Portal

TOPIC = "recommend"
LOOK = timedelta(minutes=5)
"""How often it is asked whose turn it is."""
MOST = 6


def find_offers(
    portal: Portal, shop: int, recommender: str, view: Mapping[str, Any], milestone: Milestone, locale: str
) -> tuple[Offer, ...]:
    """What a recommender offers beside an order; none where it is not there, is switched off, or breaks."""
    if recommender not in portal.registry.recommenders:
        return ()
    provider = portal.registry.recommenders[recommender]
    if not plugins.is_enabled(portal, shop, provider.plugin):
        return ()
    skus = [str(line.get("sku") or "") for line in view.get("lines") or ()]
    viewer = Viewer(locale, milestone, tuple(sku for sku in dict.fromkeys(skus) if sku))
    try:
        ctx = portal.contexts.make(shop, provider.plugin, locale=locale)
    except SettingsMissing:
        return ()
    return portal.calls.offers(provider, shop, viewer, MOST, ctx)


def refresh_due(portal: Portal) -> int:
    """Owes a refresh for every recommender in a slot whose turn it is; tells how many."""
    if portal.ports.rates.take(0, "recommenders", 1, LOOK, portal.now()):
        return 0
    count = 0
    for shop in load_shops():
        wanted = {slot.recommender for slot in load_slots(shop.id) if slot.recommender and slot.shown}
        count += sum(ask(portal, shop.id, one) for one in sorted(wanted))
    return count


def ask(portal: Portal, shop: int, recommender: str, *, now: bool = False) -> bool:
    """Owes one refresh where it is time for it, or `now`; tells whether it did."""
    if recommender not in portal.registry.recommenders:
        return False
    found: Recommender = portal.registry.recommenders[recommender].object
    with transaction():
        wait = portal.ports.rates.take(shop, f"{TOPIC}:{recommender}", 1, found.every, portal.now())
        if wait and not now:
            return False
        payload = {"shop": shop, "recommender": recommender}
        return portal.owe(TOPIC, key_of(f"{TOPIC}:{recommender}", shop, portal.now()), payload)


def run(portal: Portal, payload: Mapping[str, Any], _key: str) -> None:
    """Lets a recommender look for offers, in the worker. Raises `PluginError` where another try may help."""
    shop, recommender = int(payload["shop"]), str(payload["recommender"])
    if recommender not in portal.registry.recommenders:
        return
    provider = portal.registry.recommenders[recommender]
    if not plugins.is_enabled(portal, shop, provider.plugin):
        return
    try:
        ctx = portal.contexts.make(shop, provider.plugin, worker=True)
    except SettingsMissing:
        return
    portal.calls.refresh(provider, shop, ctx)
    # Pages are kept as long as nothing on them is noted to have changed.
    with writing(shop):
        touch_slots(shop, recommender, portal.now())
