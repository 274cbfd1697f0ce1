"""Who may knock at WooCommerce's door: the shop with the right secret, and nobody else."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tracker_plugins.woocommerce import WooCommerce, WooSettings

from tracker.sdk import InboundRequest
from tracker.testing.woocommerce import make_order, sign, webhook

SECRET = "the shop's own words & signs"
SETTINGS = WooSettings(url="https://shop.example", webhook_secret=SECRET)
woo = WooCommerce()


@pytest.fixture
def judge(make_context):
    def ask(body, headers, settings=SETTINGS):
        lower = {name.lower(): value for name, value in headers.items()}
        return woo.verify(InboundRequest(lower, body), make_context(settings))

    return ask


def signed(topic="order.created", delivery="d1", order=None):
    return webhook(order or make_order(727), topic, SECRET, delivery)


@pytest.mark.parametrize("event", ["created", "updated", "restored", "deleted"])
def test_a_signed_order_comes_in(judge, event):
    verdict = judge(*signed(f"order.{event}"))
    assert (verdict.valid, verdict.keep, len(verdict.delivery)) == (True, True, 64)


def test_r02_a_delivery_has_one_key_however_often_it_comes(judge):
    order = make_order(727)
    keys = {judge(*signed(order=order)).delivery for _ in range(3)}
    assert len(keys) == 1


def test_two_orders_changed_in_one_second_share_a_delivery_id_and_both_come_in(judge):
    keys = {judge(*signed(order=make_order(number))).delivery for number in (1, 2)}
    assert len(keys) == 2


def test_topics_and_delivery_ids_make_deliveries_different(judge):
    order = make_order(1)
    deliveries = [
        judge(*signed(*call, order))
        for call in (("order.created", "a"), ("order.updated", "a"), ("order.updated", "b"))
    ]
    assert len({verdict.delivery for verdict in deliveries}) == 3


def test_the_unsigned_ping_is_answered_and_leaves_nothing(judge):
    verdict = judge(b"webhook_id=142", {"Content-Type": "application/x-www-form-urlencoded"})
    assert (verdict.valid, verdict.keep, verdict.delivery) == (True, False, "")


@pytest.mark.parametrize(
    "body", [b"webhook_id=", b"webhook_id=1&x=1", b"webhook_id=1\n", b"webhook_id=" + b"1" * 21, b""]
)
def test_s06_nothing_but_the_exact_ping_comes_in_unsigned(judge, body):
    assert not judge(body, {}).valid


@pytest.mark.parametrize("topic", ["product.updated", "customer.created", "action.woocommerce_x", "order.x", ""])
def test_other_topics_are_answered_and_not_kept(judge, topic):
    verdict = judge(*signed(topic))
    assert (verdict.valid, verdict.keep) == (True, False)
    assert "order.created" in verdict.reason


def test_s06_unsigned_wrongly_signed_and_changed_bodies_stay_out(judge):
    body, headers = signed()
    unsigned = {name: value for name, value in headers.items() if name != "X-WC-Webhook-Signature"}
    cases = [
        (body, unsigned),
        (body, {**headers, "X-WC-Webhook-Signature": sign(body, "another shop's secret")}),
        (body + b" ", headers),
        (body.replace(b"727", b"728"), headers),
        (b"", headers),
    ]
    for case in cases:
        verdict = judge(*case)
        assert not verdict.valid
        assert verdict.reason
        assert SECRET not in verdict.reason


def test_s07_an_empty_secret_opens_nothing(judge):
    body, headers = signed()
    headers["X-WC-Webhook-Signature"] = sign(body, "")
    assert not judge(body, headers, WooSettings(url="https://shop.example")).valid


BODY = signed()[0]
GOOD = sign(BODY, SECRET)


@pytest.mark.parametrize(
    "signature",
    [
        GOOD + "=", GOOD[:-1], " " + GOOD, GOOD + " ", GOOD + "\n", GOOD[:10] + "!" + GOOD[10:], f"{GOOD},{GOOD}",
        "v1," + GOOD, f'"{GOOD}"', GOOD.lower(), "sha256=" + GOOD, "\u00e9" * 44, "\ud800", "\x00", "A" * 100_000,
        base64.urlsafe_b64encode(base64.b64decode(GOOD)).decode() + "x", base64.b64decode(GOOD).hex(),
    ],
    ids=lambda _: "malformed",
)  # fmt: skip
def test_s07_a_malformed_signature_is_refused_and_raises_nothing(judge, signature):
    assert not judge(BODY, {"X-WC-Webhook-Signature": signature, "X-WC-Webhook-Topic": "order.created"}).valid


@given(st.text(max_size=60), st.binary(max_size=60), st.text(max_size=20), st.text(max_size=20))
def test_s07_no_header_makes_the_verdict_raise(signature, body, topic, delivery):
    from tracker_plugins.woocommerce.signing import judge

    names = ("x-wc-webhook-signature", "x-wc-webhook-topic", "x-wc-webhook-delivery-id")
    headers = dict(zip(names, (signature, topic, delivery), strict=True))
    assert not judge(InboundRequest(headers, body), SECRET).valid
    headers["x-wc-webhook-signature"] = sign(body, SECRET)
    assert judge(InboundRequest(headers, body), SECRET).valid
