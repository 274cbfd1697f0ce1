"""Offers as a recommender brings them, as input: few, plain, and with no link that leads anywhere but to https."""

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice

from tracker.sdk import Offer, https_url

from .values import Wrong, clean, expect

MOST_OFFERS = 6
MOST_READ = 60
"""A recommender that brings more than this is read no further."""
TITLE, TEXT, LONGEST_URL = 80, 160, 500
_CURRENCY = re.compile(r"[A-Z]{3}")


def check_offers(value: object) -> tuple[Offer, ...]:
    """The offers that may be shown, at most `MOST_OFFERS`. Raises `Wrong` for what is no offer.

    One without a title, or whose link is no https address, is left out; a picture or a price that cannot be is.
    """
    if isinstance(value, str | bytes) or not isinstance(value, Iterable):
        raise Wrong(f"{type(value).__name__} where offers belong")
    kept: dict[str, Offer] = {}
    for one in islice(value, MOST_READ):
        offer = _check(expect(one, Offer))
        if offer is not None and offer.id not in kept:
            kept[offer.id] = offer
    return tuple(kept.values())[:MOST_OFFERS]


def _check(offer: Offer) -> Offer | None:
    title, link = clean(offer.title, TITLE), _address(offer.link_url)
    if not title or not link:
        return None
    priced = offer.price is not None and _CURRENCY.fullmatch(clean(offer.currency, 3))
    price = expect(offer.price, int) if priced else None
    # A bool is an int, and no price.
    fits = price is not None and not isinstance(price, bool) and 0 <= price < 10**12
    return replace(
        offer,
        id=clean(offer.id, 100) or link,
        title=title,
        link_url=link,
        text=clean(offer.text, TEXT),
        image_url=_address(offer.image_url),
        price=price if fits else None,
        currency=offer.currency if fits else "",
    )


def _address(text: object) -> str:
    if expect(text, str) == "" or len(str(text)) > LONGEST_URL:
        return ""
    try:
        return https_url(str(text))
    except ValueError:
        return ""
