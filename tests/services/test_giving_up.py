"""Work that is given up: who outlasts it, and what becomes of what was bound to it."""

from datetime import timedelta

import pytest

from tests.conftest import Clock
from tests.portals import make_order, utc
from tests.services.test_mailing import Stub, notices, ship_and_send
from tests.services.test_recording import JOURNEY, ship, tell
from tracker.sdk import Upstream
from tracker.services import doctor, shipping, work
from tracker.services.portal import Portal
from tracker.store.notices import load_notices
from tracker.store.shops import Shop


def test_a_notice_is_sent_though_its_row_has_the_id_of_one_that_was_deleted(
    portal: Portal, shop: Shop, clock: Clock
) -> None:
    stub, order = Stub(portal), make_order(portal, shop)
    wrong, _ = shipping.add_shipment(portal, shop.id, order, "demo", "WRONG1", actor="staff:1")
    shipping.cancel_shipment(portal, shop.id, wrong.id, actor="staff:1")
    work.run_outbox(portal)
    clock.advance(minutes=10)
    shipping.add_shipment(portal, shop.id, order, "demo", "RIGHT1", actor="staff:1")
    work.run_outbox(portal)
    assert len(stub.keys) == 1


def test_what_was_bound_to_a_mail_that_was_given_up_travels_with_the_next(
    portal: Portal, shop: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "TRIES", 1)
    clock.now = utc("2026-03-04T05:30")
    down = Upstream("421 later")
    stub, order = Stub(portal, down, down), make_order(portal, shop, placed_at=utc("2026-03-02T00:00"))
    first, second = ship(portal, shop, order, "A1"), ship(portal, shop, order, "B1")
    tell(portal, shop, *JOURNEY[:3], number=first.number)
    tell(portal, shop, *JOURNEY[:3], number=second.number)
    work.run_outbox(portal)
    assert [row.state for row in load_notices(shop.id, order.id)] == ["sending", "sending"]
    tell(portal, shop, *JOURNEY[:4], number=second.number)
    work.run_outbox(portal)
    told = {(row.shipment_id, row.moment): row.state for row in load_notices(shop.id, order.id)}
    assert told == {
        (first.id, "shipped"): "sent", (second.id, "shipped"): "superseded", (second.id, "out_for_delivery"): "sent"
    }  # fmt: skip
    assert len(set(stub.keys)) == 3


def test_what_was_given_up_is_tried_again_when_the_operator_says_so(
    portal: Portal, shop: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "TRIES", 1)
    stub, order = Stub(portal, Upstream("421 later")), make_order(portal, shop)
    ship_and_send(portal, shop, order)
    assert [finding.ok for finding in doctor.look_at_backlog(portal)] == [True, False]
    assert doctor.retry(portal) == 2  # the mail, and the store that nobody set up
    work.run_outbox(portal)
    assert notices(shop, order) == {"shipped": ("sent", "")}
    assert len(set(stub.keys)) == 1


def test_patience_with_the_other_side_outlasts_a_weekend(portal: Portal) -> None:
    waits = [min(work.FIRST_WAIT * 2.0**tries, work.LONGEST_WAIT) for tries in range(work.TRIES - 1)]
    assert timedelta(seconds=sum(waits)) > timedelta(days=2)
