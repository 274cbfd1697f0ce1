"""Updates on their way out: sent as their customer wishes, when they leave."""

from collections.abc import Mapping
from typing import Any

from tracker.domain.preferences import ANSWER, USUAL, choose_channel, end_of_quiet, refuse
from tracker.i18n import gettext, mark, speak
from tracker.sdk import Message, plain
from tracker.store import outbox
from tracker.store.orders import Order, find_order
from tracker.store.shops import Shop, find_shop

from . import channels, letters, links, preferences, suppressions, texts
from .errors import Later
from .portal import Portal

HEADLINES: Mapping[str, str] = {
    "instruction": mark("There is news about what you asked"),
    "concern": mark("The shop has answered your report"),
}
SUBJECTS: Mapping[str, str] = {
    "instruction": mark("%(shop)s: news about what you asked (order %(number)s)"),
    "concern": mark("%(shop)s: an answer to your report (order %(number)s)"),
}


def send(portal: Portal, payload: Mapping[str, Any], key: str) -> None:
    """Sends what `owe_update` owes. Raises `PluginError` where another try may help, and `Later` in quiet hours."""
    shop, order = find_shop(int(payload["shop"])), find_order(int(payload["shop"]), int(payload["order"]))
    if shop is None or order is None or order.deleted_at is not None or not order.email or outbox.is_overtaken(key):
        return
    wishes, now = preferences.find(shop.id, order.email), portal.now()
    if refuse(wishes, ANSWER, now) or suppressions.is_suppressed(portal, shop.id, order.email):
        return
    until = end_of_quiet(wishes, now, shop.zone)
    if until is not None:
        raise Later(until)
    addresses = channels.find_addresses(portal, shop.id, order)
    channel = choose_channel(wishes, ANSWER, addresses)
    locale = preferences.language_of(shop, order, wishes)
    for name in dict.fromkeys((channel, USUAL)):
        recipient, brief = addresses.get(name, order.email), channels.is_brief(portal, name)
        message = _compose(portal, shop, order, payload, key, recipient, locale, brief=brief)
        if channels.deliver(portal, shop.id, name, message).accepted:
            return


def _compose(
    portal: Portal, shop: Shop, order: Order, payload: Mapping[str, Any], key: str, recipient: str, locale: str,
    *, brief: bool,
) -> Message:  # fmt: skip
    kind = str(payload["kind"])
    page = links.address(portal, links.issue(portal, shop.id, order, order.email))
    address = f"{page}/concerns/{payload['ref']}" if kind == "concern" else page
    with speak(locale):
        names = {"shop": plain(shop.name, 60), "number": plain(order.number, 64)}
        subject = plain(gettext(SUBJECTS[kind]) % names, 200)
        if brief:
            return Message(key, recipient, subject, letters.shorten(subject, address), locale=locale)
        values = {
            **letters.frame(portal, shop, order.number, page), "address": address, "subject": subject,
            "headline": gettext(HEADLINES[kind]),
        }  # fmt: skip
        html, text = (texts.render(f"notices/update.{part}", values) for part in ("html", "txt"))
        return Message(
            key=key, recipient=recipient, subject=subject, text=letters.tidy(text), html=html,
            sender=channels.sender_of(portal, shop), reply_to=shop.support_email, locale=locale,
        )  # fmt: skip
