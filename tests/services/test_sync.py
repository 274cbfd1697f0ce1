"""Orders in from a made-up WooCommerce shop over real HTTP, and the news of shipments back to it, on both databases."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.conftest import Clock
from tests.portals import make_order as make_known_order
from tests.portals import utc
from tracker.host.http import SafeHttp
from tracker.sdk import BadRequest, Upstream
from tracker.services import fulfilments, receiving, shipping, work
from tracker.services.portal import Portal
from tracker.services.sync import NoCursor, sync
from tracker.store import outbox
from tracker.store.notices import Notice
from tracker.store.orders import Order, find_by_ref
from tracker.store.outbox import Outbox
from tracker.store.shipments import Shipment
from tracker.store.shops import Shop
from tracker.testing.woocommerce import MadeUpShop, make_order, webhook

UPS = "1Z999AA10123456784"
SECRET = "a secret of webhooks"
SINCE = datetime(2026, 2, 1, tzinfo=UTC)


@pytest.fixture
def woo(portal: Portal, shop: Shop) -> Iterator[MadeUpShop]:
    """A WooCommerce shop that the shop is connected to."""
    made_up = MadeUpShop()
    with made_up.running() as address:
        http = SafeHttp(allow={address.removeprefix("http://")}, seconds=2.0)
        portal.contexts = replace(portal.contexts, http=lambda: http)
        settings = {
            "url": address, "webhook_secret": SECRET, "consumer_key": made_up.consumer_key,
            "consumer_secret": made_up.consumer_secret,
        }  # fmt: skip
        portal.ports.settings.save(shop.id, "woocommerce", settings, portal.now())  # type: ignore[attr-defined]
        yield made_up


def hook(portal: Portal, shop: Shop, order: dict[str, Any], topic: str = "order.created") -> None:
    body, headers = webhook(order, topic, SECRET, f"{topic}-{order['id']}-{order['status']}")
    lower = {name.lower(): value for name, value in headers.items()}
    verdict = receiving.receive_store(portal, shop.slug, "woocommerce", lower, body)
    assert verdict is not None
    assert verdict.valid
    work.run_inbox(portal)


def known(shop: Shop, ref: int) -> Order:
    order = find_by_ref(shop.id, "woocommerce", str(ref))
    assert order is not None
    return order


def trackings(woo: MadeUpShop, ref: int) -> list[str]:
    return [item["tracking_number"] for item in woo._kept(ref)]


def add(portal: Portal, shop: Shop, ref: int, number: str = UPS, **more: Any) -> Shipment:
    shipment, _ = shipping.add_shipment(portal, shop.id, known(shop, ref), "ups", number, actor="staff:1", **more)
    return shipment


# --- orders in -------------------------------------------------------------------------------------------------------


def fill(woo: MadeUpShop, count: int, first: int = 1) -> None:
    for number in range(first, first + count):
        woo.put(make_order(number, at=utc("2026-02-10T00:00") + timedelta(minutes=number)))


def test_existing_orders_come_in_page_by_page_and_nobody_is_written_to(
    portal: Portal, shop: Shop, woo: MadeUpShop
) -> None:
    fill(woo, 150)
    seen: list[int] = []
    counts = sync(portal, shop.id, "woocommerce", SINCE, progress=lambda so_far: seen.append(so_far.orders))
    assert (counts.orders, counts.added, counts.changed, counts.unchanged) == (150, 150, 0, 0)
    assert (len(seen), seen[-1]) == (3, 150)
    assert known(shop, 7).email == "noor.7@customer.example"
    assert Notice.select().where(Notice.state == "held").count() == 0
    again = sync(portal, shop.id, "woocommerce", SINCE)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 150)


def test_the_next_run_goes_on_from_the_last(portal: Portal, shop: Shop, woo: MadeUpShop, clock: Clock) -> None:
    with pytest.raises(NoCursor, match="--since"):
        sync(portal, shop.id, "woocommerce")
    fill(woo, 3)
    clock.now = utc("2026-02-11T00:00")
    sync(portal, shop.id, "woocommerce", SINCE)
    woo.put(make_order(9, at=utc("2026-02-10T23:58")))
    woo.change(2, at=utc("2026-02-12T00:00"), status="cancelled")
    counts = sync(portal, shop.id, "woocommerce")
    assert (counts.orders, counts.added, counts.changed) == (2, 1, 1)
    assert known(shop, 2).milestone == "cancelled"


def test_a_store_that_asks_for_a_pause_gets_it_and_every_order_comes_in(
    portal: Portal, shop: Shop, woo: MadeUpShop
) -> None:
    fill(woo, 250)
    pauses: list[float] = []
    woo.misbehave("", "429", "500", "", "429")
    counts = sync(portal, shop.id, "woocommerce", SINCE, sleep=pauses.append)
    assert (counts.orders, counts.added) == (250, 250)
    assert len([pause for pause in pauses if pause >= 2]) == 3
    assert 0.5 in pauses, "asked more slowly from then on"


def test_a_store_that_never_answers_is_given_up(portal: Portal, shop: Shop, woo: MadeUpShop) -> None:
    pauses: list[float] = []
    woo.misbehave(*["500"] * 20)
    with pytest.raises(Upstream):
        sync(portal, shop.id, "woocommerce", SINCE, sleep=pauses.append)
    assert len(pauses) == 5
    with pytest.raises(NoCursor):
        sync(portal, shop.id, "woocommerce")


def test_shipments_that_the_store_knows_come_in_silently_with_their_orders(
    portal: Portal, shop: Shop, woo: MadeUpShop, clock: Clock
) -> None:
    clock.now = utc("2026-02-12T00:00")
    fill(woo, 1)
    item = {"tracking_provider": "ups", "tracking_number": UPS, "tracking_id": "a" * 32, "date_shipped": "1770768000"}
    woo.change(1, at=clock.now, meta_data=[{"id": 1, "key": "_wc_shipment_tracking_items", "value": [item]}])
    sync(portal, shop.id, "woocommerce", SINCE)
    shipment = Shipment.get()
    assert (shipment.carrier, shipment.number) == ("ups", UPS)
    work.run_outbox(portal)
    assert {row.state for row in Notice.select()} == {"superseded"}
    assert trackings(woo, 1) == [UPS], "the store is not told twice what it said itself"


# --- shipments back --------------------------------------------------------------------------------------------------


def test_the_whole_way_from_a_webhook_to_a_shipment_in_the_store_and_out_again(
    portal: Portal, shop: Shop, woo: MadeUpShop, clock: Clock
) -> None:
    hook(portal, shop, woo.put(make_order(645)))
    shipment = add(portal, shop, 645)
    work.run_outbox(portal)
    assert trackings(woo, 645) == [UPS]
    clock.advance(seconds=1)
    shipping.cancel_shipment(portal, shop.id, shipment.id, actor="staff:1")
    work.run_outbox(portal)
    assert trackings(woo, 645) == []
    assert Outbox.select().where((Outbox.topic == "fulfilment") & (Outbox.state != "done")).count() == 0


def test_pushing_the_same_news_again_leaves_one_record(portal: Portal, shop: Shop, woo: MadeUpShop) -> None:
    hook(portal, shop, woo.put(make_order(645)))
    shipment = add(portal, shop, 645)
    for attempt in range(3):
        fulfilments.push(portal, {"shop": shop.id, "shipment": shipment.id}, f"fulfilment:{shipment.id}:x{attempt}")
    assert trackings(woo, 645) == [UPS]


def test_an_answer_that_got_lost_leaves_one_record(portal: Portal, shop: Shop, woo: MadeUpShop, clock: Clock) -> None:
    hook(portal, shop, woo.put(make_order(645)))
    add(portal, shop, 645)
    woo.misbehave("", "lost")
    work.run_outbox(portal)
    row = Outbox.get(Outbox.topic == "fulfilment")
    assert (row.state, row.error.partition(":")[0]) == ("waiting", "upstream")
    clock.advance(minutes=1)
    work.run_outbox(portal)
    assert trackings(woo, 645) == [UPS]
    assert Outbox.get(Outbox.topic == "fulfilment").state == "done"


def test_a_completed_order_is_completed_in_the_store_too(portal: Portal, shop: Shop, woo: MadeUpShop) -> None:
    hook(portal, shop, woo.put(make_order(645)))
    add(portal, shop, 645)
    shipping.complete_order(portal, shop.id, known(shop, 645), actor="staff:1")
    work.run_outbox(portal)
    assert woo.orders[645]["status"] == "completed"


def test_a_corrected_number_takes_the_place_of_the_wrong_one(
    portal: Portal, shop: Shop, woo: MadeUpShop, clock: Clock
) -> None:
    hook(portal, shop, woo.put(make_order(645)))
    shipment = add(portal, shop, 645)
    other = add(portal, shop, 645, "1Z999AA10123456793")
    work.run_outbox(portal)
    clock.advance(seconds=1)
    shipping.edit_shipment(portal, shop.id, shipment.id, actor="staff:1", number="1Z5R89390357567127")
    work.run_outbox(portal)
    assert sorted(trackings(woo, 645)) == sorted([other.number, "1Z5R89390357567127"])


def test_of_several_news_about_one_shipment_the_youngest_is_told(
    portal: Portal, shop: Shop, woo: MadeUpShop, clock: Clock
) -> None:
    hook(portal, shop, woo.put(make_order(645)))
    shipment = add(portal, shop, 645)
    clock.advance(seconds=1)
    shipping.cancel_shipment(portal, shop.id, shipment.id, actor="staff:1")
    older, younger = Outbox.select().where(Outbox.topic == "fulfilment").order_by(Outbox.id)
    assert (outbox.is_overtaken(older.key), outbox.is_overtaken(younger.key)) == (True, False)
    before = len(woo.asked)
    fulfilments.push(portal, older.payload, older.key)
    assert len(woo.asked) == before
    work.run_outbox(portal)
    assert trackings(woo, 645) == []


@pytest.mark.parametrize("fault", ["429", "500"])
def test_passing_faults_are_tried_again_and_lasting_ones_are_given_up_with_a_sentence(
    portal: Portal, shop: Shop, woo: MadeUpShop, clock: Clock, fault: str
) -> None:
    hook(portal, shop, woo.put(make_order(645)))
    add(portal, shop, 645)
    woo.misbehave(fault)
    work.run_outbox(portal)
    assert Outbox.get(Outbox.topic == "fulfilment").state == "waiting"
    del woo.orders[645]
    clock.advance(hours=1)
    work.run_outbox(portal)
    row = Outbox.get(Outbox.topic == "fulfilment")
    assert row.state == "dead"
    assert "does not know order 645" in row.error


def test_orders_from_nowhere_have_nobody_to_be_told(portal: Portal, shop: Shop) -> None:
    order = make_known_order(portal, shop)
    Order.update(store="gone").execute()
    shipment, _ = shipping.add_shipment(portal, shop.id, order, "ups", UPS, actor="staff:1")
    assert work.run_outbox(portal) >= 1
    assert [row.state for row in Outbox.select().where(Outbox.topic == "fulfilment")] == ["done"]
    assert shipment.order_id == order.id


def test_the_shop_is_told_in_a_sentence_what_its_settings_lack(portal: Portal, shop: Shop, woo: MadeUpShop) -> None:
    hook(portal, shop, woo.put(make_order(645)))
    add(portal, shop, 645)
    woo.extensions = frozenset()
    with pytest.raises(BadRequest, match="install it"):
        fulfilments.push(portal, {"shop": shop.id, "shipment": Shipment.get().id}, "fulfilment:1:x")
