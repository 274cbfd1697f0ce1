"""News that USPS sends by itself: asked for number by number, and signed with the shop's secret.

A subscription of which nothing was heard for 30 days is deleted by USPS; only making it anew renews it. USPS refuses a
second one for the same number and address, and names the first, and deletes only by the ETag it gave last.
"""

import json
import re
from typing import Any
from urllib.parse import quote

from tracker.sdk import (
    BadPayload,
    Context,
    HttpAnswer,
    InboundRequest,
    Verdict,
    check,
    push_secret,
    read_json,
    signed,
    word,
)

from .settings import UspsSettings

PATH = "/subscriptions-tracking/v3/subscriptions"
SCOPE = "subscriptions-tracking"
_TWIN = re.compile(rb"subscriptionId\W{1,9}([0-9A-Za-z-]{8,64})")


def judge(request: InboundRequest, secret: str) -> Verdict:
    """Whether a push comes from USPS: its X-HMAC is made over the time stamp and the payload's text."""
    try:
        told = read_json(request.body)
    except BadPayload as error:
        return Verdict(False, str(error))
    stamp, payload = word(told, "timestamp"), told.get("payload") if isinstance(told, dict) else None
    if secret:
        # What is no text is not signed: the signature of a greeting, over the time alone, would fit any of it.
        text = f"{stamp}{payload or ''}" if isinstance(payload, str | None) else ""
        valid = text != "" and signed(secret, text.encode("utf-8", "surrogatepass"), request.headers.get("x-hmac", ""))
    else:
        valid = request.known
    if not payload:  # a greeting at the begin of a subscription, which tells of no parcel
        challenge = word(told, "challenge")
        reply = json.dumps({"challenge": challenge}) if challenge else ""
        return Verdict(valid or request.known, "X-HMAC does not fit the message", keep=False, reply=reply)
    return Verdict(valid, "X-HMAC does not fit the message")


def subscribe(number: str, address: str, ctx: Context) -> str:
    """USPS's id of a new subscription to a number's news, in place of the one there may be."""
    asked = {
        "listenerURL": address,
        "secret": push_secret(ctx),
        "adminNotification": [{"email": ctx.settings_as(UspsSettings).admin_email}],
        "filterProperties": {"trackingNumber": number, "trackingEventTypes": ["ALL_UPDATES"]},
    }
    answer = _request(ctx, "POST", PATH, json=asked)
    if answer.status == 400 and (twin := _TWIN.search(answer.body)):
        unsubscribe(twin[1].decode(), ctx)
        answer = _request(ctx, "POST", PATH, json=asked)
    return word(read_json(check(answer).body), "subscriptionId")


def unsubscribe(ref: str, ctx: Context) -> None:
    """Ends a subscription; one that is gone already is no error."""
    held = _request(ctx, "GET", f"{PATH}/{quote(ref, safe='')}")
    if held.status == 404:
        return
    etag = check(held).headers.get("etag", "")
    answer = _request(ctx, "DELETE", f"{PATH}/{quote(ref, safe='')}", headers={"If-Match": etag} if etag else {})
    if answer.status != 404:
        check(answer)


def _request(ctx: Context, method: str, path: str, **more: Any) -> HttpAnswer:
    settings = ctx.settings_as(UspsSettings)
    return settings.credentials(SCOPE).request(ctx, method, settings.base_url + path, **more)
