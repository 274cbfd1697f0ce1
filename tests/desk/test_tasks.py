"""Tasks in the desk: seen by those who may, settled once, audited without a word of the customer's."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.portals import make_order, scan
from tracker.domain.instruction_forms import Said
from tracker.sdk import Address, InstructionKind, TrackingResult
from tracker.services import instructions, links, recording, shipping
from tracker.services.portal import Portal
from tracker.store.audit import load_audit
from tracker.store.instructions import Instruction, load_wishes
from tracker.store.orders import Order
from tracker.store.outbox import Outbox
from tracker.store.shops import Shop

from .conftest import Browser

Enter = Callable[..., Browser]
ATTEMPT = (scan("picked_up"), scan("attempt_failed", "2026-03-02T12:00"))
ADDRESS = Address("Ada <b>Ito</b>", "12 Low Road", "", "04524", "Busan", "KR")


@pytest.fixture
def order(portal: Portal, shop: Shop) -> Order:
    return make_order(portal, shop)


@pytest.fixture
def ask(portal: Portal, shop: Shop, order: Order) -> Callable[..., Instruction]:
    """Has the customer ask for something: before dispatch, or of a parcel that could not be delivered."""

    def make(kind: str, shipped: bool = False, **said: Any) -> Instruction:
        shipment = None
        if shipped:
            shipment, _ = shipping.add_shipment(portal, shop.id, order, "manual", "N1", actor="test")
            recording.record_result(portal, shop, "manual", TrackingResult("N1", ATTEMPT))
        opened = links.follow(portal, links.issue(portal, shop.id, order, order.email))
        assert opened is not None
        wanted = Said(InstructionKind(kind), **said)
        return instructions.give(portal, opened, shipment.id if shipment else None, wanted, kind)

    return make


def state_of(row: Instruction) -> tuple[str, str]:
    found = Instruction.get_by_id(row.id)
    return found.state, found.reply


def test_an_address_before_dispatch_is_agreed_to_done_by_hand_and_told(
    portal: Portal, shop: Shop, order: Order, ask: Callable[..., Instruction], enter: Enter
) -> None:
    row = ask("correction", address=ADDRESS)
    staff = enter(shop, "staff")
    page = staff.get("/desk/demo/tasks").get_data(as_text=True)
    assert "Correct the address" in page
    assert '>1<span class="unseen"> waiting' in page
    one = f"/desk/demo/tasks/{row.id}"
    detail = staff.get(one).get_data(as_text=True)
    assert "Ada &lt;b&gt;Ito&lt;/b&gt;" in detail
    assert "12 Low Road" in detail
    assert "Nothing is changed in your store by itself" in detail
    assert "12 Low Road" not in page
    assert staff.post(one, {"deed": "approve", "word": "We\u202e change <i>it</i>"}).status_code == 303
    assert state_of(row) == ("task", "We change <i>it</i>")
    assert staff.post(one, {"deed": "done", "word": "New label printed"}).status_code == 303
    assert state_of(row) == ("done", "New label printed")
    staff.post(one, {"deed": "refuse"})
    assert "settled before" in staff.get(one).get_data(as_text=True)
    assert state_of(row)[0] == "done"
    told = Order.get_by_id(order.id).view["instructions"]
    assert [(each["state"], each["reply"]) for each in told] == [("done", "New label printed")]
    chain = [entry for entry in load_audit(shop.id, f"order:{order.id}") if entry.action == "instruction"]
    assert [(entry.actor.partition(":")[0], entry.body["to"]) for entry in chain] == [
        ("customer", "approval"), ("staff", "task"), ("staff", "done"),
    ]  # fmt: skip
    assert not any(word in str(chain) for word in ("Low Road", "Ito", "label", "04524"))
    # The customer hears of each answer of staff; what changes before the mail leaves is told once (updates).
    assert Outbox.select().where(Outbox.topic == "update").count() >= 1


def test_a_task_is_refused_with_a_word_and_stands_on_its_order(
    shop: Shop, order: Order, ask: Callable[..., Instruction], enter: Enter
) -> None:
    row = ask("neighbour", shipped=True, text="Ms Grey, number 5")
    staff = enter(shop, "staff")
    assert "Give it to a neighbour" in staff.get(f"/desk/demo/orders/{order.id}").get_data(as_text=True)
    assert staff.post(f"/desk/demo/tasks/{row.id}", {"deed": "approve"}).status_code == 303
    assert state_of(row)[0] == "task"
    assert staff.post(f"/desk/demo/tasks/{row.id}", {"deed": "nonsense"}).status_code == 422
    assert staff.post(f"/desk/demo/tasks/{row.id}", {"deed": "refuse", "word": "x" * 400}).status_code == 303
    assert state_of(row) == ("refused", "x" * 300)
    assert "Give it to a neighbour" in staff.get("/desk/demo/tasks?part=ended").get_data(as_text=True)
    assert "Nothing waits for you" in staff.get("/desk/demo/tasks").get_data(as_text=True)
    assert staff.get("/desk/demo/tasks?part=other").status_code == 404


def test_s04_s17_tasks_are_for_staff_of_their_shop_and_forms_of_this_sign_in(
    shop: Shop, other_shop: Shop, ask: Callable[..., Instruction], enter: Enter
) -> None:
    row = ask("cancel")
    stranger, marketer, staff = enter(other_shop, "owner"), enter(shop, "marketer"), enter(shop, "staff")
    for path in ("tasks", f"tasks/{row.id}"):
        assert marketer.get(f"/desk/demo/{path}").status_code == 403
        assert stranger.get(f"/desk/demo/{path}").status_code == 404
    assert stranger.get(f"/desk/other/tasks/{row.id}").status_code == 404
    assert stranger.post(f"/desk/other/tasks/{row.id}", {"deed": "approve"}).status_code == 404
    assert staff.get("/desk/demo/tasks/wishes").status_code == 403
    staff.get(f"/desk/demo/tasks/{row.id}?deed=approve")
    assert staff.post(f"/desk/demo/tasks/{row.id}", {"deed": "approve", "csrf_token": "x"}).status_code in (400, 403)
    assert state_of(row)[0] == "approval"


def test_an_owner_says_what_customers_may_ask_for(
    portal: Portal, shop: Shop, order: Order, ask: Callable[..., Instruction], enter: Enter
) -> None:
    owner = enter(shop, "owner")
    page = owner.get("/desk/demo/tasks/wishes").get_data(as_text=True)
    assert page.count("<select") == 10
    owner.post("/desk/demo/tasks/wishes", {"cancel": "off", "neighbour": "approve", "away": "whatever", "odd": "off"})
    assert load_wishes(shop.id) == {"cancel": "off", "neighbour": "approve"}
    owner.post("/desk/demo/tasks/wishes", {"cancel": "off", "neighbour": "offer"})
    assert load_wishes(shop.id)["neighbour"] == "offer"
    with pytest.raises(instructions.TooLate):
        ask("cancel")
    row = ask("safe_place", shipped=True, text="Behind the shed")
    assert state_of(row)[0] == "task"
    assert load_audit(shop.id, "shop:instructions")[0].body == {"cancel": "off", "neighbour": "approve"}
