"""The door for stores: what proves itself is kept, everything else is refused without a fuss."""

import base64
import hashlib
import hmac
import json

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.portals import make_shop
from tracker.services.portal import Portal
from tracker.services.settings import change
from tracker.store.inbox import Inbox
from tracker.store.shops import Shop

SECRET = "store-secret-" * 3
PATH = "/hooks/demo/stores/woocommerce"
BODY = json.dumps({"id": 7}).encode()


@pytest.fixture
def store(portal: Portal, shop: Shop) -> Shop:
    """The shop with its WooCommerce secret filled in."""
    change(portal, shop, "woocommerce", {"url": "https://shop.example", "webhook_secret": SECRET}, "test")
    return shop


def _sign(body: bytes, secret: str = SECRET) -> dict[str, str]:
    signature = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
    return {
        "X-WC-Webhook-Signature": signature, "X-WC-Webhook-Topic": "order.updated", "X-WC-Webhook-Delivery-ID": "d1",
        "X-WC-Webhook-Event": "updated", "X-WC-Webhook-Resource": "order", "Content-Type": "application/json",
    }  # fmt: skip


def test_a_signed_delivery_is_kept_once_and_acknowledged_each_time(client: FlaskClient, store: Shop) -> None:
    for _ in range(3):
        response = client.post(PATH, data=BODY, headers=_sign(BODY))
        assert (response.status_code, response.json) == (202, {"status": "kept"})
        assert "Set-Cookie" not in response.headers
    assert [bytes(row.body) for row in Inbox.select()] == [BODY]


def test_the_unsigned_ping_of_a_new_webhook_is_answered_and_not_kept(client: FlaskClient, store: Shop) -> None:
    assert client.post(PATH, data={"webhook_id": "3"}).status_code == 200
    assert Inbox.select().count() == 0


def test_s06_what_is_not_signed_with_this_shops_secret_leaves_no_row(
    portal: Portal, client: FlaskClient, store: Shop
) -> None:
    make_shop(portal, "other")
    for headers in ({}, _sign(BODY, "another secret"), _sign(b"other body"), {"X-WC-Webhook-Signature": ""}):
        assert client.post(PATH, data=BODY, headers=headers).status_code == 401
    # The same secret opens no other shop's door, and a store that is not set up has none.
    assert client.post("/hooks/other/stores/woocommerce", data=BODY, headers=_sign(BODY)).status_code == 401
    assert client.post("/hooks/nobody/stores/woocommerce", data=BODY, headers=_sign(BODY)).status_code == 404
    assert client.post("/hooks/demo/stores/nothing", data=BODY, headers=_sign(BODY)).status_code == 404
    assert client.get(PATH).status_code == 405
    assert Inbox.select().count() == 0


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.binary(max_size=300),
    signature=st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=100),
    kind=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=300),
    slug=st.text(min_size=1, max_size=60).filter(lambda text: "/" not in text and text not in (".", "..")),
)
def test_s07_no_nonsense_makes_the_door_fail(
    client: FlaskClient, store: Shop, body: bytes, signature: str, kind: str, slug: str
) -> None:
    headers = {"X-WC-Webhook-Signature": signature, "X-WC-Webhook-Topic": kind, "Content-Type": kind}
    for path in (PATH, f"/hooks/{slug}/stores/woocommerce", f"/hooks/demo/stores/{slug}"):
        assert client.post(path, data=body, headers=headers).status_code < 500
