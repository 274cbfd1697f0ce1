"""The product feed: three kinds of feeds, read to what is for sale, and offered where the order does not hold it."""

import pytest
from tracker_plugins.feed import KEY, Feed, FeedSettings
from tracker_plugins.feed.reading import read_products

from tracker.sdk import BadPayload, Milestone, Upstream, Viewer

from .conftest import PLUGINS, ScriptedHttp, http_answer

SHOP = "https://lantern.example/products.json"
FEEDS = {
    "shopify.json": [
        ("Morning blend & cup", "https://lantern.example/products/morning-blend", 1990, "EUR", ("TEA-M",)),
        ("Stone cup", "https://lantern.example/products/stone-cup", 1200, "EUR", ("CUP",)),
    ],
    "woocommerce.json": [("Oolong – spring", "https://lantern.example/product/oolong/", 1990, "EUR", ("OOL-1",))],
    "merchant.xml": [
        ("Green tea", "https://lantern.example/green", 15000, "KRW", ("TEA-1",)),
        ("White tea", "https://lantern.example/white", 1990, "EUR", ("TEA-2",)),
    ],
}


@pytest.mark.parametrize("name", FEEDS)
def test_a_feed_is_read_to_what_is_for_sale(name):
    found = read_products((PLUGINS / "feed/samples" / name).read_bytes(), SHOP, "EUR")
    told = [(one.offer.title, one.offer.link_url, one.offer.price, one.offer.currency, one.skus[:1]) for one in found]
    assert told == FEEDS[name]
    assert all(one.offer.image_url.startswith("https://") or not one.offer.image_url for one in found)


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"null", b"<html></html>", b"<!DOCTYPE x [<!ENTITY a 'b'>]><rss/>", b"not json", b"[" * 100_000],
)
def test_s27_what_is_no_feed_is_said_to_be_none(body):
    with pytest.raises(BadPayload):
        read_products(body, SHOP)


@pytest.mark.parametrize(
    "body",
    [b"[1, null, {}, []]", b'{"products": [null, {"variants": 3}, {"handle": "x", "variants": [{}], "title": null}]}',
     b"<rss><channel><item/><item><link>//x</link><title>t</title></item></channel></rss>", b"[]"],
)  # fmt: skip
def test_s09_a_product_that_cannot_be_is_left_out(body):
    assert read_products(body, SHOP) == []


def test_what_the_order_holds_is_not_offered_again(make_context):
    http = ScriptedHttp(lambda *_: http_answer(200, (PLUGINS / "feed/samples/shopify.json").read_bytes()))
    ctx = make_context(FeedSettings(url=SHOP), http=http)
    feed = Feed()
    assert list(feed.offers(Viewer("en", Milestone.PENDING), 6, ctx)) == []
    feed.refresh(ctx)
    assert [one.title for one in feed.offers(Viewer("en", Milestone.PENDING, ("cup", "X")), 6, ctx)] == [
        "Morning blend & cup"
    ]
    assert len(list(feed.offers(Viewer("en", Milestone.PENDING), 1, ctx))) == 1
    assert feed.offers(Viewer("en", Milestone.PENDING), 6, ctx)[0].price is None, "no currency, no price"


def test_a_feed_that_fails_keeps_the_last_offers(make_context):
    ctx = make_context(FeedSettings(url=SHOP), http=ScriptedHttp(lambda *_: http_answer(503)))
    ctx.memory.set(KEY, [{"offer": {"id": "1", "title": "T", "link_url": SHOP}, "skus": []}])
    with pytest.raises(Upstream):
        Feed().refresh(ctx)
    assert [one.title for one in Feed().offers(Viewer("en", Milestone.PENDING), 6, ctx)] == ["T"]


def test_a_large_feed_is_kept_within_what_a_memory_holds(make_context):
    rows = [
        {"id": at, "name": "ü" * 80, "permalink": f"https://lantern.example/{at}/" + "x" * 400, "sku": "s" * 300}
        for at in range(200)
    ]
    ctx = make_context(FeedSettings(url=SHOP), http=ScriptedHttp(lambda *_: http_answer(200, rows)))
    Feed().refresh(ctx)
    assert len(ctx.memory.values[KEY]) < 65_536
    assert len(list(Feed().offers(Viewer("en", Milestone.PENDING), 6, ctx))) == 6
