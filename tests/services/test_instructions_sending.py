"""Instructions on their way: told at least once with one key, refused in the carrier's words, never lost, let go."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import Clock
from tests.portals import make_order, scan
from tracker.domain.instruction_forms import Said
from tracker.host.errors import Barred
from tracker.sdk import (
    AuthFailed,
    BadPayload,
    BadRequest,
    Instruction,
    InstructionAnswer,
    InstructionKind,
    InvalidNumber,
    TrackingResult,
    Upstream,
)
from tracker.services import demo, instructions, instructions_sending, links, recording, shipping, tasks, work
from tracker.services.portal import Portal
from tracker.services.staff import Me
from tracker.store import instructions as rows
from tracker.store.audit import load_audit
from tracker.store.orders import Order, find_order
from tracker.store.outbox import Outbox
from tracker.store.shops import Shop

Give = Callable[..., rows.Instruction]
ME = Me(7, "ada@shop.example", "Ada", "en", 1, "")
CANARY = "Ms Canary, number 5"


class Carrier:
    """Stands for the demo carrier's server: what it was asked, and what it answers or raises, one after the other."""

    def __init__(self) -> None:
        self.asked: list[Instruction] = []
        self.answers: list[InstructionAnswer | BaseException] = []

    def __call__(self, instruction: Instruction, _ctx: object) -> InstructionAnswer:
        self.asked.append(instruction)
        answer = self.answers.pop(0) if self.answers else InstructionAnswer("accepted", "Noted.", "r7")
        if isinstance(answer, BaseException):
            raise answer
        return answer


@pytest.fixture
def carrier(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> Carrier:
    made = Carrier()
    kind = type(portal.registry.carriers["demo"].object)
    monkeypatch.setattr(kind, "instruct", made)
    return made


@pytest.fixture
def order(portal: Portal, shop: Shop) -> Order:
    return make_order(portal, shop)


@pytest.fixture
def give(portal: Portal, shop: Shop, order: Order) -> Give:
    """Has the customer ask for something after a failed attempt of the demo carrier."""
    number = demo.number_parcel(portal, "failed_attempt", 4)
    shipment, _ = shipping.add_shipment(portal, shop.id, order, "demo", number, actor="test")
    tell(portal, shop, scan("picked_up"), scan("attempt_failed", "2026-03-02T12:00"))
    opened = links.follow(portal, links.issue(portal, shop.id, order, order.email))
    assert opened is not None

    def make(kind: str = "neighbour", key: str = "k1", **said: Any) -> rows.Instruction:
        wanted = Said(InstructionKind(kind), **{"text": CANARY, **said})
        return instructions.give(portal, opened, shipment.id, wanted, key)

    return make


def tell(portal: Portal, shop: Shop, *events: Any) -> None:
    number = demo.number_parcel(portal, "failed_attempt", 4)
    recording.record_result(portal, shop, "demo", TrackingResult(number, events))


def now(row: rows.Instruction) -> tuple[str, str]:
    found = rows.Instruction.get_by_id(row.id)
    return found.state, found.reply


def updates() -> int:
    return int(Outbox.select().where(Outbox.topic == "update").count())


def test_an_instruction_is_told_answered_followed_and_done_with_the_delivery(
    portal: Portal, shop: Shop, order: Order, carrier: Carrier, give: Give, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    row = give()
    assert now(row) == ("sending", "")
    work.run_outbox(portal)
    (told,) = carrier.asked
    assert (told.kind, told.text, told.due_at) == ("neighbour", CANARY, row.due_at)
    assert told.key.startswith(f"instruct:{row.id}:")
    assert now(row) == ("accepted", "Noted.")
    view = find_order(shop.id, order.id).view["parcels"][0]["instructions"]  # type: ignore[union-attr]
    assert [(one["state"], one["reply"]) for one in view] == [("accepted", "Noted.")]
    tell(portal, shop, scan("delivered", "2026-03-02T16:00"))
    assert now(row)[0] == "done"
    chain = load_audit(shop.id, f"shipment:{row.shipment_id}", "instruction")
    assert [(entry.actor, entry.body["to"]) for entry in chain] == [
        ("customer", "sending"), ("carrier:demo", "accepted"), ("fold", "done"),
    ]  # fmt: skip
    assert len(chain[0].body["digest"]) == 64
    assert CANARY not in str(chain) + caplog.text + str(list(Outbox.select().dicts()))
    assert updates() == 0


def test_what_a_carrier_answers_is_a_refusal_or_work_for_staff(
    portal: Portal, shop: Shop, carrier: Carrier, give: Give
) -> None:
    cases = [
        (BadRequest("Not on Sundays.\u202e"), "refused", "Not on Sundays.", "", 1),
        (InstructionAnswer("refused", "No."), "refused", "No.", "", 1),
        (InstructionAnswer("sent", "Wait."), "sent", "Wait.", "", 0),
        (InstructionAnswer("done"), "done", "", "", 0),
        (AuthFailed("no entry"), "task", "", "auth: no entry", 0),
        (InvalidNumber("none of ours"), "task", "", "invalid_number: none of ours", 0),
        (BadPayload("what?"), "task", "", "parse: what?", 0),
        (Barred("not allowed"), "task", "", "bad_request: not allowed", 0),
    ]
    for number, (answer, state, reply, error, told) in enumerate(cases):
        carrier.answers, before = [answer], updates()
        row = give(key=f"case{number}")
        work.run_outbox(portal)
        found = rows.Instruction.get_by_id(row.id)
        assert (found.state, found.reply, found.error) == (state, reply, error), answer
        assert updates() - before == told, answer
        rows.Instruction.update(state="refused").execute()


def test_a_carrier_that_is_down_is_asked_again_and_then_staff(
    portal: Portal, shop: Shop, clock: Clock, carrier: Carrier, give: Give
) -> None:
    row = give()
    carrier.answers = [Upstream("down"), InstructionAnswer("accepted")]
    for _ in range(2):
        work.run_outbox(portal)
        clock.advance(minutes=5)
    assert now(row)[0] == "accepted"
    assert len({one.key for one in carrier.asked}) == 1
    rows.Instruction.update(state="refused").execute()
    for number, failure in enumerate((Upstream("down"), ValueError("a bug"))):
        carrier.asked, carrier.answers = [], [failure] * 20
        row = give(key=f"down{number}")
        for _ in range(20):
            work.run_outbox(portal)
            clock.advance(minutes=61)
        found = rows.Instruction.get_by_id(row.id)
        assert found.state == "task"
        assert found.error
        assert 1 < len(carrier.asked) <= instructions_sending.TRIES
        rows.Instruction.update(state="refused").execute()


class Killed(BaseException):
    """What no handler catches: the process is gone."""


def test_a_worker_killed_before_it_wrote_the_answer_down_tells_the_same_again(
    portal: Portal, shop: Shop, carrier: Carrier, give: Give, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = give()

    def die(name: str) -> None:
        if name == "instructed":
            raise Killed

    monkeypatch.setattr("tracker.crash.point", die)
    with pytest.raises(Killed):
        work.run_outbox(portal)
    assert now(row)[0] == "sending"
    monkeypatch.setattr("tracker.crash.point", lambda name: None)
    # The lease runs out, by the machine's own clock.
    Outbox.update(lease="", due=portal.now()).where(Outbox.topic == "instruct").execute()
    work.run_outbox(portal)
    assert now(row) == ("accepted", "Noted.")
    first, second = carrier.asked
    assert first == second
    work.run_outbox(portal)
    assert len(carrier.asked) == 2


def test_only_the_newest_wish_leaves_and_one_that_was_told_stands(
    portal: Portal, shop: Shop, carrier: Carrier, give: Give
) -> None:
    first, second = give(), give("send_back", "k2")
    work.run_outbox(portal)
    assert [one.kind for one in carrier.asked] == ["send_back"]
    assert (now(first), now(second)[0]) == (("expired", "replaced"), "accepted")
    with pytest.raises(instructions.TooLate):
        give(key="k3")
    assert give("send_back", "k2").id == second.id
    tell(portal, shop, scan("attempt_failed", "2026-03-02T17:00"))
    assert now(second)[0] == "accepted", "in the evening they say once more that nobody was there"
    tell(portal, shop, scan("attempt_failed", "2026-03-03T11:00"))
    assert now(second) == ("expired", "overtaken")
    assert give(key="k3").state == "sending"


def test_a_wish_waits_for_the_one_before_it_that_the_carrier_hears_just_now(
    portal: Portal, shop: Shop, clock: Clock, carrier: Carrier, give: Give, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two browsers answer at once, and the carrier takes its time about the first."""
    heard: list[str] = []

    def take(instruction: Instruction, _ctx: object) -> InstructionAnswer:
        heard.append(f"{instruction.kind} begins")
        if len(heard) == 1:
            give("send_back", "k2")
            work.run_outbox(portal)
        heard.append(f"{instruction.kind} ends")
        return InstructionAnswer("accepted", "Noted.", "r7")

    monkeypatch.setattr(type(portal.registry.carriers["demo"].object), "instruct", lambda _, *told: take(*told))
    row = give()
    work.run_outbox(portal)
    clock.advance(seconds=31)
    work.run_outbox(portal)
    assert heard == ["neighbour begins", "neighbour ends", "send_back begins", "send_back ends"]
    told = [entry.body for entry in load_audit(shop.id, f"shipment:{row.shipment_id}", "instruction")]
    assert [one.get("to") or one["answered"] for one in told] == [
        "sending", "expired", "sending", "accepted", "accepted",
    ]  # fmt: skip


def test_what_nobody_settles_ends_with_its_deadline_and_what_is_stuck_goes_to_staff(
    portal: Portal, shop: Shop, clock: Clock, carrier: Carrier, give: Give
) -> None:
    row = give()
    Outbox.update(state="dead").where(Outbox.topic == "instruct").execute()
    clock.advance(hours=5)
    assert instructions_sending.expire_overdue(portal) == 0
    clock.advance(hours=2)
    work.run_upkeep(portal)
    assert now(row)[0] == "task"
    assert tasks.count_waiting(shop.id) == 1
    assert updates() == 0
    clock.advance(days=7)
    work.run_upkeep(portal)
    assert now(row) == ("expired", "overdue")
    assert updates() == 1
    found = rows.Instruction.get_by_id(row.id)
    assert instructions.open_said(portal, found).text == CANARY  # type: ignore[union-attr]
    clock.advance(days=89)
    work.let_go(portal)
    assert rows.Instruction.get_by_id(row.id).sealed
    clock.advance(days=2)
    work.let_go(portal)
    kept = rows.Instruction.get_by_id(row.id)
    assert (kept.sealed, instructions.open_said(portal, kept)) == ("", None)
    task = tasks.find_task(portal, shop.id, row.id)
    assert task is not None
    assert task.said is None


def test_a_yes_of_the_shop_brings_it_to_the_carrier(
    portal: Portal, shop: Shop, clock: Clock, carrier: Carrier, give: Give
) -> None:
    rows.write_wishes(shop.id, {"neighbour": "approve"}, portal.now())
    row = give()
    work.run_outbox(portal)
    assert (now(row)[0], carrier.asked) == ("approval", [])
    clock.advance(minutes=1)
    assert tasks.approve(portal, shop.id, row.id, "Gladly", me=ME)
    work.run_outbox(portal)
    assert now(row) == ("accepted", "Noted.")
    assert not tasks.approve(portal, shop.id, row.id, "", me=ME)
    assert rows.Instruction.get_by_id(row.id).due_at == row.created_at + timedelta(days=7)


def test_the_demo_carrier_takes_an_answer_and_its_next_scans_follow_it(
    portal: Portal, shop: Shop, order: Order, clock: Clock
) -> None:
    """The whole loop with nothing made up: asked, told, accepted, out again, delivered, done."""
    number = demo.number_parcel(portal, "failed_attempt", 4)
    shipment, _ = shipping.add_shipment(portal, shop.id, order, "demo", number, actor="test")
    demo.place_story(portal, shop, number, 34)

    def look() -> str:
        clock.advance(seconds=30)
        work.run_polls(portal)
        work.run_inbox(portal)
        found = find_order(shop.id, order.id)
        return str(found.view["parcels"][0]["milestone"])  # type: ignore[union-attr]

    assert look() == "attempt_failed"
    opened = links.follow(portal, links.issue(portal, shop.id, order, order.email))
    assert opened is not None
    row = instructions.give(portal, opened, shipment.id, Said(InstructionKind.SAFE_PLACE, text="Behind it"), "k")
    work.run_outbox(portal)
    assert now(row) == ("accepted", "The driver leaves it there.")
    assert look() == "delivered"
    assert now(row)[0] == "done"
