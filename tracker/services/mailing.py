"""Mailing: notices on their way out, gathered into one mail an order and recipient, sent, and marked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracker import crash
from tracker.domain.notices import choose, judge
from tracker.domain.states import Moment, State
from tracker.i18n import choose as choose_locale
from tracker.sdk import Message, Receipt
from tracker.store.database import transaction, writing
from tracker.store.notices import Notice, claim_mail, close_notices
from tracker.store.orders import Order, find_order
from tracker.store.shipments import Shipment, load_shipments
from tracker.store.shops import find_shop

from . import channels, letters, links, recording
from .letters import Letter
from .portal import Portal

__all__ = ["preview", "send"]

preview = letters.preview


@dataclass(frozen=True, slots=True)
class _Mail:
    """What one mail is about: the notices it settles, and which moment it tells of each shipment."""

    order: Order
    channel: str
    recipient: str
    notices: Sequence[int]
    told: Mapping[int, Moment]


def send(portal: Portal, payload: Mapping[str, Any], key: str) -> None:
    """Sends the mail that a notice is owed, with everything else that is due to the same recipient of that order.

    A retry of the same key is the same mail, with the same Message-ID. Raises `PluginError` where another try may
    help; what is refused for good is kept as `failed` with the server's words.
    """
    shop = int(payload["shop"])
    with writing(shop):
        mail = _gather(portal, shop, int(payload["notice"]), key)
    if mail is None:
        return
    message, receipt = _deliver(portal, mail, key)
    crash.point("mail-sent")
    state = "sent" if receipt.accepted else "failed"
    fields = {"subject": message.subject[:300], "reply": receipt.reply[:300]}
    with transaction():
        if receipt.accepted:
            fields["sent_at"] = portal.now()  # type: ignore[assignment]
        close_notices(mail.order.shop_id, mail.notices, state, **fields)


def _gather(portal: Portal, shop: int, notice: int, key: str) -> _Mail | None:
    """Binds what is due to this key, and closes what is no news any more. `None` when nothing is left to tell."""
    rows = claim_mail(shop, notice, key)
    order = find_order(shop, rows[0].order_id) if rows else None
    if order is None:
        return None
    shipments = {one.id: one for one in load_shipments(shop, order.id)}
    now = portal.now()
    fresh: dict[int, list[Notice]] = {}
    for row in rows:
        why = _judge(portal, row, order, shipments.get(row.shipment_id), now)
        if why:
            close_notices(shop, [row.id], "superseded", why=why)
        else:
            fresh.setdefault(row.shipment_id, []).append(row)
    told: dict[int, Moment] = {}
    notices: list[int] = []
    for shipment, due in fresh.items():
        told[shipment] = choose(Moment(row.moment) for row in due)
        for row in due:
            if row.moment == told[shipment]:
                notices.append(row.id)
            else:
                close_notices(shop, [row.id], "superseded", why="overtaken")
    return _Mail(order, rows[0].channel, rows[0].recipient, notices, told) if told else None


def _judge(portal: Portal, row: Notice, order: Order, shipment: Shipment | None, now: datetime) -> str:
    """Why a notice must not leave by now, or an empty text."""
    if order.deleted_at is not None:
        return "deleted"
    if shipment is None or row.epoch != shipment.revision:
        return "corrected"
    if row.recipient != order.email:
        return "readdressed"
    state = _state(portal, shipment)
    return judge(Moment(row.moment), state, now) if state else "overtaken"


def _state(portal: Portal, shipment: Shipment) -> State | None:
    folded = recording.fold_number(portal, shipment.shop_id, shipment.carrier, shipment.number)
    return next((state for one, state in folded if one.id == shipment.id), None)


def _deliver(portal: Portal, mail: _Mail, key: str) -> tuple[Message, Receipt]:
    message = _compose(portal, mail, key)
    return message, channels.deliver(portal, mail.order.shop_id, mail.channel, message)


def _compose(portal: Portal, mail: _Mail, key: str) -> Message:
    order = mail.order
    shop = find_shop(order.shop_id)
    assert shop is not None
    token = links.issue(portal, shop.id, order, mail.recipient)
    locale = choose_locale(order.locale, otherwise=shop.locale)
    letter = Letter(shop, order.number, locale, links.address(portal, token), order.view, mail.told)
    subject, html, text = letters.render(portal, letter)
    return Message(
        key=key, recipient=mail.recipient, subject=subject, text=text, html=html,
        sender=channels.sender_of(portal, shop), reply_to=shop.support_email, locale=locale,
    )  # fmt: skip
