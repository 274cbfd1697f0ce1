"""Slots as mails take them: in plain text."""

from tracker.services import slots
from tracker.services.portal import Portal
from tracker.store.shops import Shop

OFFER = {
    "title": "Autumn green",
    "text": "Two lids for one",
    "link_url": "https://shop.example/a?b=1&c=2",
    "button": "Look",
}


def test_a_plain_offer_has_a_line_for_each_thing_it_says(portal: Portal, shop: Shop) -> None:
    text = slots.render(portal, shop.id, slots.Filling("offer", OFFER), slot="mail", plain=True)
    assert text is not None
    assert text.splitlines() == ["Autumn green", "Two lids for one", "Look: https://shop.example/a?b=1&c=2"]
