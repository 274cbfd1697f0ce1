"""Whether a request at the door was sent by the shop."""

import re
from base64 import b64encode
from hashlib import sha256
from hmac import compare_digest, digest

from tracker.sdk import InboundRequest, Verdict

TOPICS = frozenset({"order.created", "order.updated", "order.restored", "order.deleted"})
_PING = re.compile(rb"webhook_id=[0-9]{1,20}")


def judge(request: InboundRequest, secret: str) -> Verdict:
    """The verdict on a webhook. Never raises, whatever the headers hold."""
    headers = request.headers
    given = headers.get("x-wc-webhook-signature", "")
    if not given and _PING.fullmatch(request.body):
        return Verdict(True, "the ping that WooCommerce sends when a webhook is saved", keep=False)
    if not given:
        return Verdict(False, "there is no X-WC-Webhook-Signature")
    if not secret:
        return Verdict(False, "no webhook secret is set for this shop")
    wanted = b64encode(digest(secret.encode(), request.body, "sha256"))
    if not compare_digest(wanted, given.encode(errors="replace")):
        return Verdict(
            False, "the signature does not fit: compare the webhook's secret in WooCommerce with the one here"
        )
    topic = headers.get("x-wc-webhook-topic", "")
    if topic not in TOPICS:
        return Verdict(True, "only order.created, .updated, .restored and .deleted are used", keep=False)
    # WooCommerce makes the delivery id from the webhook and the second alone: two orders changed in one second share
    # it, so the key is made over the body too.
    delivery = headers.get("x-wc-webhook-delivery-id", "").encode(errors="replace")
    return Verdict(True, delivery=sha256(b"\n".join((delivery, topic.encode(), request.body))).hexdigest())
