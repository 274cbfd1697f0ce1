"""The handshake of a push subscription: DHL sends a secret to the address, and goes live once it is given back."""

import re
from datetime import timedelta

from tracker.sdk import BadPayload, Context, PluginError, Upstream, Verdict, check, read_json, word

WAITING = "handshakes"
MOST = 20
"""More subscriptions than this do not wait to go live at the same time."""
_NAME = re.compile("[A-Za-z0-9-]{1,64}")
_HANDSHAKE = {"subscription.validate", "subscription.ready"}


def greet(body: bytes, ctx: Context) -> Verdict:
    """The verdict over a message that comes from DHL: a handshake is answered and leaves no row.

    The secret is answered at once and kept for `activate`: DHL wants it back by a call of its own, and a door has no
    way out to the network.
    """
    try:
        message = read_json(body)
    except BadPayload:
        return Verdict(True)
    if word(message, "scope") not in _HANDSHAKE:
        return Verdict(True)
    secret, name = word(message, "secret"), word(message, "self", limit=500).rstrip("/").rpartition("/")[2]
    if secret and _NAME.fullmatch(name):
        waiting = dict(list(_waiting(ctx).items())[-MOST + 1 :])
        ctx.memory.set(WAITING, waiting | {name: secret}, ctx.now + timedelta(days=1))
    return Verdict(True, keep=False, reply=secret)


def activate(ctx: Context, base: str, key: dict[str, str]) -> None:
    """Gives back the secrets that wait. One that cannot be given back now stops nobody from being asked."""
    for name, secret in _waiting(ctx).items():
        url = f"{base}/tracking/push/v1/subscription/{name}"
        try:
            answer = ctx.worker_http().request("POST", url, headers=key | {"DHL-API-Hook-Secret": secret})
            if answer.status == 429 or answer.status >= 500:
                return
            _forget(ctx, name)
            check(answer)
        except Upstream:  # where nobody answers, each of those that wait would cost the question its time
            return
        except PluginError as error:
            _forget(ctx, name)
            ctx.log.warning("subscription %s did not go live: %s", name, error)


def _forget(ctx: Context, name: str) -> None:
    ctx.memory.set(WAITING, {waits: secret for waits, secret in _waiting(ctx).items() if waits != name})


def _waiting(ctx: Context) -> dict[str, str]:
    kept = ctx.memory.get(WAITING)
    return kept if isinstance(kept, dict) else {}
