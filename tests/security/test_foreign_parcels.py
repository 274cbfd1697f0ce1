"""What a hostile carrier says of numbers that are not its own: nobody sees another order's parcel by it."""

from datetime import datetime
from itertools import permutations

import pytest

from tests.portals import make_order, make_shop, scan
from tests.services.vendor import Mute, Told, Vendor, bring, tell
from tracker.domain.statements import Source, Statement
from tracker.sdk import Parsed, Problem, Successor, TrackingResult, Window
from tracker.services import polling, receiving, recording, shipping, work
from tracker.services.recording import MOST_TOLD
from tracker.store import handovers, inbox
from tracker.store.events import load_statements
from tracker.store.handovers import Handover, add_handover, follow, trace_back
from tracker.store.inbox import Inbox
from tracker.store.shipments import Shipment

OURS = TrackingResult("A1", (scan("picked_up", "2026-03-02T08:00"),), None, Successor("mute", "V1"))
THEIRS = TrackingResult("V1", (scan("delivered", "2026-03-02T15:00", place="Rose Lane 7"),))


def ship(portal, shop, number, carrier="demo", order="1001"):
    return shipping.add_shipment(portal, shop.id, make_order(portal, shop, order), carrier, number, actor="staff:1")[0]


def reload(shipment):
    return Shipment.get_by_id(shipment.id)


def read(portal, shop, body, carrier="", source="carrier:vendor"):
    """What the worker makes of one answer."""
    inbox.receive(shop.id, source, "", body, now=portal.now(), carrier=carrier)
    receiving.process(portal, Inbox.select().order_by(Inbox.id.desc()).get())


@pytest.mark.parametrize("steps", list(permutations(range(4))))
def test_s05_a_forged_successor_shows_nobody_another_orders_parcel(portal, shop, steps):
    bring(portal, Mute())
    made = {}
    acts = (
        lambda: made.update(mine=ship(portal, shop, "A1")),
        lambda: made.update(victim=ship(portal, shop, "V1", "mute", "2002")),
        lambda: recording.record_result(portal, shop, "demo", OURS),
        lambda: recording.record_result(portal, shop, "mute", THEIRS),
    )
    for step in steps:
        acts[step]()
    mine, victim = reload(made["mine"]), reload(made["victim"])
    assert (mine.milestone, victim.milestone) == ("picked_up", "delivered")
    assert "Rose Lane" not in str(mine.state)


def test_s05_nobody_is_asked_about_another_orders_parcel(portal, shop):
    vendor = Vendor()
    bring(portal, Mute(), vendor)
    mine = ship(portal, shop, "M1", "mute")
    victim = ship(portal, shop, "V1", "mute", "2002")
    shipping.cancel_shipment(portal, shop.id, victim.id, actor="staff:1")
    vendor.answers = {"M1": tell("M1", ("in_transit", "2026-03-02T07:30"), to=["mute", "V1"])}
    for _ in range(2):
        polling.ask_carriers(portal)
        work.run_inbox(portal)
        Shipment.update(ask_at=portal.now()).where(Shipment.id == mine.id).execute()
    assert [query.number for query in vendor.asked] == ["M1", "M1"]


def test_two_orders_in_one_parcel_are_both_followed(portal, shop):
    bring(portal, Mute())
    both = [ship(portal, shop, "A1", order=number) for number in ("1001", "1002")]
    also = ship(portal, shop, "V1", "mute", "1001")
    for carrier, result in (("demo", OURS), ("mute", THEIRS)):
        recording.record_result(portal, shop, carrier, result)
    assert [reload(one).milestone for one in (*both, also)] == ["delivered"] * 3
    elsewhere = ship(portal, make_shop(portal, "other"), "V1", "mute")
    assert [reload(one).milestone for one in (*both, elsewhere)] == ["delivered", "delivered", "picked_up"]


def test_s05_a_carrier_is_not_believed_about_parcels_that_it_does_not_cover(portal, shop):
    class Liar(Told):
        id = "liar"
        names = {"en": "Liar"}

    bring(portal, Mute(), Vendor(), Liar())
    parcels = {name: ship(portal, shop, "N1", name) for name in ("demo", "mute")}
    body = b'{"number": "N1", "carrier": "%s", "scans": [["delivered", "2026-03-02T08:00", "x", []]]}'
    for source in ("vendor", "liar"):
        for named in ("demo", "nobody", "vendor" if source == "vendor" else "mute"):
            read(portal, shop, body % named.encode(), source=f"carrier:{source}")
            if named == "nobody" and source == "vendor":
                assert reload(parcels["mute"]).milestone == "delivered"  # the one of that number that it covers
    assert reload(parcels["demo"]).milestone == "picked_up"
    assert len(load_statements(shop.id, "liar", "N1")) == 1


def test_r12_a_result_that_names_no_carrier_is_given_to_nobody_where_two_carriers_have_the_number(portal, shop):
    both = Vendor()
    both.covers = {"mute": "m", "demo": "d"}
    bring(portal, Mute(), both)
    parcels = [ship(portal, shop, "N1", "mute"), ship(portal, shop, "N1", "demo", "2002")]
    read(portal, shop, b'{"number": "N1", "scans": [["delivered", "2026-03-02T08:00", "x", []]]}')
    assert [reload(one).milestone for one in parcels] == ["picked_up"] * 2


def test_r13_the_last_mile_is_kept_as_long_as_its_parcel(portal, shop, clock):
    bring(portal, Mute())
    parcel = ship(portal, shop, "A1")
    for carrier, result in (("demo", OURS), ("mute", THEIRS)):
        recording.record_result(portal, shop, carrier, result)
    recording.record_result(portal, shop, "demo", TrackingResult("P1", successor=Successor("mute", "P2")))
    recording.record_result(portal, shop, "mute", TrackingResult("P2", (scan("delivered", "2026-03-02T15:00"),)))
    clock.advance(days=31)
    work.let_go(portal)
    recording.refresh_number(portal, shop.id, "demo", "A1")
    assert reload(parcel).milestone == "delivered"
    assert [(row.number, row.to_number) for row in Handover.select()] == [("A1", "V1")]
    assert load_statements(shop.id, "mute", "P2") == []


def test_r26_a_number_that_goes_on_as_ever_another_one_ends_somewhere(portal, shop):
    told = [add_handover(shop.id, "demo", "A1", ("demo", f"B{at:03}"), portal.now()) for at in range(50)]
    assert sum(told) == handovers.MOST_KEPT
    ways = [("demo", f"B{at:03}") for at in range(handovers.MOST_WAYS)]
    assert follow(shop.id, "demo", "A1") == [("demo", "A1"), *ways]
    for at in range(200):
        add_handover(shop.id, "demo", f"C{at:03}", ("demo", "Z1"), portal.now())
    assert len(trace_back(shop.id, "demo", "Z1")) == 1 + handovers.MOST_BACK


def test_r26_a_number_without_an_end_of_scans_is_left_as_it_is_and_the_shop_is_still_heard(portal, shop):
    parcel = ship(portal, shop, "A1")
    many = [Statement(Source.CARRIER, scan("in_transit", "2026-03-02T08:00", code=str(at))) for at in range(MOST_TOLD)]
    recording.record(portal, shop.id, "demo", "A1", many)
    assert recording.record_result(portal, shop, "demo", TrackingResult("A1", (scan("delivered"),))) == 0
    late = [Statement(Source.SHOP, scan("exception", "2026-03-02T08:30"))]
    assert recording.record(portal, shop.id, "demo", "A1", late) == 1
    assert reload(parcel).milestone == "in_transit"


def test_r26_a_thousand_complaints_about_nothing_are_noted_once_for_each_number(portal, shop, monkeypatch):
    noted = []
    monkeypatch.setattr(receiving, "note_answer", lambda *said: noted.append(said))
    carrier = Mute()
    carrier.parse = lambda _: Parsed(errors=(Problem("upstream", "no"),) * 1000)
    bring(portal, carrier)
    inbox.receive(shop.id, "carrier:mute", "", b"{}", now=portal.now(), numbers=("A1", "a 1", "B1"))
    receiving.process(portal, Inbox.get())
    assert noted == [(shop.id, "mute", number, "upstream: no") for number in ("A1", "B1")]


@pytest.mark.parametrize("day", ["0001-01-01", "1900-01-01", "9999-12-31"])
def test_r10_a_day_that_means_unknown_is_no_window(portal, shop, day):
    parcel = ship(portal, shop, "A1")
    whole = Window(datetime.fromisoformat(day), datetime.fromisoformat(f"{day}T23:59:59"))
    recording.record_result(portal, shop, "demo", TrackingResult("A1", (scan("in_transit"),), whole))
    assert (reload(parcel).milestone, reload(parcel).state["window"]) == ("in_transit", None)
