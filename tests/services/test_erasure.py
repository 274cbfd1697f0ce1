"""Erasure: nothing of a customer is left anywhere, and neither a late event nor a backup brings it back."""

import json
import threading
from dataclasses import replace
from pathlib import Path

import peewee
import pytest

from tests.conftest import Clock
from tests.mails import Sink
from tests.portals import make_order, make_shop, scan, utc
from tests.services.test_recording import ship, tell
from tracker import worker
from tracker.paths import resource
from tracker.sdk import Buyer, OrderMilestone, StoreOrder
from tracker.services import erasure, links, lookups, orders, preferences, suppressions, work
from tracker.services.links import Opened
from tracker.services.portal import Portal
from tracker.store import inbox
from tracker.store.audit import load_audit
from tracker.store.events import Event
from tracker.store.inbox import Inbox
from tracker.store.links import Lookup
from tracker.store.notices import Notice
from tracker.store.orders import Order
from tracker.store.preferences import Preference, write_preference
from tracker.store.shops import Shop
from tracker.store.tables import TABLES

ADA = Buyer("Ada Ito", "ada@example.com", "010-1234-5678", "Leipzig", "04524", "KR", "ko")
CANARIES = ("ada ito", "ada@example.com", "ada%40example.com", "1234-5678", "leipzig", "04524")
SAMPLE = Path(str(resource("plugins"))) / "demo/samples/delayed.json"
DELIVERED = scan("delivered", "2026-03-04T10:30", text="Signed by ADA ITO")


@pytest.fixture
def order(portal: Portal, shop: Shop, clock: Clock) -> Order:
    clock.now = utc("2026-03-04T02:00")
    return make_order(portal, shop, placed_at=utc("2026-03-02T00:00"), buyer=ADA)


def everything() -> dict[str, str]:
    """Every row of every table as text, whatever its columns are."""
    found = {}
    for table in TABLES:
        for row in table.select().dicts():
            for name, value in row.items():
                text = bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)
                found[f"{table.__name__}.{row['id']}.{name}"] = text.lower()
    return found


def traces() -> dict[str, str]:
    return {where: text for where, text in everything().items() if any(one in text for one in CANARIES)}


def mine(portal: Portal, shop: Shop, order: Order) -> preferences.Mine:
    found = preferences.load(portal, open_link(portal, shop, order))
    assert found is not None
    return found


def open_link(portal: Portal, shop: Shop, order: Order) -> Opened:
    opened = links.follow(portal, links.issue(portal, shop.id, order, order.email))
    assert opened is not None
    return opened


def live(portal: Portal, shop: Shop, order: Order) -> None:
    """All that is kept of a customer in the life of an order."""
    shop.show_people = True
    shop.save()
    write_preference(shop.id, "ada@example.com", {"locale": "ko"}, portal.now())
    ship(portal, shop, order)
    body = json.dumps({"email": "Ada@Example.com", "phone": ADA.phone}).encode()
    inbox.receive(shop.id, "store:woocommerce", "d1", body, now=portal.now())
    inbox.receive(shop.id, "store:woocommerce", "d2", b"name=Ada+Ito&email=ada%40example.com", now=portal.now())
    inbox.receive(shop.id, "store:woocommerce", "d3", b'{"email": "kim@example.com"}', now=portal.now())
    Inbox.update(state="done").execute()
    tell(portal, shop, DELIVERED)
    lookups.ask(portal, shop.id, "1001", "ada@example.com", "10.0.0.1")
    work.run_lookups(portal)
    work.run_outbox(portal)


def test_r35_nothing_is_left_of_a_customer_who_asked_for_it(
    portal: Portal, shop: Shop, order: Order, box: Sink, clock: Clock
) -> None:
    other = make_shop(portal, "other")
    stays = [make_order(portal, other, buyer=replace(ADA, name="Somebody", phone="", city="", postcode=""))]
    stays.append(make_order(portal, shop, "2002", buyer=Buyer("Kim", "kim@example.com")))
    make_order(portal, shop, "1002", placed_at=utc("2026-03-02T00:00"), buyer=ADA, milestone=OrderMilestone.COMPLETED)
    live(portal, shop, order)
    token = links.issue(portal, shop.id, order, order.email)
    assert len(traces()) > 15
    assert len(box.mails()) == 2
    erasure.ask(portal, mine(portal, shop, order), at_once=True)
    work.run_outbox(portal)
    left = traces()
    assert {where.partition(".")[0] for where in left} <= {"Order"}, left
    assert {Order.get_by_id(int(where.split(".")[1])).shop_id for where in left} == {other.id}
    assert [Order.get_by_id(one.id).email for one in stays] == ["ada@example.com", "kim@example.com"]
    assert links.follow(portal, token) is None
    assert Lookup.select().count() == 0
    assert bytes(Inbox.get(Inbox.delivery == "d3").body) == b'{"email": "kim@example.com"}'
    kept = Order.get_by_id(order.id)
    assert (kept.number, kept.country, kept.erased_at) == ("1001", "KR", portal.now())
    assert load_audit(shop.id, f"order:{order.id}")[-1].action == "erased"
    assert "ada" not in (Path(portal.config.instance) / suppressions.FILE).read_text(encoding="utf-8")
    work.run_outbox(portal)
    assert len(box.mails()) == 2


def test_r35_a_late_event_brings_nobody_back_and_a_new_order_is_no_late_event(
    portal: Portal, shop: Shop, order: Order, box: Sink, clock: Clock
) -> None:
    live(portal, shop, order)
    erasure.erase(portal, shop.id, "ada@example.com")
    sent, now = len(box.mails()), clock.advance(hours=1)
    late = StoreOrder("ref-1001", "1001", utc("2026-03-02T00:00"), now, OrderMilestone.COMPLETED, buyer=ADA)
    again = orders.accept(portal, shop.id, "woocommerce", late)
    unknown = orders.accept(portal, shop.id, "woocommerce", replace(late, ref="ref-7", number="1007"))
    assert again is not None
    assert unknown is not None
    tell(portal, shop, DELIVERED, scan("returning", "2026-03-04T11:30"))
    body = b'{"email": "ada@example.com"}'
    inbox.receive(shop.id, "store:woocommerce", "late", body, now=now)
    erasure.tidy_up(portal, shop.id, Inbox.get(Inbox.delivery == "late").id, [again.id])
    work.run_outbox(portal)
    assert not inbox.receive(shop.id, "store:woocommerce", "late", body, now=now), "it is not taken again"
    assert {where for where in traces() if not where.startswith("Event.")} == set()
    assert unknown.erased_at is not None
    # Whoever orders anew has given the shop their address anew; they are written to once they choose to be.
    fresh = make_order(portal, shop, "3003", placed_at=now, buyer=ADA)
    assert (fresh.email, fresh.erased_at) == ("ada@example.com", None)
    ship(portal, shop, fresh, "FRESH1")
    tell(portal, shop, scan("in_transit", "2026-03-04T12:00"), number="FRESH1")
    work.run_outbox(portal)
    assert len(box.mails()) == sent
    assert Notice.get(Notice.order == fresh.id).why == "erased"
    preferences.save(portal, mine(portal, shop, fresh), preferences.Change({"only_trouble": False}))
    tell(portal, shop, scan("out_for_delivery", "2026-03-04T12:10"), number="FRESH1")
    work.run_outbox(portal)
    assert len(box.mails()) == sent + 1


def test_r35_a_backup_that_is_put_back_is_erased_before_anything_leaves(
    portal: Portal, shop: Shop, order: Order, box: Sink, clock: Clock
) -> None:
    """The database as it was before the erasure; the file beside it is as it is."""
    ship(portal, shop, order)
    tell(portal, shop, scan("in_transit", "2026-03-04T10:00"))
    saved = {table: list(table.select().dicts()) for table in TABLES}
    erasure.erase(portal, shop.id, "ada@example.com")
    for table in reversed(TABLES):
        table.delete().execute()
    for table, rows in saved.items():
        if rows:
            table.insert_many(
                [{table._meta.columns[_column(table, name)]: value for name, value in row.items()} for row in rows]
            ).execute()
    assert traces()
    stop = threading.Event()
    stop.set()
    worker.run(portal, stop)
    work.run_outbox(portal)
    assert {where for where in traces() if not where.startswith("Event.")} == set()
    assert box.mails() == []
    assert erasure.reapply(portal) == 0
    with (Path(portal.config.instance) / suppressions.FILE).open("a", encoding="utf-8") as file:
        file.write('{"shop": 1, "dig\nnull\n[]\n{"shop": "x", "digest": 1, "at": "now"}\n')
    assert erasure.reapply(portal) == 0


def _column(table: type[peewee.Model], name: str) -> str:
    return str(table._meta.fields[name].column_name)


def test_erasure_waits_for_the_parcels_unless_its_customer_insists(
    portal: Portal, shop: Shop, order: Order, clock: Clock
) -> None:
    ship(portal, shop, order)
    tell(portal, shop, scan("in_transit", "2026-03-04T10:00"))
    erasure.ask(portal, mine(portal, shop, order), at_once=False)
    work.run_outbox(portal)
    assert Order.get_by_id(order.id).email == "ada@example.com"
    erasure.withdraw(portal, mine(portal, shop, order))
    tell(portal, shop, scan("in_transit", "2026-03-04T10:00"), scan("delivered", "2026-03-04T15:00"))
    clock.advance(hours=7)
    work.run_outbox(portal)
    assert Order.get_by_id(order.id).email == "ada@example.com", "they changed their mind"
    erasure.ask(portal, mine(portal, shop, order), at_once=False)
    work.run_outbox(portal)
    assert Order.get_by_id(order.id).email == ""
    assert Preference.select().count() == 0


def test_erasure_waits_no_longer_than_a_parcel_can_travel(
    portal: Portal, shop: Shop, order: Order, clock: Clock
) -> None:
    ship(portal, shop, order)
    tell(portal, shop, scan("in_transit", "2026-03-04T10:00"))
    erasure.ask(portal, mine(portal, shop, order), at_once=False)
    clock.advance(days=390)
    work.run_outbox(portal)
    assert Order.get_by_id(order.id).email
    clock.advance(days=11)
    work.run_outbox(portal)
    assert Order.get_by_id(order.id).email == ""


def test_what_a_carrier_sends_after_the_erasure_is_not_kept_raw(
    portal: Portal, shop: Shop, order: Order, clock: Clock
) -> None:
    ship(portal, shop, order, "LATE1")
    ship(portal, shop, make_order(portal, shop, "1009", buyer=Buyer("Kim", "kim@example.com")), "KIM1")
    erasure.erase(portal, shop.id, "ada@example.com")
    for number in ("LATE1", "KIM1"):
        told = json.dumps({**json.loads(SAMPLE.read_text(encoding="utf-8")), "number": number, "signed_by": "Ada Ito"})
        inbox.receive(shop.id, "carrier:demo", number, told.encode(), now=portal.now(), mode="poll", numbers=[number])
    work.run_inbox(portal)
    kept = {row.delivery: bytes(row.body) for row in Inbox.select()}
    assert (kept["LATE1"], kept["KIM1"] != b"") == (b"", True)
    assert Event.select().where(Event.number == "LATE1").exists(), "the parcel is followed all the same"
