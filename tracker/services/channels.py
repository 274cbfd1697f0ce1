"""Channels in a shop: which of them reach a customer, and how a message is handed to one."""

from tracker.domain.phones import read_phone
from tracker.domain.preferences import USUAL
from tracker.host.registry import Provider
from tracker.sdk import BadRequest, Channel, Message, Receipt, Upstream
from tracker.store.orders import Order
from tracker.store.shops import Shop

from . import plugins
from .portal import Portal


def find_addresses(portal: Portal, shop: int, order: Order) -> dict[str, str]:
    """The channels that reach an order's customer, each with the address it writes to; e-mail first.

    Those are the ones at work in the shop whose address the order names beyond doubt.
    """
    known = {"email": order.email, "phone": read_phone(order.phone, order.country)}
    found = {
        one.id: known.get(one.object.address, "")
        for one in portal.registry.channels.values()
        if one.id == USUAL or plugins.is_enabled(portal, shop, one.plugin)
    }
    return {name: found[name] for name in sorted(found, key=lambda name: (name != USUAL, name)) if found[name]}


def is_brief(portal: Portal, channel: str) -> bool:
    """Whether a channel carries a few words and no letter."""
    provider = portal.registry.channels.get(channel)
    return provider is not None and provider.object.address == "phone"


def deliver(portal: Portal, shop: int, channel: str, message: Message) -> Receipt:
    """What became of a message: accepted, or refused for good. Raises `PluginError` where another try may help."""
    provider = portal.registry.channels.get(channel)
    if provider is None:
        raise Upstream(f"no plugin brings the channel {channel}")
    if plugins.is_refused(portal, shop, provider.plugin):
        return Receipt(False, "this channel is switched off in the shop", permanent=True)
    try:
        receipt = _hand_over(portal, provider, shop, message)
    except BadRequest as error:
        return Receipt(False, str(error), permanent=True)
    if not receipt.accepted and not receipt.permanent:
        raise Upstream(receipt.reply or "the channel did not take the message")
    return receipt


def sender_of(portal: Portal, shop: Shop) -> str:
    """From whom a shop's mails come: its own sender address, else the portal's, under the shop's name."""
    given = shop.sender or portal.config.mail_from
    if shop.sender and "<" in shop.sender:
        return shop.sender
    address = given.rpartition("<")[2].rstrip("> ") if "<" in given else given
    name = "".join(c for c in shop.name if c not in '<>"\\,;:@' and c.isprintable()).strip()
    return f"{name} <{address}>" if name else address


def _hand_over(portal: Portal, provider: Provider[Channel], shop: int, message: Message) -> Receipt:
    ctx = portal.contexts.make(shop, provider.plugin, worker=True, locale=message.locale)
    if ctx.mail is None and provider.id == USUAL:
        raise Upstream("no mail server is configured: set TRACKER_MAIL_HOST and TRACKER_MAIL_FROM")
    return portal.calls.send(provider, shop, message, ctx)
