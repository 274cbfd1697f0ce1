"""Notices: one row a shipment, moment and recipient, however often and in whatever order events came."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import peewee

from .base import Row
from .fields import UTCDateTimeField
from .orders import Order
from .outbox import Outbox
from .shipments import Shipment
from .shops import Shop


class Notice(Row):
    """A message owed to a customer. `state` is `held`, `sending`, `sent`, `superseded` or `failed`.

    `recipient` is the customer's e-mail address, by which channel ever the notice leaves. `channel` is that channel, as
    soon as it has left. `epoch` is the shipment's revision at the time. Notices of one order that leave together carry
    the same `mail`.
    """

    shop = peewee.ForeignKeyField(Shop, on_delete="CASCADE")
    shop_id: int
    order = peewee.ForeignKeyField(Order, on_delete="CASCADE")
    order_id: int
    shipment = peewee.ForeignKeyField(Shipment, on_delete="CASCADE")
    shipment_id: int
    moment = peewee.CharField(24)
    epoch = peewee.IntegerField(default=0)
    channel = peewee.CharField(40)
    recipient = peewee.CharField(254)
    state = peewee.CharField(12, default="held")
    why = peewee.CharField(60, default="")
    mail = peewee.CharField(160, default="")
    subject = peewee.CharField(300, default="")
    reply = peewee.CharField(300, default="")
    created_at = UTCDateTimeField()
    sent_at = UTCDateTimeField(null=True)

    class Meta:
        indexes = (
            (("shipment", "epoch", "moment", "recipient"), True),
            (("shop", "order"), False),
        )


UNSENT = ("held", "superseded")


def sync_notices(
    shop: int, shipment: Shipment, channel: str, recipient: str, owed: Mapping[str, str], now: datetime, silent: bool
) -> list[int]:
    """Makes the rows of a shipment and recipient exactly those in `owed` (moment to a reason not to send, or "").

    `channel` is the usual one: what the customer wishes is asked when a notice leaves, and a notice leaves once.
    Rows that were sent stay what they are; with `silent` no new one is sent. Answers the ids of new rows that are.
    """
    where = (
        (Notice.shop == shop)
        & (Notice.shipment == shipment.id)
        & (Notice.epoch == shipment.revision)
        & (Notice.recipient == recipient)
    )
    have = {row.moment: row for row in Notice.select().where(where)}
    gone = [row.id for moment, row in have.items() if moment not in owed and row.state in UNSENT]
    if gone:
        Notice.delete().where(Notice.id.in_(gone)).execute()
    fresh = []
    for moment, why in owed.items():
        row = have.get(moment)
        if row is None:
            back = "silent" if silent else why
            state = "superseded" if back else "held"
            row = Notice.create(
                shop=shop, order=shipment.order_id, shipment=shipment.id, moment=moment, epoch=shipment.revision,
                channel=channel, recipient=recipient, state=state, why=back, created_at=now,
            )  # fmt: skip
            if not back:
                fresh.append(row.id)
        elif row.state == "held" and why:
            Notice.update(state="superseded", why=why).where((Notice.id == row.id) & (Notice.state == "held")).execute()
    return fresh


def find_notice(shop: int, notice: int) -> Notice | None:
    """The notice with this id, if it is this shop's."""
    return Notice.get_or_none((Notice.shop == shop) & (Notice.id == notice))


def claim_mail(shop: int, notice: int, mail: str) -> list[Notice]:
    """Binds all free notices of the same order and recipient to one mail; all that are bound to it.

    Free are those that are held, and those of a mail that was given up. Empty when the notice was sent, superseded, or
    is bound to another mail.
    """
    row = find_notice(shop, notice)
    if row is None:
        return []
    same = (Notice.shop == shop) & (Notice.order == row.order_id) & (Notice.recipient == row.recipient)
    given_up = Outbox.select(Outbox.key).where(Outbox.state == "dead")
    free = same & ((Notice.state == "held") | ((Notice.state == "sending") & Notice.mail.in_(given_up)))
    if Notice.select(Notice.id).where(free & (Notice.id == row.id)).exists():
        Notice.update(state="sending", mail=mail).where(free).execute()
    return list(Notice.select().where(same & (Notice.mail == mail) & (Notice.state == "sending")).order_by(Notice.id))


def close_notices(shop: int, notices: Iterable[int], state: str, **fields: object) -> None:
    """Sets the last state of notices: `sent`, `superseded` or `failed`, with what is to be kept beside it."""
    where = (Notice.shop == shop) & Notice.id.in_(list(notices))
    Notice.update({"state": state, **fields}).where(where).execute()


def release_notices(shop: int, notices: Iterable[int]) -> None:
    """Lets go of notices that were bound to a mail and do not leave with it."""
    where = (Notice.shop == shop) & Notice.id.in_(list(notices)) & (Notice.state == "sending")
    Notice.update(state="held", mail="").where(where).execute()


def load_notices(shop: int, order: int) -> list[Notice]:
    """All notices of an order, oldest first."""
    where = (Notice.shop == shop) & (Notice.order == order)
    return list(Notice.select().where(where).order_by(Notice.id))
