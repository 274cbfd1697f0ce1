"""Mailing: notices on their way out, gathered into one message an order and recipient, sent, and marked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tracker import crash
from tracker.domain.moments import read_moment
from tracker.domain.notices import choose, judge
from tracker.domain.preferences import USUAL, Wishes, choose_channel, end_of_quiet, refuse
from tracker.sdk import Message, Receipt
from tracker.store.database import writing
from tracker.store.notices import Notice, claim_mail, close_notices, find_notice, release_notices
from tracker.store.orders import Order, find_order
from tracker.store.outbox import key_of
from tracker.store.shipments import Shipment, load_shipments
from tracker.store.shops import Shop, find_shop

from . import channels, evidence, letters, links, preferences, recording, suppressions
from .errors import Later
from .letters import Letter
from .portal import Portal

__all__ = ["preview", "send"]

preview = letters.preview


@dataclass(frozen=True, slots=True)
class _Mail:
    """What one message is about: the notices it settles, and the name of the moment it tells of each shipment."""

    shop: Shop
    order: Order
    wishes: Wishes
    addresses: Mapping[str, str]
    channel: str
    notices: Sequence[int]
    told: Mapping[int, str]


def send(portal: Portal, payload: Mapping[str, Any], key: str) -> None:
    """Sends the message that a notice is owed, with everything else that is due to the same recipient of that order.

    A retry of the same key is the same mail, with the same Message-ID. What a channel refuses for good goes by e-mail
    instead; what the mail server refuses, too, is kept as `failed` with its words. Raises `PluginError` where another
    try may help, and `Later` in the customer's quiet hours.
    """
    shop = int(payload["shop"])
    with writing(shop):
        mail = _gather(portal, shop, int(payload["notice"]), key)
    if mail is None:
        return
    message, receipt = _deliver(portal, mail, key)
    if not receipt.accepted and mail.channel != USUAL:
        mail = replace(mail, channel=USUAL)
        message, receipt = _deliver(portal, mail, key)
    crash.point("mail-sent")
    state = "sent" if receipt.accepted else "failed"
    fields = {"subject": message.subject[:300], "reply": receipt.reply[:300], "channel": mail.channel}
    with writing(shop):
        if receipt.accepted:
            fields["sent_at"] = portal.now()  # type: ignore[assignment]
            evidence.note_mail(portal, shop, mail.told, mail.channel, message.recipient)
        close_notices(shop, mail.notices, state, **fields)


def _gather(portal: Portal, shop_id: int, notice: int, key: str) -> _Mail | None:
    """Binds what is due to this key, and closes what is no news any more. `None` when nothing is left to tell."""
    row, shop, now = find_notice(shop_id, notice), find_shop(shop_id), portal.now()
    order = find_order(shop_id, row.order_id) if row and row.state in ("held", "sending") else None
    if row is None or shop is None or order is None:
        return None
    wishes = preferences.find(shop_id, row.recipient)
    until = end_of_quiet(wishes, now, shop.zone)
    if until is not None:
        raise Later(until)
    addresses = channels.find_addresses(portal, shop_id, order)
    fresh = _sift(portal, claim_mail(shop_id, notice, key), order, wishes, now)
    if not fresh:
        return None
    by = {one.id: choose_channel(wishes, read_moment(one.moment), addresses) for one in fresh}
    channel = by.get(notice, by[fresh[0].id])
    _leave_to_others(portal, shop_id, [one for one in fresh if by[one.id] != channel], now)
    told, settled = _choose(shop_id, [one for one in fresh if by[one.id] == channel])
    return _Mail(shop, order, wishes, addresses, channel, settled, told)


def _sift(portal: Portal, rows: Sequence[Notice], order: Order, wishes: Wishes, now: datetime) -> list[Notice]:
    """The notices that may leave; the others are closed, each with its reason."""
    shipments = {one.id: one for one in load_shipments(order.shop_id, order.id)}
    silenced = bool(rows) and suppressions.is_suppressed(portal, order.shop_id, rows[0].recipient)
    fresh = []
    for row in rows:
        why = "erased" if silenced else _judge(portal, row, order, shipments.get(row.shipment_id), now)
        why = why or refuse(wishes, read_moment(row.moment), now)
        if why:
            close_notices(order.shop_id, [row.id], "superseded", why=why)
        else:
            fresh.append(row)
    return fresh


def _leave_to_others(portal: Portal, shop: int, rows: Sequence[Notice], now: datetime) -> None:
    """What is to leave by another channel is owed anew: its own turn may be over."""
    release_notices(shop, [row.id for row in rows])
    for row in rows:
        portal.owe("notice", key_of("notice", row.id, now), {"shop": shop, "notice": row.id}, now)


def _choose(shop: int, rows: Sequence[Notice]) -> tuple[dict[int, str], list[int]]:
    """Which moment is told of each shipment, and the notices that this settles; the others are overtaken."""
    told = {one: choose(row.moment for row in rows if row.shipment_id == one) for one in {r.shipment_id for r in rows}}
    settled = [row.id for row in rows if row.moment == told[row.shipment_id]]
    passed = [row.id for row in rows if row.id not in settled]
    if passed:
        close_notices(shop, passed, "superseded", why="overtaken")
    return told, settled


def _judge(portal: Portal, row: Notice, order: Order, shipment: Shipment | None, now: datetime) -> str:
    """Why a notice must not leave by now, or an empty text."""
    if order.deleted_at is not None:
        return "deleted"
    if shipment is None or row.epoch != shipment.revision:
        return "corrected"
    if row.recipient != order.email:
        return "readdressed"
    folded = recording.fold_shipment(portal, shipment)
    return judge(row.moment, folded.state, now) if folded else "overtaken"


def _deliver(portal: Portal, mail: _Mail, key: str) -> tuple[Message, Receipt]:
    message = _compose(portal, mail, key)
    return message, channels.deliver(portal, mail.shop.id, mail.channel, message)


def _compose(portal: Portal, mail: _Mail, key: str) -> Message:
    shop, order = mail.shop, mail.order
    address = links.address(portal, links.issue(portal, shop.id, order, order.email))
    locale = preferences.language_of(shop, order, mail.wishes)
    letter = Letter(shop, order.number, locale, address, order.view, mail.told)
    recipient = mail.addresses.get(mail.channel, order.email)
    if channels.is_brief(portal, mail.channel):
        subject, text = letters.abridge(letter)
        return Message(key, recipient, subject, text, locale=locale)
    subject, html, text = letters.render(portal, letter)
    return Message(
        key=key, recipient=recipient, subject=subject, text=text, html=html, sender=channels.sender_of(portal, shop),
        reply_to=shop.support_email, locale=locale, unsubscribe=f"{address}/unsubscribe",
    )  # fmt: skip
