"""Updates: messages that say that there is an answer to what a customer asked or reported."""

from collections.abc import Mapping
from typing import Any

from tracker.domain.preferences import ANSWER, USUAL, choose_channel, end_of_quiet, refuse
from tracker.i18n import gettext, mark, speak
from tracker.sdk import Message, plain
from tracker.store import outbox
from tracker.store.orders import Order, find_order
from tracker.store.shops import Shop, find_shop

from . import channels, letters, links, preferences, texts
from .portal import Portal

TOPIC = "update"
HEADLINES: Mapping[str, str] = {
    "instruction": mark("There is news about what you asked"),
    "concern": mark("The shop has answered your report"),
}
SUBJECTS: Mapping[str, str] = {
    "instruction": mark("%(shop)s: news about what you asked (order %(number)s)"),
    "concern": mark("%(shop)s: an answer to your report (order %(number)s)"),
}


def owe_update(portal: Portal, shop: int, order: Order, kind: str, ref: int) -> None:
    """Owes an order's customer one message about an `instruction` (`ref` is its id) or a `concern` (its number).

    Call it once for every change that its customer has to hear of, in the `writing(shop)` that made the change. What
    changes again before the message leaves is told once. Who is written to, how and whether is decided when it leaves.
    Raises `KeyError` for another kind.
    """
    assert HEADLINES[kind]
    now = portal.now()
    key = f"{TOPIC}:{shop}.{kind}.{ref}:{now.timestamp():.3f}"
    portal.owe(TOPIC, key, {"shop": shop, "order": order.id, "kind": kind, "ref": ref}, now + portal.notice_hold)


def send(portal: Portal, payload: Mapping[str, Any], key: str) -> None:
    """Sends what `owe_update` owes. Raises `PluginError` where another try may help."""
    shop, order = find_shop(int(payload["shop"])), find_order(int(payload["shop"]), int(payload["order"]))
    if shop is None or order is None or order.deleted_at is not None or not order.email or outbox.is_overtaken(key):
        return
    wishes, now = preferences.find(shop.id, order.email), portal.now()
    if refuse(wishes, ANSWER, now):
        return
    until = end_of_quiet(wishes, now, shop.zone)
    if until is not None:
        portal.owe(TOPIC, f"{key.rpartition(':')[0]}:{until.timestamp():.3f}", payload, until)
        return
    addresses = channels.find_addresses(portal, shop.id, order)
    channel = choose_channel(wishes, ANSWER, addresses)
    for name in dict.fromkeys((channel, USUAL)):
        message = _compose(portal, shop, order, payload, key, addresses.get(name, order.email), brief=name != USUAL)
        if channels.deliver(portal, shop.id, name, message).accepted:
            return


def _compose(
    portal: Portal, shop: Shop, order: Order, payload: Mapping[str, Any], key: str, recipient: str, *, brief: bool
) -> Message:
    kind = str(payload["kind"])
    page = links.address(portal, links.issue(portal, shop.id, order, order.email))
    address = f"{page}/concerns/{payload['ref']}" if kind == "concern" else page
    with speak(preferences.language_of(shop, order, preferences.find(shop.id, order.email))) as locale:
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
