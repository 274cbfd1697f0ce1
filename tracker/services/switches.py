"""Switches: plugins put to work in a shop and laid off, and what that means for parcels that are on their way."""

from datetime import datetime
from hashlib import sha256

from pydantic import ValidationError

from tracker.domain.polling import GIVE_UP, PACE
from tracker.i18n import gettext as _
from tracker.store import plugins as rows
from tracker.store.audit import append_audit
from tracker.store.database import writing
from tracker.store.outbox import key_of
from tracker.store.shops import Shop

from .askers import find_asker, find_subscriber
from .portal import Portal
from .refusals import Refused

LONGEST_CHAIN = 40
MOST = 1000
"""Parcels that are taken up again at once; the others are as soon as anything is recorded of them."""


def chain_of(plugin: str) -> str:
    """Under which name the audit record keeps what was done with a plugin in a shop."""
    chain = f"plugin:{plugin}"
    return chain if len(chain) <= LONGEST_CHAIN else f"{chain[:27]}:{sha256(plugin.encode()).hexdigest()[:12]}"


def enable(portal: Portal, shop: Shop, plugin: str, actor: str) -> None:
    """Puts a plugin to work in a shop. Raises `Refused` while its settings are not complete."""
    loaded = portal.registry.plugins.get(plugin)
    if loaded is None:
        raise Refused(_("There is no such plugin."), "plugin")
    try:
        loaded.plugin.settings.model_validate(portal.ports.settings.load(shop.id, plugin))
    except ValidationError:
        raise Refused(_("Fill in its settings first. Saving them switches it on."), "plugin") from None
    _switch(portal, shop, plugin, True, actor)


def disable(portal: Portal, shop: Shop, plugin: str, actor: str) -> None:
    """Lays a plugin off in a shop: it is not asked, not offered, and its doors are shut. Its settings stay.

    Raises `Refused`.
    """
    if plugin not in portal.registry.plugins:
        raise Refused(_("There is no such plugin."), "plugin")
    _switch(portal, shop, plugin, False, actor)


def resume(portal: Portal, shop: int, plugin: str) -> int:
    """Has the carriers of a plugin asked at once about parcels that nobody could be asked about, or that were refused.

    Call it in a transaction, once a plugin is at work or its settings are corrected. Tells how many parcels those are.
    """
    given = [one.object for one in portal.registry.carriers.values() if one.plugin == plugin]
    known = dict.fromkeys(name for one in given for name in (one.id, *one.covers))
    mine = [name for name in known if _is(find_asker(portal, shop, name), plugin)]
    now = portal.now()
    milestones = [str(milestone) for milestone in PACE]
    count = rows.wake_shipments(shop, mine, milestones, now, now - GIVE_UP, MOST)
    if count:
        portal.queue.wake("polls")
    told = [name for name in known if _is(find_subscriber(portal, shop, name), plugin)]
    for shipment in rows.load_unsubscribed(shop, told, milestones, now - GIVE_UP, MOST):
        _owe(portal, "subscribe", shipment.id, now, {"shop": shop, "shipment": shipment.id})
    return count


def _switch(portal: Portal, shop: Shop, plugin: str, on: bool, actor: str) -> None:
    with writing(shop.id):
        if rows.find_switch(shop.id, plugin) is on:
            return
        now = portal.now()
        rows.write_switch(shop.id, plugin, on, now)
        append_audit(shop.id, chain_of(plugin), now, actor, "enabled" if on else "disabled", {})
        if on:
            resume(portal, shop.id, plugin)
        else:
            _end_subscriptions(portal, shop.id, plugin, now)


def _end_subscriptions(portal: Portal, shop: int, plugin: str, now: datetime) -> None:
    """A carrier that goes on sending to a door that is shut would count it as broken."""
    carriers = [one.id for one in portal.registry.carriers.values() if one.plugin == plugin]
    for row in rows.load_subscribed(shop, carriers):
        _owe(portal, "unsubscribe", row.id, now, {"shop": shop, "row": row.id})


def _owe(portal: Portal, topic: str, row: int, now: datetime, payload: dict[str, int]) -> None:
    portal.owe(topic, key_of(topic, row, now), payload)


def _is(provider: object, plugin: str) -> bool:
    return getattr(provider, "plugin", None) == plugin
