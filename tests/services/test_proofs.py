"""Proofs of delivery and pick-up points: kept, got, drawn anew, and shown to their own parcel alone."""

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest
from PIL import Image

from tests.conftest import Clock
from tests.portals import make_order, scan, utc
from tracker.domain.proofs import date_proofs, name_address
from tracker.host.registry import Provider
from tracker.sdk import (
    BadRequest,
    Carrier,
    Context,
    Event,
    HttpAnswer,
    NotFound,
    Pickup,
    PluginError,
    Proof,
    Query,
    Successor,
    TrackingResult,
    Upstream,
)
from tracker.services import branding, proofs, recording, shipping, work
from tracker.services.portal import Portal
from tracker.services.projections import refresh_order
from tracker.services.staff import Me
from tracker.store import proofs as rows
from tracker.store.database import writing
from tracker.store.orders import Order, find_order
from tracker.store.outbox import Outbox
from tracker.store.shipments import Shipment
from tracker.store.shops import Shop, find_shop

NUMBER = "DEMOTEST1"
URL = "https://photos.carrier.example/a/1.jpg?Expires=1&Signature=x"
KIOSK = Pickup("Kiosk am Markt", "Markt 1", ("Mo–Fr 8–18",), datetime(2026, 3, 9, 18), "4711", (52.5, 13.4))


def draw(colour: str = "red", kind: str = "JPEG", place: bool = False) -> bytes:
    out, exif = io.BytesIO(), Image.Exif()
    if place:
        exif.get_ifd(0x8825).update({1: "N", 2: (37.0, 33.0, 59.0)})
    Image.new("RGB", (64, 48), colour).save(out, kind, exif=exif.tobytes())
    return out.getvalue()


def tell(portal: Portal, shop: Shop, *events: Event, number: str = NUMBER, carrier: str = "demo", **more: Any) -> int:
    return recording.record_result(portal, shop, carrier, TrackingResult(number, events, **more))


def ship(portal: Portal, shop: Shop, order: Order, number: str = NUMBER, carrier: str = "demo") -> Shipment:
    shipment, _ = shipping.add_shipment(portal, shop.id, order, carrier, number, actor="staff:1", handed_over=False)
    return shipment


def view(shop: Shop, order: Order) -> dict[str, Any]:
    found = find_order(shop.id, order.id)
    assert found is not None
    (parcel,) = found.view["parcels"]
    return dict(parcel)


def shown(shop: Shop, order: Order) -> list[str]:
    return [one["kind"] for one in view(shop, order)["proofs"]]


DELIVERED = scan("delivered", "2026-03-02T14:00")


@pytest.fixture
def order(portal: Portal, shop: Shop, clock: Clock) -> Order:
    clock.now = utc("2026-03-02T06:00")
    made = make_order(portal, shop)
    ship(portal, shop, made)
    return made


@dataclass
class Web:
    """Answers by address; what is missing answers 404."""

    answers: dict[str, HttpAnswer | PluginError] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def request(self, method: str, url: str, **_: object) -> HttpAnswer:
        self.asked.append(url)
        answer = self.answers.get(url, HttpAnswer(404, {}, b"", url))
        if isinstance(answer, PluginError):
            raise answer
        return answer


@pytest.fixture
def web(portal: Portal) -> Web:
    found = Web()
    portal.contexts = replace(portal.contexts, http=lambda: found)
    return found


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


# --- got by the worker -----------------------------------------------------------------------------------------------


def test_a_photo_that_lies_elsewhere_is_got_by_the_worker_once(
    portal: Portal, shop: Shop, order: Order, web: Web
) -> None:
    moved = "https://store.example/1?X-Amz-Signature=abc"
    web.answers = {
        URL: HttpAnswer(302, {"location": moved}, b"", URL),
        moved: HttpAnswer(200, {}, draw(place=True), moved),
    }
    tell(portal, shop, DELIVERED, proofs=(Proof("photo", url=URL),))
    assert shown(shop, order) == []
    work.run_outbox(portal)
    assert shown(shop, order) == ["photo"]
    assert b"Exif" not in bytes(rows.Proof.get().body)
    tell(portal, shop, DELIVERED, proofs=(Proof("photo", url=URL.replace("=1", "=2")),))
    work.run_outbox(portal)
    assert (web.asked, rows.Proof.select().count()) == ([URL, moved], 1)


@pytest.mark.parametrize(
    "answer",
    [
        HttpAnswer(403, {}, b"", URL), HttpAnswer(404, {}, b"", URL), HttpAnswer(200, {}, b"<html>no", URL),
        HttpAnswer(302, {"location": "http://127.0.0.1:9/"}, b"", URL), HttpAnswer(302, {"location": URL}, b"", URL),
        BadRequest("an address that plugins may not call"),
    ],
    ids=["403", "404", "html", "inside", "round", "barred"],
)  # fmt: skip
def test_an_address_that_leads_to_no_picture_is_given_up(
    portal: Portal, shop: Shop, order: Order, web: Web, answer: HttpAnswer | PluginError
) -> None:
    web.answers = {URL: answer}
    for _ in range(2):
        tell(portal, shop, DELIVERED, proofs=(Proof("photo", url=URL),))
        work.run_outbox(portal)
    assert (rows.Proof.get().state, shown(shop, order)) == ("gone", [])
    assert Outbox.get(Outbox.topic == "proof").state == "done"
    assert len(web.asked) <= 4
    # An address of the same picture that is signed anew is tried again.
    fresh = URL.replace("Expires=1", "Expires=2")
    web.answers = {fresh: HttpAnswer(200, {}, draw(), fresh)}
    tell(portal, shop, DELIVERED, proofs=(Proof("photo", url=fresh),))
    work.run_outbox(portal)
    assert shown(shop, order) == ["photo"]


def test_a_store_of_photos_that_does_not_answer_is_asked_again_for_a_day(
    portal: Portal, shop: Shop, order: Order, web: Web, clock: Clock
) -> None:
    web.answers = {URL: Upstream("no usable answer")}
    tell(portal, shop, DELIVERED, proofs=(Proof("photo", url=URL),))
    work.run_outbox(portal)
    assert (rows.Proof.get().state, Outbox.get(Outbox.topic == "proof").state) == ("wanted", "waiting")
    clock.advance(hours=25)
    work.run_outbox(portal)
    assert (rows.Proof.get().state, Outbox.get(Outbox.topic == "proof").state) == ("gone", "done")
    assert len(web.asked) == 1


class Prover(Carrier):
    """Gives a photo of a delivery, some time after it."""

    id = "prover"
    names: ClassVar = {"en": "Prover"}
    proves = True

    def __init__(self, *answers: object) -> None:
        self.answers, self.asked = list(answers), []  # type: ignore[var-annotated]

    def proofs(self, query: Query, ctx: Context) -> Iterable[Proof]:
        self.asked.append(query.number)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer  # type: ignore[no-any-return]


@pytest.fixture
def asked_carrier(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Prover]:
    def add(*answers: object) -> Prover:
        made = Prover(*answers)
        monkeypatch.setitem(portal.registry.carriers, "prover", Provider("carrier", "prover", "demo", made))  # type: ignore[index]
        return made

    return add


def run_for(portal: Portal, clock: Clock, hours: int) -> None:
    for _ in range(hours):
        clock.advance(hours=1)
        work.run_outbox(portal)


def test_after_a_delivery_the_carrier_is_asked_until_it_has_a_proof(
    portal: Portal, shop: Shop, order: Order, clock: Clock, asked_carrier: Callable[..., Prover]
) -> None:
    prover = asked_carrier((), NotFound("none yet"), (Proof("photo", draw()),), ())
    clock.now = utc("2026-03-02T06:00")
    ship(portal, shop, make_order(portal, shop, "2"), "P1", "prover")
    mine = make_order(portal, shop, "2")
    tell(portal, shop, scan("in_transit", "2026-03-02T11:00"), number="P1", carrier="prover")
    run_for(portal, clock, 2)
    assert prover.asked == []
    tell(portal, shop, DELIVERED, number="P1", carrier="prover")
    run_for(portal, clock, 60)
    assert prover.asked == ["P1"] * 3
    assert shown(shop, mine) == ["photo"]
    assert rows.Proof.get().as_of == "2026-03-02T14:00:00"


def test_nobody_is_asked_about_what_was_delivered_long_ago_or_is_another_parcels_by_now(
    portal: Portal, shop: Shop, clock: Clock, asked_carrier: Callable[..., Prover]
) -> None:
    prover = asked_carrier(*[()] * 9)
    clock.now = utc("2026-03-02T06:00")
    ship(portal, shop, make_order(portal, shop), "P1", "prover")
    clock.now = utc("2026-04-02T06:00")
    tell(portal, shop, DELIVERED, number="P1", carrier="prover")
    run_for(portal, clock, 30)
    assert prover.asked == []
    ship(portal, shop, make_order(portal, shop, "2"), "P2", "prover")
    tell(portal, shop, scan("delivered", "2026-04-03T23:00"), number="P2", carrier="prover")
    clock.now = utc("2026-04-08T05:00")
    ship(portal, shop, make_order(portal, shop, "3"), "P2", "prover")
    tell(portal, shop, scan("picked_up", "2026-04-08T12:00"), number="P2", carrier="prover")
    run_for(portal, clock, 1)
    assert prover.asked == []


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
    assert date_proofs([*OLD, NEW[0]]) is None
    assert date_proofs([scan("unknown", None)]) is None
    slow = [scan("in_transit", "2026-03-02T16:00"), scan("in_transit", datetime(2026, 3, 2) + timedelta(days=29))]
    assert date_proofs(slow) == slow[1].local
