"""After an erasure nothing that a customer, a carrier or staff's tools have said of them is left, in no column."""

import io
import json
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from PIL import Image

from tests.mails import box
from tests.portals import make_order, scan
from tests.services.test_erasure import everything
from tests.services.test_recording import ship
from tests.services.vendor import Mute, Vendor, bring
from tracker.domain.instruction_forms import Said
from tracker.sdk import (
    AuthFailed,
    BadRequest,
    Buyer,
    ConcernKind,
    InstructionAnswer,
    InstructionKind,
    TrackingResult,
    Upstream,
)
from tracker.services import (
    concerns,
    erasure,
    instructions,
    links,
    preferences,
    ratings,
    recording,
    suppressions,
    work,
)
from tracker.services.concerns import Draft
from tracker.store import erasing as rows
from tracker.store import inbox
from tracker.store.database import Database
from tracker.store.engines import SqliteEngine
from tracker.store.events import Event
from tracker.store.inbox import Inbox
from tracker.store.orders import Order
from tracker.store.preferences import Preference
from tracker.store.shipments import Shipment

__all__ = ["box"]
ADA = Buyer("Ada Ito", "ada@example.com", "010-1234-5678", "Leipzig", "04524", "KR", "ko")
STREET = "Canary Lane 77"
REMARK = "the violet canary sings"
CANARIES = ("ada ito", "ada@example.com", "1234-5678", "canary", "37.56781", "126.97123")


def photo() -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Canary Phones"
    Image.new("RGB", (40, 40), "red").save(out, "JPEG", exif=exif)
    return out.getvalue()


def traces() -> dict[str, str]:
    return {where: text for where, text in everything().items() if any(one in text for one in CANARIES)}


@pytest.mark.parametrize(
    "answer",
    [
        InstructionAnswer("accepted", f"We go to {STREET}", "r1"),
        AuthFailed(f"no key for {STREET}"),
        Upstream(f"cannot write {STREET}"),
        BadRequest(f"{STREET} is unknown"),
    ],
)
def test_r35_no_trace_of_what_was_asked_reported_and_echoed(portal, shop, box, clock, monkeypatch, answer):
    order = make_order(portal, shop, buyer=ADA)
    make_order(portal, shop, "1002", buyer=Buyer("Ada Ito", " ADA@Example.COM ", "010-1234-5678"))
    shipment = ship(portal, shop, order)
    tried = scan("attempt_failed", "2026-03-02T12:00", text="nobody there")
    recording.record_result(portal, shop, "demo", TrackingResult(shipment.number, (tried,)))

    def instruct(_self, _instruction, _ctx):
        if isinstance(answer, BaseException):
            raise answer
        return answer

    monkeypatch.setattr(type(portal.registry.carriers["demo"].object), "instruct", instruct)
    opened = links.follow(portal, links.issue(portal, shop.id, order, order.email))
    said = Said(InstructionKind.NEIGHBOUR, text=STREET, phone=ADA.phone)
    instructions.give(portal, opened, shipment.id, said, "k")
    work.run_outbox(portal)
    clock.advance(minutes=30)
    work.run_outbox(portal)
    raised = concerns.raise_concern(
        portal, shop.id, order.id, Draft(ConcernKind.DAMAGED, text=REMARK, photos=[photo()])
    )
    concerns.add_remark(portal, concerns.find(shop.id, raised.number), REMARK, [photo()], "")
    work.run_outbox(portal)
    clock.advance(minutes=30)
    work.run_outbox(portal)
    door = scan("delivered", "2026-03-02T15:00", text=f"Handed over at {STREET}", place="Seoul, KR")
    door = replace(door, point=(37.56781, 126.97123))
    recording.record_result(portal, shop, "demo", TrackingResult(shipment.number, (door,)))
    ratings.rate(portal, Shipment.get_by_id(shipment.id), delivery=1, comment=REMARK)
    work.run_outbox(portal)
    assert traces()
    erasure.erase(portal, shop.id, "ada@example.com")
    assert traces() == {}


def test_r35_a_late_push_tells_of_no_door(portal, shop, clock):
    bring(portal, Mute(), Vendor())
    order = make_order(portal, shop, buyer=ADA)
    ship(portal, shop, order, "M1", "mute")
    erasure.erase(portal, shop.id, ADA.email)
    told = {"number": "M1", "carrier": "mute", "scans": [["delivered", "2026-03-02T15:00", "To Ada Ito", ["Ada Ito"]]]}
    inbox.receive(shop.id, "carrier:vendor", "d1", json.dumps(told).encode(), now=portal.now())
    work.run_inbox(portal)
    row = Event.get(Event.number == "M1")
    assert (row.milestone, row.latitude, row.longitude) == ("delivered", None, None)
    assert traces() == {}


def test_r35_not_a_byte_is_left_in_sqlites_file(portal, shop, box, clock):
    engine = portal.database.engine
    if not isinstance(engine, SqliteEngine):
        assert portal.database.clear_log()
        return
    assert engine.connection().execute("PRAGMA secure_delete").fetchone() == (1,)
    order = make_order(portal, shop, buyer=ADA)
    concerns.raise_concern(portal, shop.id, order.id, Draft(ConcernKind.OTHER, text=REMARK * 40))
    file = portal.config.instance / "tracker.sqlite3"
    log = file.with_name(f"{file.name}-wal")
    assert portal.database.clear_log()
    assert all(one.encode() in file.read_bytes() for one in (ADA.email, ADA.name, REMARK))
    Order.update(city=ADA.city, word="seen").execute()
    assert ADA.email.encode() in log.read_bytes()
    with closing(sqlite3.connect(file)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT 1 FROM event").fetchone()
        assert not portal.database.clear_log(), "whoever reads is not disturbed"
    erasure.erase(portal, shop.id, ADA.email)
    left = file.read_bytes() + log.read_bytes()
    assert not [one for one in (ADA.email, ADA.name, ADA.phone, REMARK) if one.encode() in left]


def test_r35_a_delivery_that_is_being_read_during_an_erasure_is_let_go(portal, shop, monkeypatch):
    bring(portal, Mute(), Vendor())
    ship(portal, shop, make_order(portal, shop, buyer=ADA), "M1", "mute")
    told = {"number": "M1", "carrier": "mute", "scans": [["delivered", "2026-03-02T15:00", "Home", ["Ada Ito"]]]}
    inbox.receive(shop.id, "carrier:vendor", "d1", json.dumps(told).encode(), now=portal.now())
    record = recording.record_result

    def slowly(*told):
        if not Order.get().erased_at:
            erasure.erase(portal, shop.id, ADA.email)
        return record(*told)

    monkeypatch.setattr(recording, "record_result", slowly)
    work.run_inbox(portal)
    assert Order.get().erased_at
    assert traces() == {}


def test_r35_a_form_that_was_open_during_an_erasure_brings_nobody_back(portal, shop):
    order = make_order(portal, shop, buyer=ADA)
    opened = links.follow(portal, links.issue(portal, shop.id, order, order.email))
    mine = preferences.load(portal, opened)
    erasure.erase(portal, shop.id, ADA.email)
    preferences.save(portal, mine, preferences.Change({"locale": "ko"}))
    preferences.unsubscribe(portal, opened)
    erasure.ask(portal, mine, at_once=True)
    erasure.withdraw(portal, mine)
    assert traces() == {}


def kill_at(monkeypatch, place, name, run):
    """The process ends there, with what was committed until then."""

    def die(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(place, name, die)
        with pytest.raises(KeyboardInterrupt):
            run()


def test_r35_an_erasure_that_is_killed_in_the_middle_is_done_to_its_end(portal, shop, monkeypatch):
    order = make_order(portal, shop, buyer=ADA)
    inbox.receive(shop.id, "store:woocommerce", "d1", json.dumps({"to": ADA.name}).encode(), now=portal.now())
    Inbox.update(state="done", done_at=portal.now()).execute()
    opened = links.follow(portal, links.issue(portal, shop.id, order, order.email))
    erasure.ask(portal, preferences.load(portal, opened), at_once=True)
    asked = Preference.get().id
    run = lambda: erasure.run(portal, {"shop": shop.id, "preference": asked}, "k")  # noqa: E731
    places = [(rows, "forget_bodies"), (suppressions, "suppress"), (rows, "forget_links"), (Database, "clear_log")]
    for place, name in places:
        kill_at(monkeypatch, place, name, run)
    assert traces() == {}
    run()


def test_r35_a_start_after_a_restore_that_is_killed_begins_again_and_minds_no_unknown_shop(portal, shop, monkeypatch):
    order = make_order(portal, shop, buyer=ADA)
    told = {"shop": shop.id, "digest": suppressions.digests(portal, shop.id, ADA.email)[0], "at": "2026-03-03T00:00Z"}
    file = portal.config.instance / suppressions.FILE
    file.write_text(f"{json.dumps(told)}\n{json.dumps({**told, 'shop': 99})}\n")
    kill_at(monkeypatch, erasure, "erase", lambda: erasure.reapply(portal))
    assert Order.get_by_id(order.id).email
    assert (erasure.reapply(portal), erasure.reapply(portal)) == (1, 0)
    assert Order.get_by_id(order.id).email == ""
