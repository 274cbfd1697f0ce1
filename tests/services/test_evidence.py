"""The chain of a shipment: everything that counts, each once, in the order of arrival, and nobody's name."""

import json
from datetime import timedelta
from itertools import permutations

import pytest

from tests.portals import make_order, scan, utc
from tracker.domain.audit import chain_of_shipment, find_break
from tracker.domain.reports import check
from tracker.sdk import Receipt, Successor, TrackingResult
from tracker.services import channels, erasure, evidence, mailing, recording, reports, shipping
from tracker.store.audit import Audit, load_audit, root_of
from tracker.store.database import writing
from tracker.store.events import Event, Origin
from tracker.store.notices import load_notices
from tracker.store.shipments import Shipment

NUMBER = "DEMOTEST1"
JOURNEY = (
    scan("picked_up", "2026-03-01T09:00", text="Handed in by Ada Ito", place="12 Rose Lane"),
    scan("in_transit", "2026-03-01T21:00", place="Daejeon, KR"),
    scan("delivered", "2026-03-02T14:00", text="Signed by Bob Lee"),
)


def tell(portal, shop, *events, number=NUMBER, carrier="demo", **more):
    return recording.record_result(portal, shop, carrier, TrackingResult(number, events), **more)


def ship(portal, shop, order=None, number=NUMBER, **more):
    order = order or make_order(portal, shop)
    return shipping.add_shipment(
        portal, shop.id, order, "demo", number, actor="staff:1", **{"handed_over": False, **more}
    )[0]


def entries_of(shipment, action=""):
    return load_audit(shipment.shop_id, chain_of_shipment(shipment.id), action)


def stated(shipment):
    return [(one.body["number"], one.body["code"], one.body["local"]) for one in entries_of(shipment, "stated")]


def holds(shop, shipment):
    chain = chain_of_shipment(shipment.id)
    return find_break(load_audit(shop.id, chain), root_of(shop.id, chain)) is None


def test_an_entry_tells_how_a_statement_was_read_and_nobody_s_name(portal, shop):
    shipment = ship(portal, shop)
    tell(portal, shop, *JOURNEY, origin=Origin("demo 1.2", "ab" * 32))
    entries = entries_of(shipment, "stated")
    assert [entry.actor for entry in entries] == ["carrier:demo"] * 3
    first = dict(entries[0].body)
    digests = first.pop("text"), first.pop("place")
    assert {len(digest) for digest in digests} == {64}
    assert first == {
        "source": "carrier", "carrier": "demo", "number": NUMBER, "code": "PIC", "local": "2026-03-01T09:00:00",
        "offset": 540, "zone": "carrier", "milestone": "picked_up", "reason": "", "delayed": False,
        "action_required": False, "rule": "", "plugin": "demo 1.2", "payload": "ab" * 32,
        "heard": "2026-03-02T09:00:00.000000+00:00",
    }  # fmt: skip
    tell(portal, shop, scan("exception", "2026-03-03T09:00", reason="customs", delayed=True, action_required=True))
    last = entries_of(shipment, "stated")[-1].body
    assert [last[name] for name in ("reason", "delayed", "action_required")] == ["customs", True, True]
    written = json.dumps([entry.body for entry in entries_of(shipment)])
    for word in ("Ada", "Rose Lane", "Bob", "ada@example.com", "Daejeon"):
        assert word not in written
    assert holds(shop, shipment)


def test_digests_can_be_shown_by_whoever_has_salt_and_text_and_tried_by_nobody_else(portal, shop):
    one, other = ship(portal, shop), ship(portal, shop, make_order(portal, shop, "1002"), "DEMOTEST2")
    tell(portal, shop, JOURNEY[0])
    tell(portal, shop, JOURNEY[0], number="DEMOTEST2")
    digests = [entries_of(each, "stated")[0].body["text"] for each in (one, other)]
    assert digests[0] != digests[1]
    with writing(shop.id):
        assert evidence.seal(portal, shop.id, one.id, JOURNEY[0].text) == digests[0]
        assert evidence.seal(portal, shop.id, one.id, "") == ""
        assert evidence.seal(portal, shop.id, 9999, "x") == ""
    assert {len(row.salt) for row in Shipment.select()} == {32}


def test_r03_what_is_said_again_is_no_entry_and_a_rewording_is_one(portal, shop):
    shipment = ship(portal, shop)
    for _ in range(3):
        tell(portal, shop, *JOURNEY)
    assert len(stated(shipment)) == 3
    tell(portal, shop, scan("delivered", "2026-03-02T14:00", text="Delivered to the door"))
    tell(portal, shop, scan("delivered", "2026-03-02T05:00", offset=None, text="Delivered"))
    assert len(stated(shipment)) == 5
    count = len(entries_of(shipment))
    recording.refresh_number(portal, shop.id, "demo", NUMBER)
    assert len(entries_of(shipment)) == count
    assert holds(shop, shipment)


def test_the_chain_is_in_the_order_of_arrival_and_the_state_is_not(portal, shop):
    rows = []
    for index, journey in enumerate(permutations(JOURNEY)):
        number = f"DEMOTEST{index}"
        rows.append(ship(portal, shop, make_order(portal, shop, str(index)), number))
        for event in journey:
            tell(portal, shop, event, number=number)
        assert [code for _number, code, _local in stated(rows[-1])] == [event.code for event in journey]
    assert len({json.dumps(Shipment.get_by_id(row.id).state["events"]) for row in rows}) == 1


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_r13_what_came_before_the_shipment_or_joins_it_later_is_there_once(portal, shop, order):
    first = TrackingResult("A1", JOURNEY[:2], None, Successor("mute", "B1"))
    made = []
    steps = [
        lambda: made.append(ship(portal, shop, number="A1")),
        lambda: recording.record_result(portal, shop, "demo", first),
        lambda: recording.record_result(portal, shop, "mute", TrackingResult("B1", JOURNEY[2:])),
    ]
    for step in order:
        steps[step]()
        steps[step]() if step else None
    told = stated(made[0])
    assert sorted(told) == [("A1", "IN_", "2026-03-01T21:00:00"), ("A1", "PIC", "2026-03-01T09:00:00"),
                            ("B1", "DEL", "2026-03-02T14:00:00")]  # fmt: skip
    assert holds(shop, made[0])


def test_r11_the_chain_of_a_number_used_again_holds_one_parcel_only(portal, shop, clock):
    old = ship(portal, shop)
    tell(portal, shop, *JOURNEY)
    clock.advance(days=200)
    again = make_order(portal, shop, "1002", placed_at=clock.now)
    new = ship(portal, shop, again)
    later = (clock.now + timedelta(hours=20)).replace(tzinfo=None, microsecond=0)
    clock.advance(days=1)
    tell(portal, shop, scan("picked_up", later, code="AGAIN"))
    assert [code for _number, code, _local in stated(old)] == ["PIC", "IN_", "DEL"]
    assert [code for _number, code, _local in stated(new)] == ["AGAIN"]


def test_a_corrected_number_takes_the_shops_word_along_and_its_report_is_not_handed_out(portal, shop):
    shipment = ship(portal, shop, handed_over=True)
    tell(portal, shop, *JOURNEY)
    assert reports.open_report(portal, shop.id, shipment.id).own
    shipping.edit_shipment(portal, shop.id, shipment.id, actor="staff:1", number="DEMOTEST9")
    tell(portal, shop, scan("delivered", "2026-03-02T15:00"), number="DEMOTEST9")
    report = reports.open_report(portal, shop.id, shipment.id)
    assert report.complete
    assert not report.own
    # The number is corrected back: what was taken in before is not taken in again, and all of it is its own but one.
    shipping.edit_shipment(portal, shop.id, shipment.id, actor="staff:1", number=NUMBER)
    carriers = [entry.body["number"] for entry in entries_of(shipment, "stated") if entry.actor == "carrier:demo"]
    assert carriers == [NUMBER] * 3 + ["DEMOTEST9"]
    assert holds(shop, shipment)


def test_who_did_what_is_in_it_and_a_status_only_where_it_became_another(portal, shop, clock):
    clock.now = utc("2026-03-02T09:00")
    shipment = ship(portal, shop)
    for event in (JOURNEY[0], JOURNEY[1], scan("in_transit", "2026-03-02T06:00", place="Busan, KR")):
        tell(portal, shop, event)
    shipping.cancel_shipment(portal, shop.id, shipment.id, actor="staff:7")
    told = [(entry.actor, entry.action, entry.body.get("to", "")) for entry in entries_of(shipment)]
    assert told == [
        ("staff:1", "added", ""),
        ("carrier:demo", "stated", ""), ("fold", "status", "picked_up"),
        ("carrier:demo", "stated", ""), ("fold", "status", "in_transit"),
        ("carrier:demo", "stated", ""),
        ("staff:7", "cancelled", ""), ("fold", "status", "cancelled"),
    ]  # fmt: skip


def test_the_head_is_the_newest_entrys_and_the_report_holds_for_it_ever_after(portal, shop):
    shipment = ship(portal, shop)
    assert evidence.head(portal, shop.id, 9999) == ""
    tell(portal, shop, *JOURNEY[:2])
    early = evidence.head(portal, shop.id, shipment.id)
    assert not reports.open_report(portal, shop.id, shipment.id).complete
    tell(portal, shop, JOURNEY[2])
    report = reports.open_report(portal, shop.id, shipment.id)
    assert (report.complete, report.own, report.name) == (True, True, f"delivery-report-{NUMBER}.json")
    for head in (early, evidence.head(portal, shop.id, shipment.id)):
        assert check(report.body, head).holds
    assert len(early) == 64
    assert json.loads(report.body)["chain"] == chain_of_shipment(shipment.id)
    assert reports.open_report(portal, shop.id, shipment.id, order=9999) is None


def test_a_chain_begun_without_a_name_goes_on_and_can_be_reported(portal, shop):
    shipment = ship(portal, shop)
    tell(portal, shop, *JOURNEY)
    kept = entries_of(shipment)
    Audit.delete().where(Audit.chain == chain_of_shipment(shipment.id)).execute()
    from tracker.domain.audit import chain

    last = None
    for entry in kept:
        last = chain(last, entry.at, (entry.actor, entry.action, entry.body))
        values = {name: getattr(last, name) for name in last.__dataclass_fields__}
        Audit.create(shop=shop.id, chain=chain_of_shipment(shipment.id), **values)
    tell(portal, shop, scan("returned", "2026-03-02T16:00"))
    assert len(entries_of(shipment)) > len(kept)
    assert holds(shop, shipment)
    report = reports.open_report(portal, shop.id, shipment.id)
    assert check(report.body, evidence.head(portal, shop.id, shipment.id)).holds
    assert json.loads(report.body)["shop"] == ""


def test_a_changed_row_is_found_in_the_database(portal, shop):
    shipments = [ship(portal, shop, make_order(portal, shop, str(index)), f"DEMOTEST{index}") for index in range(3)]
    assert {position for _chain, position in reports.check_chains(shop)} == {None}
    one, two, _three = shipments
    Audit.update(actor="staff:2").where(Audit.chain == chain_of_shipment(one.id), Audit.position == 0).execute()
    tell(portal, shop, *JOURNEY, number="DEMOTEST1")
    Audit.delete().where(Audit.chain == chain_of_shipment(two.id), Audit.position == 2).execute()
    broken = {chain: position for chain, position in reports.check_chains(shop) if position is not None}
    assert broken == {chain_of_shipment(one.id): 0, chain_of_shipment(two.id): 2}


def test_no_query_grows_with_the_chain(portal, shop, monkeypatch):
    ship(portal, shop)
    run, asked = portal.database.engine.execute_sql, []
    monkeypatch.setattr(
        portal.database.engine, "execute_sql", lambda *args, **more: asked.append(args) or run(*args, **more)
    )
    counts = []
    for hour in range(24):
        asked.clear()
        tell(portal, shop, scan("in_transit", f"2026-03-01T{hour:02}:00", place=f"Town {hour}"))
        audit = [sql for sql, *_ in asked if '"audit"' in sql]
        counts.append(len(asked))
        assert all("LIMIT" in sql or "INSERT" in sql for sql in audit)
    assert counts[-1] <= counts[1]
    assert Event.select().count() == 24


def test_a_mail_that_left_is_an_entry_without_its_address_and_its_head_comes_before(portal, shop, clock, monkeypatch):
    clock.now = utc("2026-03-02T06:00")
    shipment = ship(portal, shop)
    tell(portal, shop, *JOURNEY)
    sent = []
    monkeypatch.setattr(
        channels, "deliver", lambda _portal, _shop, _name, message: sent.append(message) or Receipt(True)
    )
    head = evidence.head(portal, shop.id, shipment.id)
    notice = next(row for row in load_notices(shop.id, shipment.order_id) if row.moment == "delivered")
    for _ in range(2):
        mailing.send(portal, {"shop": shop.id, "notice": notice.id}, f"notice:{notice.id}")
    (entry,) = entries_of(shipment, "notice")
    assert (entry.actor, entry.body["moment"], entry.body["channel"]) == ("portal", "delivered", "email")
    assert entry.body["recipient"] not in ("", "ada@example.com")
    assert entry.previous == head
    assert check(reports.open_report(portal, shop.id, shipment.id).body, head).holds
    assert head in "".join(sent[0].text.split())


def test_r35_once_a_customer_is_erased_the_digests_show_nothing_and_the_chain_holds(portal, shop):
    shipment = ship(portal, shop)
    tell(portal, shop, *JOURNEY)
    count, head = len(stated(shipment)), evidence.head(portal, shop.id, shipment.id)
    erasure.erase(portal, shop.id, "ada@example.com")
    assert Shipment.get_by_id(shipment.id).salt == ""
    tell(portal, shop, *JOURNEY, scan("returned", "2026-03-02T16:00"))
    assert len(stated(shipment)) == count + 1
    assert check(reports.open_report(portal, shop.id, shipment.id).body, head).holds
    assert holds(shop, shipment)
