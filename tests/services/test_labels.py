"""Labels: asked for once, got by the worker, kept for a while; and why there is none."""

from datetime import timedelta

import pytest

from tests.acme import PDF, SETTINGS, add_acme, asked
from tests.portals import make_order
from tracker.sdk import Query
from tracker.services import labels, settings, shipping, switches, work
from tracker.services.refusals import Refused
from tracker.store.labels import Label
from tracker.store.outbox import Outbox
from tracker.store.shipments import find_shipment


@pytest.fixture(autouse=True)
def acme(portal, shop, tmp_path):
    add_acme(portal, tmp_path)
    settings.save(portal, shop, "acme", SETTINGS, "test")


def ship(portal, shop, number="A1", carrier="acme"):
    order = make_order(portal, shop)
    return shipping.add_shipment(portal, shop.id, order, carrier, number, actor="test")[0]


def get(portal, shipment):
    labels.ask(portal, shipment, "staff:1")
    work.run_outbox(portal)
    return labels.load(portal, shipment.shop_id, [shipment]).get(shipment.id)


def test_a_label_is_got_with_what_the_carrier_wants_to_know_and_kept(portal, shop, clock):
    shipment = ship(portal, shop)
    asked(portal).clear()
    labels.ask(portal, shipment, "staff:1")
    assert labels.read(portal, shipment) is None
    assert labels.load(portal, shop.id, [shipment])[shipment.id].state == "asked"
    clock.advance(seconds=2)
    work.run_outbox(portal)
    ready = labels.read(portal, shipment)
    assert (bytes(ready.body), ready.content_type, ready.made_at) == (PDF, "application/pdf", clock())
    assert Query("A1", "acme", "04524") in asked(portal)


def test_asking_again_while_somebody_is_at_it_asks_once(portal, shop, clock):
    shipment = ship(portal, shop)
    for _ in range(3):
        labels.ask(portal, shipment, "staff:1")
    assert Outbox.select().where(Outbox.topic == "label").count() == 1
    clock.advance(minutes=16)
    labels.ask(portal, shipment, "staff:1")
    assert Outbox.select().where(Outbox.topic == "label").count() == 2
    work.run_outbox(portal)
    assert labels.read(portal, shipment)
    assert Label.select().count() == 1


@pytest.mark.parametrize(
    ("number", "error"),
    [
        ("GONE", "not_found: no such thing"),
        ("WRONG", "auth: no entry with [secret]"),
        ("ODD", "parse: not JSON"),
        ("BUG", "bug: carrier:acme of plugin acme broke in label: KeyError: '[secret]'"),
    ],
)
def test_what_another_try_would_not_mend_fails_with_its_reason(portal, shop, number, error):
    label = get(portal, ship(portal, shop, number))
    assert (label.state, label.error) == ("failed", error)
    assert Outbox.get(Outbox.topic == "label").state == "done"


@pytest.mark.parametrize("number", ["AWAY", "BUSY"])
def test_a_carrier_that_does_not_answer_is_asked_again_for_a_while(portal, shop, clock, number):
    shipment = ship(portal, shop, number)
    label = get(portal, shipment)
    assert (label.state, label.error[:4]) == ("asked", {"AWAY": "upst", "BUSY": "rate"}[number])
    assert Outbox.get(Outbox.topic == "label").state == "waiting"
    for _ in range(30):
        clock.advance(minutes=1)
        work.run_outbox(portal)
    assert labels.load(portal, shop.id, [shipment])[shipment.id].state == "failed"
    assert Outbox.get(Outbox.topic == "label").state == "done"


def test_a_failed_label_can_be_asked_for_again(portal, shop):
    shipment = ship(portal, shop, "GONE")
    assert get(portal, shipment).state == "failed"
    assert get(portal, shipment).state == "failed"
    assert Outbox.select().where(Outbox.topic == "label").count() == 2


def test_a_corrected_number_has_no_label_of_the_one_before(portal, shop):
    shipment = ship(portal, shop)
    get(portal, shipment)
    labels.ask(portal, shipment, "staff:1")
    shipping.edit_shipment(portal, shop.id, shipment.id, actor="test", number="A2")
    now = find_shipment(shop.id, shipment.id)
    assert labels.load(portal, shop.id, [now]) == {}
    assert labels.read(portal, now) is None
    work.run_outbox(portal)
    assert labels.read(portal, now) is None
    assert Label.get().error == "bad_request: the shipment has changed since"
    assert get(portal, now).state == "ready"


def test_only_who_makes_labels_and_is_at_work_is_asked(portal, shop):
    cancelled = ship(portal, shop, "A9")
    shipping.cancel_shipment(portal, shop.id, cancelled.id, actor="test")
    for shipment in (ship(portal, shop, "P1", "manual"), find_shipment(shop.id, cancelled.id)):
        assert not labels.gives_labels(portal, shipment)
        with pytest.raises(Refused, match="gives no labels"):
            labels.ask(portal, shipment, "staff:1")
    asked_for = ship(portal, shop, "A2")
    labels.ask(portal, asked_for, "staff:1")
    switches.disable(portal, shop, "acme", "test")
    assert not labels.gives_labels(portal, asked_for)
    work.run_outbox(portal)
    assert labels.load(portal, shop.id, [asked_for])[asked_for.id].state == "failed"


def test_a_vendor_gives_the_label_of_a_carrier_that_it_sells(portal, shop):
    shipment = ship(portal, shop, "1Z12345E0291980793", "ups")
    assert get(portal, shipment).state == "ready"
    assert labels.read(portal, shipment).content_type == "image/png"


def test_labels_name_customers_and_are_let_go_after_a_month(portal, shop, clock):
    shipment = ship(portal, shop)
    get(portal, shipment)
    clock.advance(days=29)
    work.let_go(portal)
    assert labels.read(portal, shipment)
    clock.now += timedelta(days=2)
    work.let_go(portal)
    assert Label.select().count() == 0
