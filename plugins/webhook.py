"""Webhook: posts what happens in a shop (a status changed, a concern, feedback) to an address of the shop's, signed.

Messages are signed as the Standard Webhooks document asks: `webhook-signature` is `v1,` and the base64 HMAC-SHA256 of
`webhook-id.webhook-timestamp.body` under the secret. `webhook-id` stays the same when a message is sent again.
"""

import base64
import hmac
import json
from hashlib import sha256
from typing import Any

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import ApiUrl, Concern, Context, Feedback, Plugin, ShipmentChange, Status, check, hookimpl


class WebhookSettings(BaseModel):
    """Where to post changes, and what they are signed with."""

    url: ApiUrl = Field(title="Address that takes the messages")
    secret: SecretStr = Field(min_length=24, max_length=200, title="Secret they are signed with")


PLUGIN = Plugin("webhook", "Webhook", "1.1.0", settings=WebhookSettings)


@hookimpl
def tracker_shipment_changed(change: ShipmentChange, ctx: Context) -> None:
    """Posts one change. Raises where nobody took it, so that it is sent again."""
    post(ctx, "shipment.changed", change.key, describe(change))


@hookimpl
def tracker_concern_raised(concern: Concern, ctx: Context) -> None:
    """Posts one concern, with what the customer wrote. Raises where nobody took it."""
    post(ctx, "concern.raised", concern.key, describe_concern(concern))


@hookimpl
def tracker_feedback_given(feedback: Feedback, ctx: Context) -> None:
    """Posts one rating, with what the customer wrote. Raises where nobody took it."""
    post(ctx, "feedback.given", feedback.key, describe_feedback(feedback))


def post(ctx: Context, kind: str, key: str, data: dict[str, Any]) -> None:
    """Sends one message, signed, under its key."""
    settings = ctx.settings
    assert isinstance(settings, WebhookSettings)
    body = json.dumps({"type": kind, "data": data}, ensure_ascii=False).encode()
    timestamp = str(int(ctx.now.timestamp()))
    headers = {
        "Content-Type": "application/json",
        "webhook-id": key,
        "webhook-timestamp": timestamp,
        "webhook-signature": sign(settings.secret.get_secret_value(), key, timestamp, body),
    }
    check(ctx.worker_http().request("POST", settings.url, body=body, headers=headers))


def sign(secret: str, key: str, timestamp: str, body: bytes) -> str:
    """The value of `webhook-signature`."""
    signed = f"{key}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(secret.encode(), signed, sha256)).decode()


def describe(change: ShipmentChange) -> dict[str, Any]:
    """A change as the JSON that is posted; nobody's name or address is in it."""
    return {
        "shop": change.shop,
        "order": change.order,
        "carrier": change.carrier,
        "number": change.number,
        "url": change.url,
        "at": change.at.isoformat() if change.at else None,
        "before": _status(change.before),
        "status": _status(change.status),
    }


def describe_concern(concern: Concern) -> dict[str, Any]:
    """A concern as the JSON that is posted."""
    return {
        "shop": concern.shop,
        "order": concern.order,
        "concern": concern.number,
        "kind": str(concern.kind),
        "carrier": concern.carrier,
        "number": concern.parcel,
        "at": concern.at.isoformat(),
        "text": concern.text,
        "checks": list(concern.checks),
        "pieces": [{"title": title, "quantity": quantity} for title, quantity in concern.pieces],
        "photos": concern.photos,
    }


def describe_feedback(feedback: Feedback) -> dict[str, Any]:
    """A rating as the JSON that is posted."""
    return {
        "shop": feedback.shop,
        "order": feedback.order,
        "carrier": feedback.carrier,
        "number": feedback.parcel,
        "at": feedback.at.isoformat(),
        "delivery_stars": feedback.delivery_stars,
        "carrier_stars": feedback.carrier_stars,
        "comment": feedback.comment,
    }


def _status(status: Status) -> dict[str, Any]:
    return {
        "milestone": str(status.milestone),
        "reason": status.reason,
        "delayed": status.delayed,
        "action_required": status.action_required,
    }
