"""Mails to a shop's own support: that somebody waits for an answer. What was said stands in the desk, not in them."""

from collections.abc import Mapping
from typing import Any

from tracker.i18n import choose, gettext, speak
from tracker.sdk import Message, plain
from tracker.store.concerns import Concern, find_by_id
from tracker.store.orders import find_order
from tracker.store.shops import Shop, find_shop

from . import channels
from .portal import Portal

TOPIC = "concern-mail"


def owe(portal: Portal, shop: int, concern: Concern) -> None:
    """Owes the shop's support a mail about a concern that is open. Call it in the transaction that opened it."""
    row = find_shop(shop)
    if row is not None and row.support_email:
        key = f"{TOPIC}:{concern.id}:{portal.now().timestamp():.3f}"
        portal.owe(TOPIC, key, {"shop": shop, "concern": concern.id})


def send(portal: Portal, payload: Mapping[str, Any], key: str) -> None:
    """Sends what `owe` owes, unless somebody has answered by now. Raises `PluginError` where another try may help."""
    shop = find_shop(int(payload["shop"]))
    concern = find_by_id(int(payload["shop"]), int(payload["concern"]))
    if shop is None or concern is None or concern.state != "open" or not shop.support_email:
        return
    channels.deliver(portal, shop.id, "email", _compose(portal, shop, concern, key))


def _compose(portal: Portal, shop: Shop, concern: Concern, key: str) -> Message:
    order = find_order(shop.id, concern.order_id)
    with speak(choose(otherwise=shop.locale)) as locale:
        names = {"number": concern.number, "order": plain(order.number if order else "", 64)}
        subject = plain(gettext("Concern %(number)s: order %(order)s") % names, 200)
        address = f"{portal.config.url}/desk/{shop.slug}/concerns/{concern.number}"
        told = gettext("A customer reports that something is wrong and waits for your answer:")
        return Message(
            key=key, recipient=shop.support_email, subject=subject, text=f"{told}\n\n{address}\n",
            sender=channels.sender_of(portal, shop), locale=locale,
        )  # fmt: skip
