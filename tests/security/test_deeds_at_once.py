"""Two browsers, and two of the staff, at one and the same moment: one of them is first, and nothing counts twice."""

from functools import partial

import pytest

from tests.meeting import meet
from tests.portals import make_order, scan
from tests.services.test_recording import ship
from tracker.domain.instruction_forms import Said
from tracker.sdk import ConcernKind, InstructionKind, TrackingResult
from tracker.services import concern_desk, concerns, instructions, links, ratings, recording, reports, sharing, tasks
from tracker.services.concerns import Draft
from tracker.services.staff import Me
from tracker.store import instructions as rows
from tracker.store.audit import load_audit
from tracker.store.concerns import Concern, Remark
from tracker.store.instructions import Instruction
from tracker.store.links import Link
from tracker.store.orders import Order
from tracker.store.ratings import Rating
from tracker.store.shipments import Shipment
from tracker.store.staff import add_staff


@pytest.fixture
def at_once(portal):
    return partial(meet, portal)


@pytest.fixture
def parcel(portal, shop):
    """A parcel that nobody met, and the page of its order."""
    order = make_order(portal, shop)
    shipment = ship(portal, shop, order)
    recording.record_result(portal, shop, "demo", TrackingResult(shipment.number, (_tell("attempt_failed", 12),)))
    return Shipment.get_by_id(shipment.id), links.follow(portal, links.issue(portal, shop.id, order, order.email))


def _tell(milestone, hour):
    return scan(milestone, f"2026-03-02T{hour}:00")


def _me(portal, name):
    return Me(add_staff(f"{name}@shop.example", name, "x", portal.now()).id, "", name, "en", 1, "")


def test_of_all_that_is_asked_of_one_parcel_at_once_one_thing_is_done(portal, shop, parcel, at_once):
    shipment, opened = parcel
    kinds = [
        InstructionKind.SAFE_PLACE,
        InstructionKind.NEIGHBOUR,
        InstructionKind.SEND_BACK,
        InstructionKind.NEIGHBOUR,
    ]
    at_once(
        *(
            lambda kind=kind: instructions.give(portal, opened, shipment.id, Said(kind, text="x"), f"k{kind}")
            for kind in kinds
        )
    )
    states = [row.state for row in Instruction.select()]
    assert len(states) == 3, "the same form twice is one"
    assert sorted(states, key=lambda one: one == "expired")[1:] == ["expired", "expired"]
    rows.write_wishes(shop.id, {"safe_place": "approve"}, portal.now())
    row = instructions.give(portal, opened, shipment.id, Said(InstructionKind.SAFE_PLACE, text="y"), "last")
    me = _me(portal, "Bo")
    answers = at_once(
        *[lambda: tasks.approve(portal, shop.id, row.id, "", me=me)] * 2,
        lambda: tasks.refuse(portal, shop.id, row.id, "", me=me),
    )
    asked = [one for one in load_audit(shop.id, f"shipment:{shipment.id}", "instruction") if one.actor == me.actor]
    assert 1 <= answers.count(True) == len(asked) <= 2
    assert all(wrong is None for _chain, wrong in reports.check_chains(shop))


def test_a_concern_that_is_closed_answered_and_added_to_at_once_stands_as_the_page_says(portal, shop, parcel, at_once):
    order, bo, cy = parcel[0].order_id, _me(portal, "Bo"), _me(portal, "Cy")
    number = concerns.raise_concern(portal, shop.id, order, Draft(ConcernKind.OTHER, text="a")).number
    file = concerns.find(shop.id, number)
    again = Draft(ConcernKind.OTHER, text="b", key="b" * 32)
    at_once(
        *[lambda: concerns.close(portal, file)] * 2,
        *[lambda: concerns.add_remark(portal, file, "more", [], "a" * 32)] * 2,
        *[lambda: concerns.raise_concern(portal, shop.id, order, again)] * 2,
        lambda: concern_desk.answer(portal, file, "yes", me=bo, done=True),
    )
    assert Remark.select().where(Remark.key.in_(["a" * 32, "b" * 32])).count() == 2
    found = list(Concern.select())
    assert {(one["number"], one["state"]) for one in Order.get().view["concerns"]} == {
        (one.number, one.state) for one in found
    }
    for one in found:
        assert (one.state == "open", one.state == "closed") == (one.due_at is not None, one.closed_at is not None)
    # Whoever takes it last has it, and not who had it on the page that they took it from.
    concern_desk.take(portal, file, me=bo)
    seen = concerns.find(shop.id, number)
    concern_desk.take(portal, seen, me=cy)
    concern_desk.take(portal, seen, me=bo)
    assert Concern.get_by_id(file.concern.id).owner_id == bo.id
    assert all(wrong is None for _chain, wrong in reports.check_chains(shop))


def test_ratings_and_shared_links_of_one_moment_are_one(portal, shop, parcel, at_once):
    shipment, opened = parcel
    recording.record_result(portal, shop, "demo", TrackingResult(shipment.number, (_tell("delivered", 14),)))
    at_once(
        *(
            lambda stars=stars: ratings.rate(portal, shipment, delivery=stars, comment=f"{stars}")
            for stars in (1, 3, 3)
        ),
        *[lambda: sharing.share(portal, opened)] * 2,
        lambda: sharing.end_shared(portal, opened),
        lambda: links.revoke(portal, shop.id, Order.get()),
    )
    rating = Rating.get()
    assert (Order.get().view["parcels"][0]["rating"]["delivery"], rating.comment) == (
        rating.delivery_stars, str(rating.delivery_stars),
    )  # fmt: skip
    assert Link.select().where(Link.tier == "shared", Link.revoked_at.is_null()).count() <= 1
    assert all(wrong is None for _chain, wrong in reports.check_chains(shop))
