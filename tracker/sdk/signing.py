"""Signatures over pushed messages, and who may come in by them."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from typing import Any, Literal

from .context import Context
from .doors import InboundRequest, Verdict
from .reading import peek

_HASHES: dict[str, Callable[..., Any]] = {"sha256": hashlib.sha256, "sha1": hashlib.sha1, "sha512": hashlib.sha512}


def push_secret(ctx: Context) -> str:
    """The secret that the shop shares with the sender: the field `push_secret` of the settings, or an empty text."""
    value = getattr(ctx.settings, "push_secret", None)
    return value.get_secret_value() if value is not None else ""


def signed(
    secret: str,
    message: bytes,
    signature: str | None,
    *,
    encoding: Literal["base64", "hex"] = "base64",
    digest: Literal["sha256", "sha1", "sha512"] = "sha256",
) -> bool:
    """Whether a signature is the HMAC of a message under a secret. False without either; never raises."""
    if not signature or not secret:
        return False
    try:
        given = base64.b64decode(signature, validate=True) if encoding == "base64" else bytes.fromhex(signature)
    except (ValueError, binascii.Error):
        return False
    return hmac.compare_digest(hmac.digest(secret.encode("utf-8", "surrogatepass"), message, _HASHES[digest]), given)


def same(given: str | None, secret: str) -> bool:
    """Whether a text is the secret, in a time that tells nothing. False without either."""
    if not given or not secret:
        return False
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), secret.encode("utf-8", "surrogatepass"))


def judge(request: InboundRequest, ctx: Context, fits: Callable[[str], bool], *delivery: str | int) -> Verdict:
    """Whether a push may come in: by the shop's `push_secret`; without one, by the address that was made for it.

    `fits` tells whether what the request shows fits that secret. `delivery` is where the JSON of the body holds the
    sender's own id of the message.
    """
    if secret := push_secret(ctx):
        if not fits(secret):
            return Verdict(False, "what it shows does not fit the secret in the settings: compare both")
    elif not request.known:
        return Verdict(False, "it came to another address than the one made for it, and no secret is in the settings")
    return Verdict(True, delivery=peek(request.body, *delivery) if delivery else "")
