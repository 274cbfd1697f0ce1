"""Look-ups: somebody without a link asks for it. The answer goes to the address on file, and nowhere else."""

import hashlib
import hmac
import logging
import re
import unicodedata
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tracker.i18n import choose, gettext, speak
from tracker.sdk import Message, Upstream, plain
from tracker.store import links as rows
from tracker.store.database import transaction
from tracker.store.links import Lookup
from tracker.store.orders import Order, find_by_number, find_order
from tracker.store.outbox import key_of
from tracker.store.shops import Shop, find_shop

from . import channels, letters, links, plugins, texts
from .portal import Portal

log = logging.getLogger(__name__)

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
PER_ADDRESS, PER_SHOP, PER_ORDER, PER_MAILBOX = 10, 600, 5, 5
TOPIC = "lookup-mail"


def check(number: str, proof: str) -> str | None:
    """What is wrong with what was typed (`number` or `proof`); says nothing about whether such an order exists."""
    if not 1 <= len(tidy_number(number)) <= 64:
        return "number"
    tidied = _tidy_proof(proof)
    looks_right = re.fullmatch(r"[^@\s]{1,64}@[^@\s]{1,189}", tidied) if "@" in tidied else 3 <= len(tidied) <= 20
    return None if looks_right else "proof"


def ask(portal: Portal, shop: int, number: str, proof: str, address: str) -> float:
    """Keeps a request for the worker. Answers 0, or the seconds to wait where too many came of late.

    It does the same work whether or not there is such an order, so that neither answer nor time tells.
    """
    now = portal.now()
    name = links.name_of(portal, address)
    for key, limit in ((f"lookup:{name}", PER_ADDRESS), ("lookup", PER_SHOP)):
        wait = portal.ports.rates.take(shop, key, limit, HOUR, now)
        if wait:
            return wait
    with transaction():
        rows.add_lookup(shop, tidy_number(number), _tidy_proof(proof)[:254], name, now)
        portal.queue.wake("lookups")
    return 0.0


def answer(portal: Portal, row: Lookup) -> bool:
    """Decides one request, in the worker: where number and proof belong together, the link's mail is owed."""
    shop, number = row.shop_id, row.number
    name = hashlib.sha256(number.casefold().encode()).hexdigest()[:32]
    # Every guess counts, a right one too: a lock that opened for the right proof would confirm it.
    if portal.ports.rates.take(shop, f"lookup-order:{name}", PER_ORDER, DAY, portal.now()):
        log.warning("an order's look-ups are locked for a day", extra={"shop": shop})
        return False
    found = next((order for order in find_by_number(shop, number) if order.email and _proves(order, row.proof)), None)
    if found is not None:
        portal.owe(TOPIC, key_of(TOPIC, row.id, row.created_at), {"shop": shop, "order": found.id})
    return found is not None


def owe_link(portal: Portal, order: Order) -> float:
    """Owes the mail with an order's link to whoever has opened the order already.

    Answers 0, or the seconds to wait where its address was sent too many, by whichever of its orders.
    """
    now = portal.now()
    key = f"link-mail:{links.name_of(portal, order.email)}"
    wait = portal.ports.rates.take(order.shop_id, key, PER_MAILBOX, DAY, now)
    if not wait:
        with transaction():
            portal.owe(TOPIC, key_of("link-mail", order.id, now), {"shop": order.shop_id, "order": order.id})
    return wait


def send(portal: Portal, payload: Mapping[str, Any], key: str) -> None:
    """Mails the link to the address on file. Raises `PluginError` where another try may help."""
    shop, order = find_shop(int(payload["shop"])), find_order(int(payload["shop"]), int(payload["order"]))
    if shop is None or order is None or order.deleted_at is not None or not order.email:
        return
    channel = portal.registry.channels["email"]
    if plugins.is_refused(portal, shop.id, channel.plugin):
        return
    ctx = portal.contexts.make(shop.id, channel.plugin, worker=True)
    if ctx.mail is None:
        raise Upstream("no mail server is configured: set TRACKER_MAIL_HOST and TRACKER_MAIL_FROM")
    receipt = portal.calls.send(channel, shop.id, _compose(portal, shop, order, key), ctx)
    if not receipt.accepted and not receipt.permanent:
        raise Upstream(receipt.reply or "the mail server did not take the mail")


def tidy_number(number: str) -> str:
    """An order number as customers write it: no blanks around it, no `#` before it."""
    return _plain(number).lstrip("#").strip()


def _compose(portal: Portal, shop: Shop, order: Order, key: str) -> Message:
    with speak(choose(order.locale, otherwise=shop.locale)) as locale:
        subject = plain(gettext("Your link to order %(number)s") % {"number": order.number}, 200)
        address = links.address(portal, links.issue(portal, shop.id, order, order.email))
        values = {**letters.frame(portal, shop, order.number, address), "subject": subject}
        return Message(
            key=key, recipient=order.email, subject=subject, text=texts.render("notices/find_link.txt", values),
            html=texts.render("notices/find_link.html", values), sender=channels.sender_of(portal, shop),
            reply_to=shop.support_email, locale=locale,
        )  # fmt: skip


def _proves(order: Order, proof: str) -> bool:
    """Whether the proof is the order's e-mail address or its whole postcode."""
    if "@" in proof:
        return hmac.compare_digest(proof.encode(), order.email.strip().casefold().encode())
    postcode = _tidy_proof(order.postcode)
    return len(postcode) >= 3 and hmac.compare_digest(proof.encode(), postcode.encode())


def _tidy_proof(proof: str) -> str:
    plain = _plain(proof).casefold()
    return plain if "@" in plain else re.sub(r"[^0-9a-z]", "", plain)


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", text[:1000])
    return " ".join("".join(c for c in text if unicodedata.category(c)[0] != "C" or c in "\t ").split())
