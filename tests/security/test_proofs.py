"""Doors of carriers: nothing comes in without proof, whatever is sent, and no nonsense makes a plugin raise."""

import base64
import hmac
import json
import logging
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest
from pydantic import SecretStr

from tests.plugins.conftest import Memory
from tracker.sdk import Carrier, Context, InboundRequest

SECRETS = ("", "s3cret-of-32-characters-exactly!", "비밀 열쇠")
BODIES = (
    b"", b"{}", b"[]", b"null", b'"x"', b"\xff\xfe", b"[" * 100_000, b'{"payload": {"trackingNumber": "9"}}', b"hello",
    b'{"timestamp": "", "payload": ""}', b'{"timestamp": "1", "challenge": "c"}', b'{"timestamp": {}, "payload": []}',
    b'{"timestamp": "\\ud800", "payload": "\\ud800"}',
    b'{"scope": "subscription.validate", "secret": "s", "self": "a/b"}',
    b'{"event_id": 9, "id": [], "data": 1e999}', b"\x00" * 200,
)  # fmt: skip
NAMES = (
    "aftership-hmac-sha256", "authorization", "credential", "fdx-signature", "shippo-auth-signature", "sign", "x-hmac",
    "x-hmac-signature", "dhl-api-hook-secret", "x-token",
)  # fmt: skip


def context(registry: Any, carrier: str, secret: str) -> Context:
    plugin = registry.plugins[registry.carriers[carrier].plugin].plugin
    fields = plugin.settings.model_fields
    values = {name: SecretStr("key of nobody") for name in fields if fields[name].annotation is SecretStr}
    if "push_secret" in values:
        values["push_secret"] = SecretStr(secret)
    settings = plugin.settings.model_construct(None, **values)
    return Context(settings, Memory(), logging.getLogger("tests"), datetime(2026, 3, 2, 9, tzinfo=UTC), str)


def forge(key: bytes, body: bytes) -> list[str]:
    """What a stranger may send as proof who knows how the carrier proves itself, and not the key."""
    plain, stamped = (hmac.digest(key, text, sha256) for text in (body, b"1772442000." + body))
    return [
        base64.b64encode(plain).decode(), plain.hex(), f"hmac-sha256-hex={plain.hex()}",
        f"t=1772442000,v1={stamped.hex()}", sha256(body + b"/" + key).hexdigest(),
    ]  # fmt: skip


def proofs(body: bytes) -> list[str]:
    clumsy = [
        "", "=", " ", "Bearer", "Bearer ", "t=,v1=", "t=1,v1=zz", "v1=" + "0" * 64, "hmac-sha256-hex=", "0" * 64,
        "é" * 9, "\udcff", "A" * 2000, "null", "true", "[secret]", "**********", "undefined", "NaN", "%00",
    ]  # fmt: skip
    return [*clumsy, *forge(b"", body), *forge(b"another key", body)]


def doors(registry: Any) -> list[str]:
    return [name for name, one in registry.carriers.items() if type(one.object).verify is not Carrier.verify]


@pytest.mark.parametrize("secret", SECRETS)
def test_s06_s07_no_push_without_proof_comes_in_and_none_breaks_a_plugin(registry: Any, secret: str) -> None:
    assert len(doors(registry)) >= 9
    for carrier in doors(registry):
        ctx, object_ = context(registry, carrier, secret), registry.carriers[carrier].object
        for body in BODIES:
            for proof in proofs(body):
                request = InboundRequest(dict.fromkeys(NAMES, proof), body, {"key": proof})
                verdict = object_.verify(request, ctx)
                assert verdict.valid is False, (carrier, secret, body[:60], proof)
        assert ctx.memory.values == {}, carrier


def test_s06_the_address_proves_nothing_where_a_secret_is_set(registry: Any) -> None:
    unsigned = {"delivery_tracker"}  # its pings are not signed: there is no secret
    for carrier in set(doors(registry)) - unsigned:
        ctx = context(registry, carrier, "a secret of a shop that knows some")
        for body in (b'{"timestamp": "1", "payload": "{}"}', b'{"a": 1}', b"[]"):
            verdict = registry.carriers[carrier].object.verify(InboundRequest({}, body, known=True), ctx)
            assert not (verdict.valid and verdict.keep), (carrier, body)


def test_s06_a_signed_greeting_of_usps_is_no_proof_of_anything_else(registry: Any) -> None:
    secret = "0123456789abcdef0123456789abcdef"
    ctx, usps = context(registry, "usps", secret), registry.carriers["usps"].object
    stamp = "2026-03-02T08:00:00Z"
    headers = {"x-hmac": base64.b64encode(hmac.digest(secret.encode(), stamp.encode(), sha256)).decode()}
    greeting = InboundRequest(headers, json.dumps({"timestamp": stamp, "challenge": "abc"}).encode())
    verdict = usps.verify(greeting, ctx)
    assert (verdict.valid, verdict.keep) == (True, False)
    for payload in ({"trackingNumber": "9400"}, [{"trackingNumber": "9400"}], 1, True):
        forged = json.dumps({"timestamp": stamp, "payload": payload, "trackingNumber": "9400"}).encode()
        assert not usps.verify(replace(greeting, body=forged), ctx).valid, payload
