"""Proofs of delivery and pick-up points: kept, got, drawn anew, and shown to their own parcel alone."""

import io
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from PIL import Image

from tests.conftest import Clock
from tests.portals import make_order, scan, utc
from tracker.domain.proofs import date_proofs, name_address
from tracker.sdk import (
    Event,
    Pickup,
    Proof,
    Successor,
)
from tracker.services import branding, proofs, work
from tracker.services.portal import Portal
from tracker.services.projections import refresh_order
from tracker.services.staff import Me
from tracker.store import proofs as rows
from tracker.store.database import writing
from tracker.store.orders import Order, find_order
from tracker.store.shops import Shop, find_shop

from .proving import DELIVERED, KIOSK, draw, send, ship, shown, tell, view


@pytest.fixture
def order(portal: Portal, shop: Shop, clock: Clock) -> Order:
    return send(portal, shop, clock)


def test_s29_a_photo_is_kept_without_where_it_was_taken_and_told_again_kept_once(
    portal: Portal, shop: Shop, order: Order
) -> None:
    before = find_order(shop.id, order.id)
    photo = Proof("photo", draw(place=True))
    for events in ((DELIVERED,), (DELIVERED, scan("in_transit", "2026-03-02T09:00"))):
        tell(portal, shop, *events, proofs=(photo, photo))
    (row,) = rows.Proof.select()
    assert (row.state, row.kind, row.content_type, row.as_of) == ("kept", "photo", "image/png", "2026-03-02T14:00:00")
    assert not dict(Image.open(io.BytesIO(row.body)).getexif().get_ifd(0x8825))
    assert view(shop, order)["proofs"] == [{"id": row.id, "kind": "photo"}]
    after = find_order(shop.id, order.id)
    assert before is not None
    assert after is not None
    assert after.version > before.version


def test_a_photo_that_comes_after_the_last_scan_reaches_the_page(portal: Portal, shop: Shop, order: Order) -> None:
    tell(portal, shop, DELIVERED)
    version = find_order(shop.id, order.id).version  # type: ignore[union-attr]
    tell(portal, shop, DELIVERED, proofs=(Proof("photo", draw()),))
    tell(portal, shop, DELIVERED, proofs=(Proof("photo", draw()),))
    assert shown(shop, order) == ["photo"]
    assert find_order(shop.id, order.id).version == version + 1  # type: ignore[union-attr]


def test_s29_what_is_no_picture_is_read_once_and_shown_never(
    portal: Portal, shop: Shop, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[bytes] = []
    redraw = proofs.pictures.redraw
    monkeypatch.setattr(proofs.pictures, "redraw", lambda body, **more: read.append(body) or redraw(body, **more))
    for _ in range(2):
        tell(portal, shop, DELIVERED, proofs=(Proof("photo", b"<svg onload='alert(1)'/>"), Proof("photo", draw())))
        tell(portal, shop, DELIVERED, scan("in_transit", "2026-03-02T09:00"), proofs=(Proof("photo", draw()),))
    assert shown(shop, order) == ["photo"]
    assert len(read) == 2


def test_a_signature_is_kept_only_where_the_shop_shows_people(
    portal: Portal, shop: Shop, order: Order, clock: Clock
) -> None:
    told = (Proof("signature", draw("blue", "PNG")), Proof("photo", draw()))
    tell(portal, shop, DELIVERED, proofs=told)
    assert shown(shop, order) == ["photo"]
    assert [row.kind for row in rows.Proof.select()] == ["photo"]
    me = Me(1, "ada@lantern.example", "Ada", "en", 1, "")
    details = branding.Details.model_validate(branding.read_details(shop) | {"show_people": True})
    branding.save_details(portal, shop, details, me=me)
    shop = find_shop(shop.id)  # type: ignore[assignment]
    tell(portal, shop, DELIVERED, proofs=told)
    assert shown(shop, order) == ["photo", "signature"]
    parcel = view(shop, order)
    seen = (shop.id, order.id, parcel["id"], parcel["proofs"][1]["id"])
    assert proofs.read(*seen) is not None
    branding.save_details(portal, shop, details.model_copy(update={"show_people": False}), me=me)
    # At once nobody sees it, and soon it is gone.
    assert proofs.read(*seen) is None
    work.run_outbox(portal)
    assert shown(shop, order) == ["photo"]
    assert [row.body is None for row in rows.Proof.select().order_by(rows.Proof.id)] == [False, True]


# --- where the number is used again ----------------------------------------------------------------------------------

OLD = (scan("picked_up", "2026-03-02T09:00"), scan("delivered", "2026-03-03T14:00"))
NEW = (scan("picked_up", "2026-09-02T09:00"), scan("delivered", "2026-09-03T14:00"))


def use_again(portal: Portal, shop: Shop, clock: Clock, first: Callable[[], object]) -> tuple[Order, Order]:
    """An order whose parcel was delivered in March, and one whose parcel has its number in September."""
    clock.now = utc("2026-03-02T00:00")
    old = make_order(portal, shop, "1")
    ship(portal, shop, old)
    clock.now = utc("2026-03-04T00:00")
    first()
    clock.now = utc("2026-09-02T00:00")
    new = make_order(portal, shop, "2")
    ship(portal, shop, new)
    clock.now = utc("2026-09-04T00:00")
    return old, new


def test_r11_a_number_used_again_shows_neither_proofs_nor_pickup_to_the_other(
    portal: Portal, shop: Shop, clock: Clock
) -> None:
    shop = Shop.get_by_id(shop.id)
    Shop.update(show_people=True).execute()
    shop.show_people = True
    waiting = scan("available_for_pickup", "2026-03-03T10:00")
    photo, sign = Proof("photo", draw()), Proof("signature", draw("blue"))

    def first() -> None:
        tell(portal, shop, OLD[0], waiting, pickup=KIOSK)
        tell(portal, shop, *OLD, waiting, proofs=(photo, sign))

    old, new = use_again(portal, shop, clock, first)
    assert (shown(shop, old), shown(shop, new)) == (["photo", "signature"], [])
    arrived = scan("available_for_pickup", "2026-09-03T10:00")
    tell(portal, shop, NEW[0], arrived)
    assert view(shop, new)["pickup"] is None
    tell(portal, shop, NEW[0], arrived, pickup=replace(KIOSK, name="Corner shop"))
    assert view(shop, new)["pickup"]["name"] == "Corner shop"
    tell(portal, shop, *NEW, arrived, proofs=(Proof("photo", draw("green")),))
    assert (shown(shop, old), shown(shop, new)) == (["photo", "signature"], ["photo"])
    ids = [{one["id"] for one in view(shop, each)["proofs"]} for each in (old, new)]
    assert not ids[0] & ids[1]
    # Told once more along with the new parcel's scans, the old one's stay the old one's.
    tell(portal, shop, *NEW, proofs=(photo, sign))
    assert [{one["id"] for one in view(shop, each)["proofs"]} for each in (old, new)] == ids


@pytest.mark.parametrize("events", [(*OLD, *NEW), (*OLD, NEW[0]), ()], ids=["both", "next begun", "no scans"])
def test_r11_of_an_answer_that_may_be_about_either_parcel_nothing_is_shown(
    portal: Portal, shop: Shop, clock: Clock, events: Iterable[Event]
) -> None:
    old, new = use_again(portal, shop, clock, lambda: tell(portal, shop, *OLD))
    tell(portal, shop, *NEW)
    tell(portal, shop, *events, proofs=(Proof("photo", draw()),))
    assert (shown(shop, old), shown(shop, new)) == ([], [])


def test_s04_another_shop_with_the_same_number_sees_none_of_it(portal: Portal, shop: Shop, order: Order) -> None:
    other = Shop.create(slug="other", name="Other", created_at=portal.now())
    theirs = make_order(portal, other)
    ship(portal, other, theirs)
    tell(portal, other, DELIVERED)
    tell(portal, shop, DELIVERED, proofs=(Proof("photo", draw()),))
    (mine,) = view(shop, order)["proofs"]
    assert shown(other, theirs) == []
    parcel = view(shop, order)["id"]
    assert proofs.read(shop.id, order.id, parcel, mine["id"]) is not None
    assert proofs.read(other.id, order.id, parcel, mine["id"]) is None
    assert proofs.read(shop.id, theirs.id, view(other, theirs)["id"], mine["id"]) is None
    assert proofs.read(shop.id, order.id, parcel + 1, mine["id"]) is None


def test_what_is_told_of_the_number_that_a_parcel_goes_on_as_is_its_own(
    portal: Portal, shop: Shop, order: Order
) -> None:

    tell(portal, shop, scan("picked_up", "2026-03-02T09:00"), successor=Successor("usps", "9400111"))
    tell(portal, shop, DELIVERED, number="9400111", carrier="usps", proofs=(Proof("photo", draw()),))
    assert shown(shop, order) == ["photo"]


# --- pick-up points --------------------------------------------------------------------------------------------------


def test_the_page_tells_where_the_parcel_waits_as_it_was_told_last(portal: Portal, shop: Shop, order: Order) -> None:
    waits = scan("available_for_pickup", "2026-03-02T12:00")
    tell(portal, shop, waits, pickup=KIOSK)
    assert view(shop, order)["pickup"] == {
        "name": "Kiosk am Markt", "address": "Markt 1", "hours": ["Mo–Fr 8–18"], "until": "2026-03-09T18:00:00",
        "code": "4711", "point": [52.5, 13.4],
    }  # fmt: skip
    tell(portal, shop, scan("in_transit", "2026-03-02T11:00"), pickup=Pickup("Another"))
    assert view(shop, order)["pickup"]["name"] == "Kiosk am Markt"
    tell(portal, shop, DELIVERED)
    assert view(shop, order)["pickup"] is None


def test_r01_pickups_in_any_order_leave_the_same_page(portal: Portal, shop: Shop) -> None:
    waits = [scan("available_for_pickup", f"2026-03-02T{hour}:00") for hour in (10, 12)]
    told = [
        ((waits[0],), KIOSK),
        (waits, replace(KIOSK, code="", until=None)),
        (waits, replace(KIOSK, name="Locker 7")),
        (waits, Pickup("Locker 7")),
    ]
    pages = []
    for number, turn in enumerate((told, told[::-1], told[2:] + told[:2] + told)):
        order = make_order(portal, shop, f"{number}")
        ship(portal, shop, order, f"DEMOTEST{number}")
        for events, pickup in turn:
            tell(portal, shop, *events, number=f"DEMOTEST{number}", pickup=pickup)
        pages.append(view(shop, order)["pickup"])
    assert pages[0] == pages[1] == pages[2]
    assert pages[0]["until"]


# --- let go ----------------------------------------------------------------------------------------------------------


def test_proofs_and_pickups_go_as_late_as_the_links_and_the_page_with_them(
    portal: Portal, shop: Shop, order: Order, clock: Clock
) -> None:
    tell(portal, shop, scan("available_for_pickup", "2026-03-02T12:00"), pickup=KIOSK)
    tell(portal, shop, DELIVERED, proofs=(Proof("photo", draw()),))
    clock.advance(days=89)
    work.let_go(portal)
    assert shown(shop, order) == ["photo"]
    clock.advance(days=2)
    work.let_go(portal)
    assert shown(shop, order) == []
    assert rows.Proof.select().count() == rows.Pickup.select().count() == 0


def test_r35_what_was_forgotten_does_not_come_back_and_others_keep_theirs(
    portal: Portal, shop: Shop, clock: Clock
) -> None:
    photo = Proof("photo", draw())
    old, new = use_again(portal, shop, clock, lambda: tell(portal, shop, *OLD, proofs=(photo,), pickup=KIOSK))
    tell(portal, shop, *NEW, proofs=(Proof("photo", draw("green")),))
    with writing(shop.id):
        assert proofs.forget(portal, shop.id, old.id) == 2
        refresh_order(portal, shop.id, old.id)
    tell(portal, shop, *OLD, proofs=(photo,))
    assert (shown(shop, old), shown(shop, new)) == ([], ["photo"])
    assert [row.body is None for row in rows.Proof.select().order_by(rows.Proof.id)] == [True, False]


def test_an_address_is_the_same_whoever_it_lets_in_for_a_while() -> None:
    same = {
        name_address(f"https://a.example/1.jpg?id=7&{more}")
        for more in ("Expires=1&Signature=x", "X-Amz-Date=2&X-Amz-Signature=y", "sig=%3D&se=2026")
    }
    assert len(same) == 1
    assert name_address("https://a.example/1.jpg?id=8") not in same


def test_a_delivery_is_dated_by_its_own_scan() -> None:
    assert date_proofs([DELIVERED, scan("in_transit", "2026-03-02T16:00")]) == DELIVERED.local
    assert date_proofs([scan("in_transit", "2026-03-02T16:00"), scan("unknown", None)]) == datetime(2026, 3, 2, 16)
    # Months of silence lie between two parcels, whatever became of the first one.
    assert date_proofs([scan("in_transit", "2026-03-02T16:00"), scan("in_transit", "2026-04-02T16:00")]) is None
    assert date_proofs([*OLD, NEW[0]]) is None
    assert date_proofs([scan("unknown", None)]) is None
    slow = [scan("in_transit", "2026-03-02T16:00"), scan("in_transit", datetime(2026, 3, 2) + timedelta(days=29))]
    assert date_proofs(slow) == slow[1].local
