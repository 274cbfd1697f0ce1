"""Asking carriers: when, how many at once, and what an error changes."""

import copy
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import pytest

from tests.conftest import Clock
from tests.portals import make_order
from tracker.host.registry import Provider
from tracker.sdk import (
    AuthFailed,
    Carrier,
    Context,
    Event,
    InvalidNumber,
    Limits,
    Milestone,
    NotFound,
    Parsed,
    Payload,
    Problem,
    Query,
    RateLimited,
    Status,
    TrackingResult,
    Upstream,
)
from tracker.services import polling, shipping, work
from tracker.services.portal import Portal
from tracker.store.inbox import Inbox
from tracker.store.orders import Order
from tracker.store.shipments import Shipment, find_shipment, set_next_ask
from tracker.store.shops import Shop


class Scripted(Carrier):
    """A carrier that answers what the test says, and remembers what it was asked."""

    id = "scripted"
    names = {"en": "Scripted"}
    polls = True
    limits = Limits(requests=3, per=timedelta(minutes=1), batch=2)

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.error: Exception | None = None
        self.milestone = Milestone.IN_TRANSIT
        self.at: datetime | None = None

    def fetch(self, queries: Sequence[Query], ctx: Context) -> Iterable[Payload]:
        assert ctx.http is not None
        numbers = [query.number for query in queries]
        self.asked.append(tuple(numbers))
        if self.error:
            raise self.error
        for number in numbers:
            yield Payload(f"{number} {self.milestone} {self.at or ctx.now:%Y-%m-%dT%H:%M}".encode(), numbers=(number,))

    def parse(self, payload: Payload) -> Parsed:
        number, milestone, at = payload.body.decode().split()
        event = Event(datetime.fromisoformat(at), Status(Milestone(milestone)), timedelta(0), code=milestone)
        return Parsed((TrackingResult(number, (event,)),))


@pytest.fixture
def carrier(portal: Portal) -> Scripted:
    scripted = Scripted()
    portal.registry = copy.copy(portal.registry)
    portal.registry.carriers = copy.copy(portal.registry.carriers)
    portal.registry.carriers["scripted"] = Provider("carrier", "scripted", "demo", scripted)
    return scripted


def ship(portal: Portal, shop: Shop, *numbers: str) -> list[Shipment]:
    order = make_order(portal, shop)
    return [shipping.add_shipment(portal, shop.id, order, "scripted", number, actor="staff:1")[0] for number in numbers]


def reload(shipment: Shipment) -> Shipment:
    found = find_shipment(shipment.shop_id, shipment.id)
    assert found is not None
    return found


def wait_of(shipment: Shipment, clock: Clock) -> timedelta:
    ask_at = reload(shipment).ask_at
    assert ask_at is not None
    return ask_at - clock.now


def test_a_new_number_is_asked_for_at_once_and_then_at_the_pace_of_its_state(
    portal: Portal, shop: Shop, clock: Clock, carrier: Scripted
) -> None:
    [shipment] = ship(portal, shop, "N1")
    assert polling.ask_carriers(portal) == 1
    assert work.run_inbox(portal) == 1
    assert reload(shipment).milestone == "in_transit"
    assert wait_of(shipment, clock) == timedelta(hours=2)
    assert polling.ask_carriers(portal) == 0
    clock.advance(hours=2)
    carrier.milestone = Milestone.OUT_FOR_DELIVERY
    polling.ask_carriers(portal)
    work.run_inbox(portal)
    assert wait_of(shipment, clock) == timedelta(minutes=15)


def test_a_delivered_parcel_is_asked_for_once_more_and_then_never(
    portal: Portal, shop: Shop, clock: Clock, carrier: Scripted
) -> None:
    carrier.milestone, carrier.at = Milestone.DELIVERED, clock.now
    [shipment] = ship(portal, shop, "N1")
    for _ in range(2):
        polling.ask_carriers(portal)
        work.run_inbox(portal)
        clock.advance(days=1, minutes=1)
    polling.ask_carriers(portal)
    assert reload(shipment).ask_at is None
    assert len(carrier.asked) == 2


def test_numbers_travel_in_batches_and_within_the_carriers_limit(
    portal: Portal, shop: Shop, clock: Clock, carrier: Scripted
) -> None:
    ship(portal, shop, *(f"N{count}" for count in range(8)))
    polling.ask_carriers(portal)
    assert [len(numbers) for numbers in carrier.asked] == [2, 2, 2]
    clock.advance(minutes=1, seconds=1)
    polling.ask_carriers(portal)
    assert sorted(number for numbers in carrier.asked for number in numbers) == [f"N{count}" for count in range(8)]


@pytest.mark.parametrize(
    ("error", "wait", "failures"),
    [
        (NotFound("not yet"), timedelta(hours=2), 0),
        (RateLimited("slow down", 90), timedelta(seconds=90), 0),
        (AuthFailed("no"), timedelta(hours=6), 0),
        (InvalidNumber("no"), timedelta(hours=6), 0),
        (Upstream("down"), timedelta(hours=2), 1),
        (ZeroDivisionError("a bug"), timedelta(hours=2), 1),
    ],
)
def test_r25_r26_an_error_is_kept_and_sets_the_next_question(
    portal: Portal, shop: Shop, clock: Clock, carrier: Scripted, error: Exception, wait: timedelta, failures: int
) -> None:
    [shipment] = ship(portal, shop, "N1")
    carrier.error = error
    polling.ask_carriers(portal)
    row = reload(shipment)
    assert (wait_of(shipment, clock), row.ask_failures) == (wait, failures)
    assert row.ask_error
    assert row.answered_at is None


@pytest.mark.parametrize("error", [RateLimited("slow down", 90), RateLimited("slow down"), AuthFailed("no")])
def test_r25_a_carrier_that_wants_peace_is_not_asked_about_the_next_parcels(
    portal: Portal, shop: Shop, clock: Clock, carrier: Scripted, error: Exception
) -> None:
    ship(portal, shop, *(f"N{count}" for count in range(6)))
    carrier.error = error
    polling.ask_carriers(portal)
    assert len(carrier.asked) == 1
    assert polling.ask_carriers(portal) == 0
    assert min(row.ask_at for row in Shipment.select()) >= clock.now + timedelta(minutes=1)


def test_an_error_about_one_number_stops_no_question_about_others(
    portal: Portal, shop: Shop, clock: Clock, carrier: Scripted
) -> None:
    ship(portal, shop, *(f"N{count}" for count in range(6)))
    carrier.error = InvalidNumber("no")
    polling.ask_carriers(portal)
    assert len(carrier.asked) == 3


def test_what_another_worker_may_have_taken_by_now_is_left_to_it(
    portal: Portal, shop: Shop, clock: Clock, carrier: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    ship(portal, shop, *(f"N{count}" for count in range(4)))
    fetch = carrier.fetch

    def slow(queries: Sequence[Query], ctx: Context) -> Iterable[Payload]:
        clock.advance(minutes=11)
        return fetch(queries, ctx)

    monkeypatch.setattr(carrier, "fetch", slow)
    polling.ask_carriers(portal)
    assert len(carrier.asked) == 1
    assert polling.ask_carriers(portal) == 2


def test_news_that_come_while_a_carrier_is_asked_keep_how_that_went(
    portal: Portal, shop: Shop, clock: Clock, carrier: Scripted
) -> None:
    [shipment] = ship(portal, shop, "N1")
    stale = reload(shipment)
    set_next_ask(shop.id, shipment.id, clock.now + timedelta(hours=1), clock.now, "upstream: down", 3)
    stale.reason = "customs"
    stale.save()
    assert (reload(shipment).ask_failures, reload(shipment).reason) == (3, "customs")


def test_an_answer_that_repeats_itself_leaves_one_row(
    portal: Portal, shop: Shop, clock: Clock, carrier: Scripted
) -> None:
    [shipment] = ship(portal, shop, "N1")
    for _ in range(3):
        Shipment.update(ask_at=clock.now).where(Shipment.id == shipment.id).execute()
        polling.ask_carriers(portal)
    assert len(carrier.asked) == 3
    assert Inbox.select().count() == 1


def test_the_demo_carriers_parcel_reaches_its_customer(portal: Portal, shop: Shop, clock: Clock) -> None:
    order = make_order(portal, shop)
    number = portal.registry.carriers["demo"].object.number("delivered", 7)  # type: ignore[attr-defined]
    shipment, _ = shipping.add_shipment(portal, shop.id, order, "demo", number, actor="staff:1")
    words = set()
    for _ in range(200):
        polling.ask_carriers(portal)
        work.run_inbox(portal)
        words.add(reload(shipment).milestone)
        clock.advance(seconds=6)
    assert {"info_received", "in_transit", "out_for_delivery", "delivered"} <= words | {"info_received"}
    assert reload(shipment).milestone == "delivered"


def test_an_error_told_inside_an_answer_is_shown_beside_the_parcel(
    portal: Portal, shop: Shop, clock: Clock, carrier: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    [shipment] = ship(portal, shop, "N1")
    told = Parsed(errors=(Problem("not_found", "nobody knows this number"),))
    monkeypatch.setattr(carrier, "parse", lambda _: told)
    polling.ask_carriers(portal)
    work.run_inbox(portal)
    assert reload(shipment).ask_error == "not_found: nobody knows this number"


def test_a_delivery_that_ends_its_worker_each_time_is_given_up(portal: Portal, shop: Shop, carrier: Scripted) -> None:
    ship(portal, shop, "N1")
    polling.ask_carriers(portal)
    Inbox.update(attempts=work.TRIES).execute()
    work.run_inbox(portal)
    row = Inbox.get()
    assert (row.state, row.error) == ("dead", "given up: the worker ended each time it began with this")


def test_r25_a_carrier_that_fails_again_and_again_is_said_to_be_silent_until_it_answers(
    portal: Portal, shop: Shop, clock: Clock, carrier: Scripted
) -> None:
    shipment = ship(portal, shop, "S1")[0]

    def ask(error: Exception | None) -> object:
        carrier.error = error
        polling.ask_carriers(portal)
        clock.now = reload(shipment).ask_at or clock.now
        return Order.get_by_id(shipment.order_id).view["parcels"][0]["silence"]

    began = clock.now + timedelta()
    assert ask(None) is None
    since = clock.now
    told = [ask(Upstream("no answer")) for _ in range(5)]
    assert told[:2] == [None, None]
    assert told[2] == told[3] == told[4] == {"since": since.isoformat(), "as_of": began.isoformat()}
    assert ask(None) is None
