"""What the worker lets go of, and what it keeps."""

import os
from datetime import timedelta

import pytest

from tests.conftest import Clock
from tests.portals import make_order, make_shop
from tests.services.test_mailing import Stub
from tests.services.test_recording import JOURNEY, NUMBER, ship, tell
from tracker.domain.statements import Source
from tracker.services import lateness, lookups, work
from tracker.services.portal import Portal
from tracker.store import inbox, leases
from tracker.store.events import load_statements
from tracker.store.inbox import Inbox
from tracker.store.links import Lookup
from tracker.store.notices import Notice
from tracker.store.outbox import Outbox
from tracker.store.shipments import Shipment
from tracker.store.shops import Shop
from tracker.store.staff import Session, add_session, add_staff


def test_r13_scans_of_nobodys_parcel_are_let_go_in_every_shop(portal: Portal, shop: Shop, clock: Clock) -> None:
    other = make_shop(portal, "other")
    ship(portal, shop, make_order(portal, shop))
    tell(portal, shop, *JOURNEY[:2])
    tell(portal, other, *JOURNEY[:2])
    clock.advance(days=31)
    work.run_upkeep(portal)
    kept = [one for one in load_statements(shop.id, "demo", NUMBER) if one.source is Source.CARRIER]
    assert (len(kept), load_statements(other.id, "demo", NUMBER)) == (2, [])


def test_more_than_a_piece_of_old_deliveries_goes_at_once_and_once_a_day(
    portal: Portal, shop: Shop, clock: Clock
) -> None:
    def settle(count: int) -> None:
        for number in range(count):
            inbox.receive(shop.id, "carrier:demo", f"{clock.now} {number}", b"{}", now=clock.now)
        Inbox.update(state="done", done_at=clock.now).execute()

    settle(501)
    clock.advance(days=31)
    work.run_upkeep(portal)
    assert Inbox.select().count() == 0
    settle(1)
    Inbox.update(done_at=clock.now - timedelta(days=40)).execute()
    work.run_upkeep(portal)
    assert Inbox.select().count() == 1
    clock.advance(days=1)
    work.run_upkeep(portal)
    assert Inbox.select().count() == 0


def test_requests_that_were_given_up_and_ended_sign_ins_go_too(portal: Portal, shop: Shop, clock: Clock) -> None:
    person = add_staff("ada@lantern.example", "Ada", "-", clock.now)
    add_session(person.id, "d" * 64, "c", clock.now, clock.now + timedelta(hours=8))
    lookups.ask(portal, shop.id, "1001", "ada@example.com", "192.0.2.1")
    (row,) = leases.claim(Lookup, clock.now, 1, 60)
    leases.bury(row, "bug", clock.now)
    work.run_upkeep(portal)
    assert (Lookup.select().count(), Session.select().count()) == (1, 1)
    clock.advance(days=31)
    work.run_upkeep(portal)
    assert (Lookup.select().count(), Session.select().count()) == (0, 0)


def test_a_file_that_no_import_will_read_does_not_stay(portal: Portal, clock: Clock) -> None:
    folder = portal.config.instance / "imports"
    folder.mkdir()
    old, new = folder / "a.csv", folder / "b.csv"
    for path, days in ((old, 31), (new, 1)):
        path.write_text("order,number\n")
        at = (clock.now - timedelta(days=days)).timestamp()
        os.utime(path, (at, at))
    work.run_upkeep(portal)
    assert [path.name for path in folder.iterdir()] == [new.name]


def test_a_request_is_answered_though_its_row_has_the_id_of_one_that_was_deleted(
    portal: Portal, shop: Shop, clock: Clock
) -> None:
    stub = Stub(portal)
    make_order(portal, shop)
    for _ in range(2):
        lookups.ask(portal, shop.id, "1001", "ada@example.com", "192.0.2.1")
        work.run_lookups(portal)
        work.run_outbox(portal)
        clock.advance(days=40)
        work.run_upkeep(portal)
    assert len(set(stub.keys)) == 2


def test_what_was_given_up_long_ago_is_let_go_with_its_payload(portal: Portal, clock: Clock) -> None:
    portal.owe("fulfilment", "fulfilment:1:a", {"shop": 1, "shipment": 1})
    (row,) = leases.claim(Outbox, clock.now, 1, 60)
    leases.bury(row, "refused", clock.now)
    clock.advance(days=31)
    work.run_upkeep(portal)
    assert (leases.dead(Outbox), Outbox.get().payload) == (0, {})


def test_an_upgrade_leaves_parcels_on_their_way_to_the_worker_which_mails_nobody(
    portal: Portal, shop: Shop, clock: Clock
) -> None:
    shipment = ship(portal, shop, make_order(portal, shop))
    tell(portal, shop, *JOURNEY[:2])
    late = clock.now
    Shipment.update(turns_at=late, stalls_at=None, state={}).where(Shipment.id == shipment.id).execute()
    Notice.delete().execute()
    clock.advance(days=6)
    work.run_upkeep(portal)
    work.run_upkeep(portal)
    found = Shipment.get_by_id(shipment.id)
    assert (found.state["stalled"] is not None, found.turns_at, found.stalls_at) == (True, None, None)
    assert {one.state for one in Notice.select()} == {"superseded"}


def test_a_row_that_cannot_be_noted_costs_no_other_upkeep(
    portal: Portal, shop: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipment = ship(portal, shop, make_order(portal, shop))
    tell(portal, shop, *JOURNEY[:2])

    def fail(_portal: Portal, limit: int = 100) -> int:
        raise ValueError(limit)

    monkeypatch.setattr(lateness, "note_lateness", fail)
    clock.advance(days=31)
    work.run_upkeep(portal)
    assert Shipment.get_by_id(shipment.id).state["stalled"] is not None
