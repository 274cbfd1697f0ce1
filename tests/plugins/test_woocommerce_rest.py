"""WooCommerce's REST API over real HTTP: all orders in, each shipment back once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tracker_plugins.woocommerce import WooCommerce, WooSettings

from tracker.host.http import SafeHttp
from tracker.sdk import (
    AuthFailed,
    BadPayload,
    BadRequest,
    Fulfilment,
    NotFound,
    OrderMilestone,
    RateLimited,
    Upstream,
)
from tracker.testing.woocommerce import MadeUpShop, make_order

SINCE = datetime(2026, 3, 1, tzinfo=UTC)
woo = WooCommerce()


@pytest.fixture
def shop():
    return MadeUpShop()


@pytest.fixture
def connect(shop, make_context):
    """A context connected to the made-up shop; keywords replace its settings."""
    with shop.running() as address:
        http = SafeHttp(allow={address.removeprefix("http://")}, seconds=1.0)

        def context(**settings):
            keys = {"consumer_key": shop.consumer_key, "consumer_secret": shop.consumer_secret}
            return make_context(WooSettings(**{"url": address, **keys, **settings}), http=http)

        yield context


def told(**fields):
    plain = Fulfilment(
        key="s1r0", order_ref="1", carrier="ups", carrier_name="UPS", number="1Z5R89390357567127",
        url="https://www.ups.com/track?tracknum=1Z5R89390357567127", shipped_at=SINCE, quantities={"10": 2},
        milestone=OrderMilestone.CONFIRMED,
    )  # fmt: skip
    return replace(plain, **fields)


def refs(payloads):
    return [order.ref for payload in payloads for order in woo.parse(payload).orders]


# --- orders in -------------------------------------------------------------------------------------------------------


def test_all_changed_orders_come_page_by_page(shop, connect):
    for number in range(1, 121):
        shop.put(make_order(number, at=SINCE + timedelta(hours=number - 20)))
    payloads = list(woo.orders_since(SINCE, connect()))
    assert refs(payloads) == [str(number) for number in range(20, 121)]
    assert len(payloads) == 3


def test_an_order_that_changes_meanwhile_pushes_no_other_off_its_page(shop, connect):
    for number in range(1, 121):
        shop.put(make_order(number, at=SINCE + timedelta(hours=1)))
    seen = []
    for payload in woo.orders_since(SINCE, connect()):
        seen += refs([payload])
        shop.change(1, at=SINCE + timedelta(days=len(seen)))
    assert sorted(map(int, seen)) == list(range(1, 121))


def test_no_orders_are_no_payloads(connect):
    assert list(woo.orders_since(SINCE, connect())) == []


def test_pages_end_where_a_proxy_drops_the_paging_headers(shop, connect):
    for number in range(1, 61):
        shop.put(make_order(number, at=SINCE))
    shop.misbehave("bare", "bare")
    assert len(refs(woo.orders_since(SINCE, connect()))) == 60


def test_shipments_that_the_shop_keeps_come_back_with_the_order(shop, connect):
    shop.put(make_order(1, at=SINCE))
    woo.push_fulfilment(told(), connect())
    (payload,) = woo.orders_since(SINCE, connect())
    (shipment,) = woo.parse(payload).orders[0].shipments
    assert (shipment.carrier, shipment.number, shipment.shipped_at) == ("UPS", told().number, SINCE)


@pytest.mark.parametrize(
    ("fault", "error"),
    [("429", RateLimited), ("500", Upstream), ("401", AuthFailed), ("html", BadPayload), ("slow", Upstream)],
)
def test_r25_a_shop_that_misbehaves_is_an_error_by_kind(shop, connect, fault, error):
    shop.misbehave(fault)
    with pytest.raises(error) as caught:
        list(woo.orders_since(SINCE, connect()))
    assert getattr(caught.value, "retry_after", None) == (17 if fault == "429" else None)


def test_wrong_keys_are_an_error_of_the_credentials_that_names_no_secret(connect):
    with pytest.raises(AuthFailed) as caught:
        list(woo.orders_since(SINCE, connect(consumer_secret="cs_wrong_canary")))
    assert "canary" not in str(caught.value)


# --- shipments back --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("space", ["wc-shipment-tracking", "wc-ast"])
def test_a_shipment_told_twice_is_there_once(shop, connect, space):
    shop.put(make_order(1))
    for _ in range(2):
        woo.push_fulfilment(told(), connect(tracking_api=space))
    (kept,) = shop._kept(1)
    assert kept["tracking_number"] == told().number
    assert kept["custom_tracking_provider"] == "UPS"
    assert kept["custom_tracking_link"] == told().url
    assert shop.orders[1]["status"] == "processing"


def test_a_shipment_whose_answer_got_lost_is_there_once_after_the_next_try(shop, connect):
    shop.put(make_order(1))
    ctx = connect()
    trackings = "/wp-json/wc-shipment-tracking/v3/orders/1/shipment-trackings"
    woo.push_fulfilment(told(number="other"), ctx)
    shop.asked.clear()
    real = ctx.http.request

    def lossy(method, url, **more):
        if method == "POST":
            shop.misbehave("lost")
        return real(method, url, **more)

    ctx.http.request = lossy
    with pytest.raises(Upstream):
        woo.push_fulfilment(told(), ctx)
    ctx.http.request = real
    woo.push_fulfilment(told(), ctx)
    assert [item["tracking_number"] for item in shop._kept(1)] == ["other", told().number]
    assert shop.asked == [("GET", trackings), ("POST", trackings), ("GET", trackings)]


def test_a_number_that_staff_typed_in_the_shop_with_spaces_is_not_added_again(shop, connect):
    shop.put(make_order(1))
    woo.push_fulfilment(told(number="1z5r 8939 0357 567127"), connect())
    woo.push_fulfilment(told(), connect())
    assert len(shop._kept(1)) == 1


def test_a_cancelled_shipment_is_taken_off_and_cancelling_twice_is_no_error(shop, connect):
    shop.put(make_order(1))
    woo.push_fulfilment(told(), connect())
    woo.push_fulfilment(told(number="other"), connect())
    for _ in range(2):
        woo.push_fulfilment(told(cancelled=True, milestone=OrderMilestone.COMPLETED), connect())
    assert [item["tracking_number"] for item in shop._kept(1)] == ["other"]
    assert shop.orders[1]["status"] == "processing"


def test_the_order_is_completed_with_its_last_shipment_and_only_once(shop, connect):
    shop.put(make_order(1))
    for _ in range(2):
        woo.push_fulfilment(told(milestone=OrderMilestone.COMPLETED), connect())
    assert shop.orders[1]["status"] == "completed"
    assert [method for method, _ in shop.asked].count("PUT") == 1


@pytest.mark.parametrize("word", ["cancelled", "refunded", "failed", "delivered"])
def test_an_order_that_is_over_is_left_as_it_is(shop, connect, word):
    shop.put(make_order(1, word))
    woo.push_fulfilment(told(milestone=OrderMilestone.COMPLETED), connect())
    assert shop.orders[1]["status"] == word


def test_a_shop_without_the_extension_keeps_shipments_in_the_orders_own_data(connect, shop):
    shop.put(make_order(1, meta_data=[{"id": 4, "key": "gift", "value": "yes"}]))
    for fields in ({}, {}, {"key": "s2r0", "number": "2"}, {"cancelled": True}):
        woo.push_fulfilment(told(**fields), connect(tracking_api="none"))
    kept = {row["key"]: row["value"] for row in shop.orders[1]["meta_data"]}
    assert set(kept) == {"gift", "_tracker_fulfilment_s1r0", "_tracker_fulfilment_s2r0"}
    assert (kept["_tracker_fulfilment_s1r0"]["cancelled"], kept["_tracker_fulfilment_s2r0"]["number"]) == (True, "2")


def test_a_missing_extension_is_told_with_what_to_do(connect, shop):
    shop.extensions = frozenset()
    shop.put(make_order(1))
    with pytest.raises(BadRequest, match="install it, or set"):
        woo.push_fulfilment(told(), connect())


def test_an_order_that_the_shop_does_not_know_is_not_found(connect):
    with pytest.raises(NotFound):
        woo.push_fulfilment(told(order_ref="99"), connect())


@pytest.mark.parametrize("ref", ["1/../../users?x=", "", "B-17", "\u0661"])
def test_an_order_of_another_shop_system_is_not_asked_about(shop, connect, ref):
    for api in ("wc-shipment-tracking", "none"):
        with pytest.raises(BadRequest, match="somewhere else"):
            woo.push_fulfilment(told(order_ref=ref), connect(tracking_api=api))
    assert shop.asked == []
