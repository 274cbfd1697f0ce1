"""WooCommerce's orders as ours: every field that tracking needs, and none that a stranger could break us with."""

import json
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tracker_plugins.woocommerce import WooCommerce

from tracker.sdk import BadPayload, OrderDeleted, OrderMilestone, Payload, StoreOrder
from tracker.testing.readings import expected_file, sample_files
from tracker.testing.woocommerce import encode, make_order

from .conftest import PLUGINS
from .test_ups import JSON, paths

AT = datetime(2026, 3, 2, 8, 30, 5, tzinfo=UTC)
woo = WooCommerce()


def read(order, **more):
    return woo.parse(Payload(encode(order), **more))


def read_one(order) -> StoreOrder:
    (found,) = read(order).orders
    return found


def with_shipments(*items):
    return make_order(727, meta_data=[{"id": 1, "key": "_wc_shipment_tracking_items", "value": list(items)}])


def test_an_order_is_read_whole():
    line = {"id": 315, "name": "Tea &ndash; loose &amp; green", "sku": "TEA", "quantity": 3}
    order = read_one(
        make_order(727, lines=[{**line, "image": {"id": "9", "src": "https://shop.example/tea.jpg"}}], at=AT)
    )
    assert (order.ref, order.number, order.word) == ("727", "727", "processing")
    assert order.milestone is OrderMilestone.CONFIRMED
    assert order.placed_at == order.changed_at == AT
    assert (order.buyer.name, order.buyer.email) == ("Noor Example", "noor.727@customer.example")
    assert (order.buyer.city, order.buyer.postcode, order.buyer.country) == ("Berkeley", "94704", "US")
    (tea,) = order.lines
    assert (tea.ref, tea.title, tea.sku, tea.quantity) == ("315", "Tea \u2013 loose & green", "TEA", 3)
    assert (tea.shippable, tea.cancelled, tea.image_url) == (True, 0, "https://shop.example/tea.jpg")


@pytest.mark.parametrize(
    ("word", "milestone"),
    [
        ("pending", "placed"), ("on-hold", "placed"), ("failed", "placed"), ("processing", "confirmed"),
        ("completed", "completed"), ("cancelled", "cancelled"), ("refunded", "cancelled"), ("wc-packed", "packed"),
        ("partial-shipped", "confirmed"), ("delivered", "completed"), ("knitting", "confirmed"),
    ],
)  # fmt: skip
def test_each_status_has_its_milestone_and_keeps_its_word(word, milestone):
    order = read_one(make_order(1, word, at=AT))
    assert (order.milestone, order.word) == (milestone, word.removeprefix("wc-"))


def test_a_word_of_the_shops_own_is_placed_until_paid():
    assert read_one(make_order(1, "knitting", date_paid_gmt=None)).milestone is OrderMilestone.PLACED


@pytest.mark.parametrize("word", ["checkout-draft", "auto-draft"])
def test_a_basket_at_the_till_is_no_order(word):
    assert read(make_order(1, word)).orders == ()


def test_a_trashed_or_deleted_order_is_gone():
    assert read({"id": 727}).orders == (OrderDeleted("727"),)
    assert read({"id": "727"}).orders == (OrderDeleted("727"),)
    assert read(make_order(727, "trash")).orders == (OrderDeleted("727"),)


def test_an_unsigned_topic_header_can_delete_nothing():
    found = read(make_order(727), headers={"x-wc-webhook-topic": "order.deleted"}).orders
    assert isinstance(found[0], StoreOrder)


def test_shipments_of_the_tracking_extension_are_read():
    order = read_one(
        with_shipments(
            {"tracking_provider": "usps", "custom_tracking_provider": "", "custom_tracking_link": "",
             "tracking_number": "9400 1000 0000", "date_shipped": "1772409600", "tracking_id": "a1"},
            {"tracking_provider": "", "custom_tracking_provider": "Blue Van", "tracking_number": "BV1",
             "date_shipped": "", "custom_tracking_link": "https://van.example/BV1",
             "products_list": [{"item_id": "7270", "qty": "2"}]},
            {"tracking_provider": "usps", "tracking_number": "BV1"},
            {"tracking_provider": "usps", "tracking_number": " "},
        )
    )  # fmt: skip
    first, second = order.shipments
    assert (first.carrier, first.number, first.url, first.quantities) == ("usps", "9400 1000 0000", "", {})
    assert first.shipped_at == datetime(2026, 3, 2, tzinfo=UTC)
    assert (second.carrier, second.number, second.url) == ("Blue Van", "BV1", "https://van.example/BV1")
    assert (second.shipped_at, second.quantities) == (None, {"7270": 2})


def test_s09_no_address_but_https_is_taken_from_a_shop():
    order = read_one(with_shipments({"tracking_number": "1", "custom_tracking_link": "javascript:alert(1)"}))
    assert order.shipments[0].url == ""
    line = {"name": "x", "image": {"src": "http://shop.example/x.png"}}
    assert read_one(make_order(1, lines=[line])).lines[0].image_url == ""


def test_virtual_lines_are_not_shippable_and_refunded_pieces_are_cancelled():
    lines = [
        {"id": 1, "name": "Book", "quantity": 3},
        {"id": 2, "name": "E-book", "meta_data": [{"key": "_virtual", "value": "yes"}]},
    ]
    taken = {"quantity": -2, "meta_data": [{"key": "_refunded_item_id", "value": "1"}]}
    refunds = [{"id": 9, "total": "-10.00"}, {"id": 10, "line_items": [taken]}]
    book, ebook = read_one(make_order(1, lines=lines, refunds=refunds)).lines
    assert (book.quantity, book.cancelled, book.shippable) == (3, 2, True)
    assert (ebook.cancelled, ebook.shippable) == (0, False)


def test_a_page_of_the_rest_api_is_a_list():
    parsed = read([make_order(1), {"id": None}, make_order(2, "auto-draft"), make_order(3)])
    assert [order.ref for order in parsed.orders] == ["1", "3"]
    assert parsed.warnings == ("an order without a readable id is left out",)
    assert read([]).orders == ()


def test_one_bad_field_costs_that_field_and_its_warning_holds_no_value():
    order = make_order(5, lines=[{"name": ["x"], "quantity": "many"}, {"id": None}], date_modified_gmt="soon", at=AT)
    order["billing"]["email"] = "canary@x.example, other@x.example"
    parsed = read(order)
    (found,) = parsed.orders
    assert found.changed_at == AT
    assert found.buyer.email == ""
    assert (found.lines[0].title, found.lines[0].quantity) == ("#50", 1)
    assert len(parsed.warnings) == 3
    assert "canary" not in str(parsed.warnings)


def test_the_buyers_language_is_read_where_the_shop_keeps_one():
    for told, locale in (("ko", "ko"), ("pt-BR", "pt_BR"), ("../../etc", ""), (7, "")):
        assert read_one(make_order(1, meta_data=[{"key": "wpml_language", "value": told}])).buyer.locale == locale


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"null", b"7", b'"x"', b"{}", b'{"id":{}}', b'{"id":true}', b'{"id":1,"status":"processing"}',
     b'{"id":1,"number":"1"}', b"[" * 100_000, b'{"id":' * 50_000, b'{"id":1,"status":NaN}', b"\xff\xfe{\x00}\x00",
     b'{"id":"-1","status":"x"}', b"webhook_id=7", "{}".encode("utf-16")],
)  # fmt: skip
def test_s27_a_body_that_is_no_order_is_a_bad_payload(body):
    with pytest.raises(BadPayload):
        woo.parse(Payload(body))


def test_s27_huge_numbers_surrogates_and_doubled_keys_are_taken_calmly():
    order = make_order(2**63, lines=[{"name": "a\ud800b\x00c", "quantity": 2**63}])
    body = encode(order).replace(b'"status"', b'"status":"failed","status"', 1)
    (found,) = woo.parse(Payload(body)).orders
    assert (found.ref, found.word) == (str(2**63), "processing")
    assert (found.lines[0].title, found.lines[0].quantity) == ("ab c", 1)


@given(st.data())
def test_s27_no_field_can_raise_anything_but_bad_payload(data):
    order = with_shipments({"tracking_number": "1", "date_shipped": "1772409600", "products_list": [{"item_id": "1"}]})
    order["refunds"] = [{"line_items": [{"quantity": -1, "meta_data": [{"key": "_refunded_item_id", "value": "1"}]}]}]
    target = data.draw(st.sampled_from([path for path in paths(order) if path]))
    inner = order
    for key in target[:-1]:
        inner = inner[key]
    inner[target[-1]] = data.draw(JSON)
    with suppress(BadPayload):
        for found in read(order).orders:
            assert isinstance(found, OrderDeleted) or (found.placed_at.tzinfo and found.changed_at.tzinfo)


@pytest.mark.parametrize("path", sample_files(PLUGINS / "woocommerce/samples"), ids=lambda path: path.stem)
def test_each_sample_is_read_as_written_beside_it(path):
    read = asdict(woo.parse(Payload(path.read_bytes())))
    assert json.loads(json.dumps(read, default=str)) == json.loads(expected_file(path).read_text())
