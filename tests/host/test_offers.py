"""Offers as input: what a recommender hands over is looked at before anybody sees it."""

import pytest

from tracker.host.offers import MOST_OFFERS, check_offers
from tracker.host.values import Wrong
from tracker.sdk import Offer

LINK = "https://shop.example/a"
BAD = ["javascript:alert(1)", "data:text/html,x", "//evil.example", "\\\\evil.example", "http://shop.example", "/x", "",
       "https://user@shop.example", "https://shop.example/" + "x" * 600]  # fmt: skip


@pytest.mark.parametrize("address", BAD)
def test_s09_s35_an_offer_whose_link_is_not_https_is_left_out_and_a_picture_too(address):
    assert check_offers([Offer("1", "T", address)]) == ()
    assert check_offers([Offer("1", "T", LINK, image_url=address)])[0].image_url == ""


def test_s08_texts_become_one_plain_line_of_a_length():
    offer = check_offers([Offer("1", "a\n\u202eb\x00" + "x" * 500, LINK, text="y" * 500)])[0]
    assert offer.title.startswith("a b")
    assert (len(offer.title), len(offer.text)) == (80, 160)
    assert check_offers([Offer("1", " \u202e", LINK)]) == ()


def test_few_are_kept_and_none_twice():
    many = [Offer(str(number % 9), f"T{number}", LINK) for number in range(1000)]
    assert [one.title for one in check_offers(iter(many))] == [f"T{number}" for number in range(MOST_OFFERS)]


@pytest.mark.parametrize(
    ("price", "currency", "kept"),
    [(1990, "EUR", (1990, "EUR")), (0, "KRW", (0, "KRW")), (-1, "EUR", (None, "")), (True, "EUR", (None, "")),
     (10**12, "EUR", (None, "")), (1, "eur", (None, "")), (1, "", (None, "")), (None, "EUR", (None, ""))],
)  # fmt: skip
def test_s35_a_price_that_cannot_be_is_not_shown(price, currency, kept):
    offer = check_offers([Offer("1", "T", LINK, price=price, currency=currency)])[0]
    assert (offer.price, offer.currency) == kept


@pytest.mark.parametrize("value", [None, "text", 3, [1], [Offer("1", 3, LINK)], [Offer("1", "T", None)]])
def test_what_is_no_offer_is_the_plugins_bug(value):
    with pytest.raises(Wrong):
        check_offers(value)
