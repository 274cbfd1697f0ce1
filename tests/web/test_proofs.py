"""Proofs over HTTP: who sees which, and what a browser may do with them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.portals import make_order, make_shop, scan
from tests.services.proving import draw
from tracker.sdk import Proof, TrackingResult
from tracker.services import links, passes, recording, shipping
from tracker.services.portal import Portal
from tracker.store.orders import Order, find_order
from tracker.store.shops import Shop, write_shop

Link = Callable[..., str]


@pytest.fixture
def proved(portal: Portal, shop: Shop, order: Order) -> tuple[int, dict[str, int]]:
    """A delivered parcel of `order` with a photo and a signature: its id, and theirs by kind."""
    write_shop(shop.id, {"show_people": True})
    shop.show_people = True
    shipment, _ = shipping.add_shipment(portal, shop.id, order, "demo", "DEMOTEST1", actor="test")
    told = (Proof("photo", draw()), Proof("signature", draw("blue", "PNG")))
    events = (scan("delivered", "2026-03-02T14:00"),)
    recording.record_result(portal, shop, "demo", TrackingResult("DEMOTEST1", events, proofs=told))
    found = find_order(shop.id, order.id)
    assert found is not None
    return shipment.id, {one["kind"]: one["id"] for one in found.view["parcels"][0]["proofs"]}


def test_each_tier_sees_what_it_may_and_the_shop_can_take_it_away(
    portal: Portal, shop: Shop, order: Order, client: FlaskClient, link: Link, proved: tuple[int, dict[str, int]]
) -> None:
    parcel, ids = proved
    passes.renew_key(portal, shop.id)
    fresh = Shop.get_by_id(shop.id)
    account = passes.make(portal, fresh, f"woocommerce:{order.ref}", "account", portal.now() + timedelta(hours=1))
    ways = {"shared": link(order, tier="shared"), "mail": link(order), "account": f"/t/{account}"}

    def see() -> dict[str, tuple[int, int]]:
        paths = {tier: [f"{way}/parcels/{parcel}/proofs/{ids[kind]}" for kind in ids] for tier, way in ways.items()}
        return {tier: tuple(client.get(path).status_code for path in each) for tier, each in paths.items()}  # type: ignore[misc]

    assert see() == {"shared": (403, 403), "mail": (200, 403), "account": (200, 200)}
    write_shop(shop.id, {"tiers": {"mail": [], "account": ["photo"]}})
    assert see() == {"shared": (403, 403), "mail": (403, 403), "account": (200, 403)}


def test_s29_a_proof_is_a_picture_that_can_do_nothing_and_is_sent_once(
    client: FlaskClient, order: Order, link: Link, proved: tuple[int, dict[str, int]]
) -> None:
    parcel, ids = proved
    path = f"{link(order)}/parcels/{parcel}/proofs/{ids['photo']}"
    first = client.get(path)
    assert first.headers["Content-Type"] == "image/png"
    assert first.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert first.headers["Referrer-Policy"] == "no-referrer"
    # The frame of a sandboxed page has no origin, so that "same-origin" would hide it there.
    assert first.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in first.headers
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data, again.headers["Cache-Control"]) == (304, b"", "private, no-cache")
    assert client.post(path).status_code == 405


def test_s01_a_proof_is_found_on_its_own_parcel_of_its_own_order_alone(
    portal: Portal, shop: Shop, client: FlaskClient, order: Order, link: Link, proved: tuple[int, dict[str, int]]
) -> None:
    parcel, ids = proved
    photo = ids["photo"]
    second = make_order(portal, shop, "2")
    shipping.add_shipment(portal, shop.id, second, "demo", "DEMOTEST2", actor="test")
    elsewhere = make_shop(portal, "elsewhere")
    foreign = make_order(portal, elsewhere)
    token = links.issue(portal, elsewhere.id, foreign, foreign.email)
    ways = (f"{link(order)}/parcels/{parcel + 1}", f"{link(second)}/parcels/{parcel}", f"/t/{token}/parcels/{parcel}")
    for way in (*ways, f"{link(second)}/parcels/{parcel + 1}", f"/t/{'A' * 32}/parcels/{parcel}"):
        assert client.get(f"{way}/proofs/{photo}").status_code == 404
    assert client.get(f"{link(order)}/parcels/{parcel}/proofs/{photo + 99}").status_code == 404
