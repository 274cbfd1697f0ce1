"""The way from statements to states, notices and audit, on both databases."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.conftest import Clock
from tests.portals import make_order, scan, utc
from tracker.domain.audit import find_break
from tracker.sdk import Event, TrackingResult, Window
from tracker.services import doctor, lateness, recording, shipping
from tracker.services.portal import Portal
from tracker.services.refusals import Refused
from tracker.store.audit import load_audit, root_of
from tracker.store.events import load_statements, purge_parked
from tracker.store.notices import load_notices
from tracker.store.orders import Order, find_order
from tracker.store.shipments import Shipment, find_shipment
from tracker.store.shops import Shop

NUMBER = "DEMOTEST1"
JOURNEY = (
    scan("info_received", "2026-03-02T19:00"),
    scan("picked_up", "2026-03-03T09:00"),
    scan("in_transit", "2026-03-03T21:00", place="Daejeon, KR"),
    scan("out_for_delivery", "2026-03-04T08:00", place="Busan, KR"),
    scan("delivered", "2026-03-04T14:00", place="Busan, KR"),
)


def tell(portal: Portal, shop: Shop, *events: Event, number: str = NUMBER, carrier: str = "demo") -> int:
    return recording.record_result(portal, shop, carrier, TrackingResult(number, events))


def ship(portal: Portal, shop: Shop, order: Order, number: str = NUMBER, carrier: str = "demo") -> Shipment:
    shipment, _ = shipping.add_shipment(portal, shop.id, order, carrier, number, actor="staff:1", handed_over=False)
    return shipment


def rows(shop: Shop, order: Order) -> list[tuple[str, str]]:
    return sorted((row.moment, row.recipient) for row in load_notices(shop.id, order.id))


def status(shop: Shop, shipment: Shipment) -> str:
    found = find_shipment(shop.id, shipment.id)
    assert found is not None
    return found.milestone


@pytest.mark.parametrize("seed", range(4))
def test_r01_any_order_split_and_repetition_leave_the_same_page_and_notices(
    portal: Portal, shop: Shop, clock: Clock, seed: int
) -> None:
    clock.now = utc("2026-03-04T06:00")
    straight, shuffled = make_order(portal, shop, "1"), make_order(portal, shop, "2")
    one, other = ship(portal, shop, straight, "A1"), ship(portal, shop, shuffled, "B1")
    tell(portal, shop, *JOURNEY, number="A1")
    chance = random.Random(seed)
    for event in chance.sample(JOURNEY * 2, len(JOURNEY) * 2):
        tell(portal, shop, event, number="B1")
    first, second = find_shipment(shop.id, one.id), find_shipment(shop.id, other.id)
    assert first is not None
    assert second is not None
    assert first.state == second.state
    assert rows(shop, straight) == rows(shop, shuffled) != []


def test_each_scan_of_a_journey_costs_few_statements(portal: Portal, shop: Shop, clock: Clock) -> None:
    clock.now = utc("2026-03-04T06:00")
    ship(portal, shop, make_order(portal, shop, "1"), "A1")
    ship(portal, shop, make_order(portal, shop, "2"), "B1")
    # What is asked of a shop once is asked by the first parcel.
    tell(portal, shop, JOURNEY[0], number="A1")
    engine, asked = portal.database.engine, list[str]()
    run = engine.execute_sql

    def note(sql: str, *args: Any, **options: Any) -> Any:
        asked.append(sql)
        return run(sql, *args, **options)

    engine.execute_sql = note  # type: ignore[method-assign]
    counts = []
    for event in JOURNEY:
        asked.clear()
        tell(portal, shop, event, number="B1")
        counts.append(len(asked))
    del engine.execute_sql
    # On PostgreSQL one more takes the shop's turn.
    more = portal.database.kind == "postgres"
    assert [count - more for count in counts] == [23, 25, 23, 26, 27]


def test_r02_the_same_answer_from_many_threads_is_recorded_once(portal: Portal, shop: Shop) -> None:
    order = make_order(portal, shop)
    shipment = ship(portal, shop, order)

    def record(_: int) -> int:
        try:
            return tell(portal, shop, *JOURNEY[:2])
        finally:
            portal.database.close_thread()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(record, range(40))) == 2
    assert status(shop, shipment) == "picked_up"
    assert rows(shop, order) == [("shipped", "ada@example.com")]


def test_r05_an_older_scan_after_delivery_stands_in_order_and_mails_nobody(
    portal: Portal, shop: Shop, clock: Clock
) -> None:
    clock.now = utc("2026-03-04T06:00")
    order = make_order(portal, shop)
    shipment = ship(portal, shop, order)
    tell(portal, shop, JOURNEY[1], JOURNEY[4])
    held = {row.moment for row in load_notices(shop.id, order.id) if row.state == "held"}
    tell(portal, shop, JOURNEY[3])
    state = find_shipment(shop.id, shipment.id).state  # type: ignore[union-attr]
    assert [event["milestone"] for event in state["events"]] == ["picked_up", "out_for_delivery", "delivered"]
    assert status(shop, shipment) == "delivered"
    assert held == {"delivered"}
    assert [row.state for row in load_notices(shop.id, order.id) if row.moment == "out_for_delivery"] == ["superseded"]


def test_r06_a_return_after_delivery_is_told_once(portal: Portal, shop: Shop, clock: Clock) -> None:
    clock.now = utc("2026-03-06T00:00")
    order = make_order(portal, shop, placed_at=utc("2026-03-02T00:00"))
    shipment = ship(portal, shop, order)
    tell(portal, shop, *JOURNEY)
    tell(portal, shop, scan("returning", "2026-03-05T09:00"), scan("returned", "2026-03-05T20:00"))
    assert status(shop, shipment) == "returned"
    assert [row.state for row in load_notices(shop.id, order.id) if row.moment == "returning"] == ["held"]


def test_r11_a_number_used_again_shows_neither_parcel_to_the_other(portal: Portal, shop: Shop, clock: Clock) -> None:
    old = make_order(portal, shop, "1", placed_at=utc("2026-03-01T00:00"))
    first = ship(portal, shop, old)
    tell(portal, shop, *JOURNEY)
    clock.now = utc("2026-09-10T00:00")
    new = make_order(portal, shop, "2", placed_at=utc("2026-09-01T00:00"))
    second = ship(portal, shop, new)
    tell(portal, shop, scan("in_transit", "2026-09-03T08:00", place="Jeju, KR"))
    places = [
        {event["place"] for event in find_shipment(shop.id, one.id).state["events"]}  # type: ignore[union-attr]
        for one in (first, second)
    ]
    assert places == [{"Seoul, KR", "Daejeon, KR", "Busan, KR"}, {"Jeju, KR"}]
    assert (status(shop, first), status(shop, second)) == ("delivered", "in_transit")


def test_r12_one_number_at_two_carriers_is_two_shipments(portal: Portal, shop: Shop) -> None:
    order = make_order(portal, shop)
    ours, theirs = ship(portal, shop, order), ship(portal, shop, order, carrier="manual")
    tell(portal, shop, *JOURNEY[:3])
    assert (status(shop, ours), status(shop, theirs)) == ("in_transit", "pending")


def test_r13_scans_of_an_unknown_number_wait_for_its_shipment(portal: Portal, shop: Shop) -> None:
    assert tell(portal, shop, *JOURNEY[:2]) == 2
    shipment = ship(portal, shop, make_order(portal, shop))
    assert status(shop, shipment) == "picked_up"


def test_r13_scans_that_no_shipment_ever_claims_are_let_go(portal: Portal, shop: Shop, clock: Clock) -> None:
    ship(portal, shop, make_order(portal, shop))
    tell(portal, shop, *JOURNEY[:2])
    tell(portal, shop, *JOURNEY[:2], number="NOBODYS")
    clock.advance(days=31)
    assert purge_parked(shop.id, clock.now - timedelta(days=30)) == 2
    assert len(load_statements(shop.id, "demo", NUMBER)) == 2


def test_the_shops_word_stands_until_the_carrier_scans(portal: Portal, shop: Shop) -> None:
    order = make_order(portal, shop)
    shipment, _ = shipping.add_shipment(portal, shop.id, order, "demo", NUMBER, actor="staff:1")
    told = find_shipment(shop.id, shipment.id)
    assert told is not None
    assert (told.milestone, told.state["source"]) == ("picked_up", "shop")
    tell(portal, shop, JOURNEY[2])
    told = find_shipment(shop.id, shipment.id)
    assert told is not None
    assert (told.milestone, told.state["source"]) == ("in_transit", "carrier")


def test_an_order_is_shipped_when_all_its_pieces_arrived(portal: Portal, shop: Shop, clock: Clock) -> None:
    clock.now = utc("2026-03-04T06:00")
    order = make_order(portal, shop)
    states = []
    for number, quantities in (("A1", {"l1": 2}), ("B1", {"l2": 1})):
        shipping.add_shipment(portal, shop.id, order, "demo", number, actor="staff:1", quantities=quantities)
    for number in ("A1", "B1"):
        tell(portal, shop, *JOURNEY, number=number)
        found = find_order(shop.id, order.id)
        assert found is not None
        states.append(found.state)
    assert states == ["partially_shipped", "shipped"]


def test_a_window_that_passed_is_told_once_and_silences_offers(portal: Portal, shop: Shop, clock: Clock) -> None:
    order = make_order(portal, shop)
    shipment = ship(portal, shop, order)
    window = Window(datetime(2026, 3, 4, 0, 0), datetime(2026, 3, 4, 23, 59))
    recording.record_result(portal, shop, "demo", TrackingResult(NUMBER, JOURNEY[:3], window))
    clock.now = utc("2026-03-04T15:00")
    assert lateness.note_lateness(portal) == 0
    clock.now = utc("2026-03-04T16:30")
    assert [lateness.note_lateness(portal) for _ in range(2)] == [1, 0]
    assert find_shipment(shop.id, shipment.id).delayed  # type: ignore[union-attr]
    assert find_order(shop.id, order.id).trouble  # type: ignore[union-attr]
    assert [row.state for row in load_notices(shop.id, order.id) if row.moment == "delayed"] == ["held"]


def test_every_change_is_a_link_of_an_unbroken_chain(portal: Portal, shop: Shop, clock: Clock) -> None:
    clock.now = utc("2026-03-04T06:00")
    shipment = ship(portal, shop, make_order(portal, shop))
    for event in JOURNEY:
        tell(portal, shop, event)
    chain = load_audit(shop.id, f"shipment:{shipment.id}")
    assert chain[0].action == "added"
    assert len(chain) > len(JOURNEY)
    assert find_break(chain, root_of(shop.id, f"shipment:{shipment.id}")) is None


def test_what_is_recorded_silently_writes_to_nobody(portal: Portal, shop: Shop) -> None:
    order = make_order(portal, shop)
    ship(portal, shop, order)
    recording.record_result(portal, shop, "demo", TrackingResult(NUMBER, JOURNEY[:3]), silent=True)
    assert [(row.moment, row.state, row.why) for row in load_notices(shop.id, order.id)] == [
        ("shipped", "superseded", "silent")
    ]


def test_news_from_weeks_ago_writes_to_nobody(portal: Portal, shop: Shop, clock: Clock) -> None:
    order = make_order(portal, shop, placed_at=utc("2026-03-02T00:00"))
    ship(portal, shop, order)
    clock.now = utc("2026-03-20T00:00")
    tell(portal, shop, *JOURNEY)
    assert {row.why for row in load_notices(shop.id, order.id)} == {"old"}


def test_an_order_of_another_shop_is_out_of_reach(portal: Portal, shop: Shop) -> None:
    shipment = ship(portal, shop, make_order(portal, shop))
    assert find_shipment(shop.id + 1, shipment.id) is None
    with pytest.raises(Refused, match="not there any more"):
        shipping.cancel_shipment(portal, shop.id + 1, shipment.id, actor="staff:2")


def test_a_silent_record_takes_no_notice_back_that_was_owed_before(portal: Portal, shop: Shop, clock: Clock) -> None:
    clock.now = utc("2026-03-03T13:00")
    order = make_order(portal, shop)
    ship(portal, shop, order)
    tell(portal, shop, JOURNEY[1])
    recording.record_result(portal, shop, "demo", TrackingResult(NUMBER, (JOURNEY[2],)), silent=True)
    assert [(row.moment, row.state) for row in load_notices(shop.id, order.id)] == [("shipped", "held")]


def test_a_parcel_out_for_delivery_when_its_window_passes_stands_in_nobodys_way(
    portal: Portal, shop: Shop, clock: Clock
) -> None:
    clock.now = utc("2026-03-04T00:00")
    shipment = ship(portal, shop, make_order(portal, shop))
    window = Window(datetime(2026, 3, 4, 9, 0), datetime(2026, 3, 4, 12, 0))
    recording.record_result(portal, shop, "demo", TrackingResult(NUMBER, JOURNEY[:4], window))
    clock.advance(hours=20)
    assert [lateness.note_lateness(portal, limit=1) for _ in range(2)] == [1, 0]
    assert not find_shipment(shop.id, shipment.id).delayed  # type: ignore[union-attr]


def test_a_shipment_taken_over_silently_is_told_of_from_then_on(portal: Portal, shop: Shop, clock: Clock) -> None:
    clock.now = utc("2026-03-03T23:00")
    order = make_order(portal, shop, placed_at=utc("2026-03-02T00:00"))
    shipping.add_shipment(portal, shop.id, order, "demo", NUMBER, actor="store:x", silent=True, handed_over=False)
    tell(portal, shop, *JOURNEY[:3])
    clock.now = utc("2026-03-04T06:00")
    tell(portal, shop, *JOURNEY)
    told = {row.moment: row.why or row.state for row in load_notices(shop.id, order.id)}
    assert told == {"shipped": "silent", "out_for_delivery": "overtaken", "delivered": "held"}


def test_r14_an_unknown_code_is_counted_and_listed_for_the_operator(portal: Portal, shop: Shop) -> None:
    ship(portal, shop, make_order(portal, shop))
    odd = [scan("unknown", f"2026-03-02T1{hour}:00", code="ZZ", text="Sent to the moon") for hour in range(2)]
    tell(portal, shop, JOURNEY[0], *odd)
    [finding] = doctor.look_at_codes()
    assert finding.ok
    assert "demo ZZ “Sent to the moon” (2×)" in finding.said
