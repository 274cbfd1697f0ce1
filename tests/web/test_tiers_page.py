"""Who sees what: each grant that a shop takes away takes exactly its own things from the page, and nothing else."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask.testing import FlaskClient

from tests.portals import scan
from tests.web.test_heart import INSTRUCTION, PICKUP, change
from tracker.domain.tiers import ALL, LEAST, NEEDS, Grant
from tracker.sdk import Window
from tracker.services.portal import Portal
from tracker.store.orders import Order
from tracker.store.shops import Shop, write_shop

Send = Callable[..., None]
Link = Callable[..., str]
CONCERN = {"number": 12, "shipment": 1, "kind": "late", "state": "open", "created_at": "", "due_at": None}
THINGS: dict[Grant, tuple[str, ...]] = {
    Grant.PLACES: ("Incheon, KR", "Café am Markt", "Marktplatz 3"),
    Grant.HOURS: ("18:40", "14:07", "window.ics"),
    Grant.NUMBERS: (">1001<", "1Z12345E0291980793", "ups.com", "A7 42"),
    Grant.PIECES: ("Green tea", "Stone cup"),
    Grant.WORDS: ("Zork blorb", "Undated blorb", "It left a depot.", "signed for"),
    Grant.PHOTO: ("/proofs/1",),
    Grant.SIGNATURE: ("/proofs/2",),
    Grant.ACT: ("/answer", "Leave it in a safe place"),
    Grant.READDRESS: ("/change",),
    Grant.CONCERN: ("/concerns/", "No. 12"),
    Grant.RATE: ("/rating",),
    Grant.PREFERENCES: ("/preferences",),
    Grant.REPORT: ("/report.json",),
    Grant.SHARE: ("/share",),
}
"""For each grant what only it shows."""
WINDOW = Window(datetime(2026, 3, 5, 14, 7), datetime(2026, 3, 5, 18, 7))
WAY = (
    scan("picked_up", "2026-03-01T18:40", text="Zork blorb"),
    scan("in_transit", "2026-03-02T08:00", place="Incheon, KR", text="Departed from facility"),
    scan("unknown", None, text="Undated blorb"),
)


@pytest.fixture
def addresses(
    portal: Portal, shop: Shop, order: Order, send: Send, link: Link, client: FlaskClient
) -> Callable[..., str]:
    """The HTML of three orders' pages and widgets, which together hold everything there is to see."""
    from tests.portals import make_order

    def show(order: Order, events: tuple, number: str, **parcel: object) -> Order:
        send(order, *events, window=WINDOW, number=number)
        change(
            order, {"instructions": [{**INSTRUCTION, "state": "task"}], "pickup": PICKUP, **parcel}, concerns=[CONCERN]
        )
        return order

    arrived = (*WAY, scan("delivered", "2026-03-02T09:02", reason="signed"))
    orders = [
        show(order, WAY, "1Z12345E0291980793"),
        show(make_order(portal, shop, "1001a"), (*WAY, scan("available_for_pickup", "2026-03-02T09:30")), "1Z1"),
        show(
            make_order(portal, shop, "1001b"), arrived, "1Z2",
            proofs=[{"id": 1, "kind": "photo"}, {"id": 2, "kind": "signature"}],
        ),
        make_order(portal, shop, "1001c"),
    ]  # fmt: skip

    def read(tier: str, surfaces: tuple[str, ...] = ("t", "embed")) -> str:
        paths = [link(one, surface, tier) for one in orders for surface in surfaces]
        return "\n".join(client.get(path).text.replace("1001c<", "1001<") for path in paths)

    return read


def test_each_grant_shows_exactly_its_own_things(shop: Shop, addresses: Callable[..., str]) -> None:
    everything = addresses("account")
    for grant, things in THINGS.items():
        assert all(thing in everything for thing in things), grant
    for grant in Grant:
        write_shop(shop.id, {"tiers": {"account": [str(one) for one in ALL - {grant}]}})
        html = addresses("account")
        hidden = set() if grant in LEAST["account"] else {grant, *(one for one in NEEDS if grant in NEEDS[one])}
        for other, things in THINGS.items():
            for thing in things:
                assert (thing in html) is (other not in hidden), (grant, other, thing)


def test_a_link_from_a_mail_shows_no_signature_whatever_the_shop_wants(
    shop: Shop, addresses: Callable[..., str]
) -> None:
    write_shop(shop.id, {"tiers": {"mail": [str(grant) for grant in Grant]}})
    html = addresses("mail")
    for grant, things in THINGS.items():
        assert all((thing in html) is (grant is not Grant.SIGNATURE) for thing in things), grant


def test_a_shared_link_shows_milestones_and_days_and_nothing_else(shop: Shop, addresses: Callable[..., str]) -> None:
    write_shop(shop.id, {"tiers": {"shared": [str(grant) for grant in Grant]}})
    html = addresses("shared")
    for things in THINGS.values():
        assert not [thing for thing in things if thing in html]
    for shown in ("On its way", "Delivered", "Ready to collect", "5 Mar", "It came on", "Monday 2 March"):
        assert shown in html
    assert 'class="button' not in html
    assert "<time" in html
    assert "T0" not in html.split('class="tracking', 1)[1]
