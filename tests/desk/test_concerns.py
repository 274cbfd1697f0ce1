"""Concerns and ratings in the desk: who waits, who sees to it, what is answered, and what carriers were given."""

import pytest

from tests.portals import make_order, scan
from tracker.sdk import ConcernKind, TrackingResult
from tracker.services import concern_desk, concerns, ratings, recording, shipping, staff, updates
from tracker.services.concerns import Draft
from tracker.services.refusals import Refused
from tracker.store.audit import load_audit
from tracker.store.concerns import Concern, Remark
from tracker.store.outbox import Outbox
from tracker.store.shops import Shop

UPS = "1Z999AA10123456784"


@pytest.fixture
def order(portal, shop):
    """An order with a delivered parcel, and a concern about it."""
    row = make_order(portal, shop)
    parcel, _new = shipping.add_shipment(portal, shop.id, row, "ups", UPS, actor="test")
    recording.record_result(portal, shop, "ups", TrackingResult(UPS, (scan("delivered", text="Left at the gate"),)))
    draft = Draft(ConcernKind.NOT_HERE, parcel.id, "It is not <b>here</b>", ("neighbour",))
    concerns.raise_concern(portal, shop.id, row.id, draft)
    return row


def test_a_concern_is_taken_answered_and_closed_and_the_customer_hears_of_it(portal, shop, order, enter):
    browser = enter(shop, "staff")
    page = browser.get("/desk/demo/concerns/1").text
    for text in ("It is not &lt;b&gt;here&lt;/b&gt;", "I asked the neighbours", "Left at the gate", UPS, "Ada Ito"):
        assert text in page
    assert browser.post("/desk/demo/concerns/1/take").status_code == 303
    assert browser.post("/desk/demo/concerns/1/answer", {"text": " "}).status_code == 422
    said = {"text": "We ask the driver.", "key": "a" * 32}
    for _time in range(2):
        assert browser.post("/desk/demo/concerns/1/answer", said).status_code == 303
    row = Concern.get()
    assert (row.state, row.due_at, row.owner.name) == ("answered", None, "Staff")
    assert Remark.select().count() == 2
    (owed,) = [one for one in Outbox.select() if one.topic == updates.TOPIC]
    assert (owed.payload["kind"], owed.payload["ref"]) == ("concern", 1)
    browser.post("/desk/demo/concerns/1/answer", {"text": "Here it is.", "done": "1"})
    assert Concern.get().state == "closed"
    done = [(one.actor, one.action) for one in load_audit(shop.id, "shipment:1") if one.action.startswith("concern")]
    actor = f"staff:{row.owner_id}"
    assert done == [
        ("customer", "concern-raised"), (actor, "concern-taken"), (actor, "concern-answered"),
        (actor, "concern-answered"),
    ]  # fmt: skip
    text = browser.get(f"/desk/demo/orders/{order.id}").text
    assert "The customer raised a concern" in text
    assert 'href="/desk/demo/concerns/1"' in text


def test_those_who_wait_longest_stand_first_and_overdue_is_said_in_words(portal, shop, order, enter, clock):
    browser = enter(shop, "staff")
    clock.advance(hours=1)
    concerns.raise_concern(portal, shop.id, order.id, Draft(ConcernKind.OTHER, text="Later"))
    assert '<span class="badge badge-busy">2<span' in browser.get("/desk/demo/orders").text
    rows = browser.get("/desk/demo/concerns").text
    assert rows.index("1 It is not here") < rows.index("2 Something else")
    assert "Overdue" not in rows
    clock.advance(hours=23, minutes=30)
    browser = enter(shop, "staff", "again@demo.example")
    rows = browser.get("/desk/demo/concerns", headers={"HX-Request": "true", "HX-Request-Type": "partial"}).text
    assert "1 is overdue" in rows
    assert rows.count("Overdue") == 1
    assert "<html" not in rows
    assert "No concerns" not in rows
    assert "1 It is" not in browser.get("/desk/demo/concerns?which=mine").text
    browser.post("/desk/demo/concerns/1/take")
    assert "1 It is" in browser.get("/desk/demo/concerns?which=mine").text
    browser.post("/desk/demo/concerns/1/close")
    assert "1 It is" not in browser.get("/desk/demo/concerns").text
    assert "1 It is" in browser.get("/desk/demo/concerns?which=closed").text


def test_the_promise_leaves_the_weekend_out_and_is_the_owners_to_set(portal, shop, order, enter, clock):
    owner, member = enter(shop, "owner"), enter(shop, "staff")
    assert member.post("/desk/demo/concerns/hours", {"hours": "4"}).status_code == 403
    for hours in ("0", "241", "x", "-1", "1e9"):
        assert owner.post("/desk/demo/concerns/hours", {"hours": hours}).status_code == 422
    assert owner.post("/desk/demo/concerns/hours", {"hours": "12"}).status_code == 303
    assert Shop.get_by_id(shop.id).answer_hours == 12
    clock.advance(days=4, hours=9)  # Friday, 18:00
    concerns.raise_concern(portal, shop.id, order.id, Draft(ConcernKind.OTHER, text="Friday night"))
    due = Concern.get(Concern.number == 2).due_at
    assert due.isoformat() == "2026-03-09T06:00:00+00:00"


def test_two_shops_count_their_concerns_apart(portal, shop, other_shop, order, enter):
    foreign = make_order(portal, other_shop)
    concerns.raise_concern(portal, other_shop.id, foreign.id, Draft(ConcernKind.OTHER, text="Theirs"))
    concerns.raise_concern(portal, shop.id, order.id, Draft(ConcernKind.OTHER, text="Ours"))
    assert [(row.shop_id, row.number) for row in Concern.select().order_by(Concern.id)] == [(1, 1), (2, 1), (1, 2)]
    browser = enter(other_shop, "staff")
    assert "Theirs" in browser.get("/desk/other/concerns/1").text
    assert browser.get("/desk/other/concerns/2").status_code == 404
    assert browser.get("/desk/demo/concerns/1").status_code == 404


def test_ratings_are_told_with_how_many_they_are_of_and_no_average_of_few(portal, shop, enter):
    browser = enter(shop, "staff")
    assert "No ratings yet" in browser.get("/desk/demo/ratings").text
    for index in range(6):
        row = make_order(portal, shop, f"20{index}")
        carrier, number = ("ups", f"1Z{index:016}") if index < 5 else ("dpd", "0998")
        parcel, _new = shipping.add_shipment(portal, shop.id, row, carrier, number, actor="test")
        recording.record_result(portal, shop, carrier, TrackingResult(number, (scan("delivered"),)))
        found = ratings.find_parcel(shop.id, row.id, parcel.id)
        ratings.rate(portal, found, delivery=5 - index % 2, comment="Good <i>driver</i>" if index == 5 else None)
    scores = ratings.scores(portal, shop.id)
    assert (scores["ups"].delivery.count, scores["ups"].delivery.average) == (5, 4.6)
    assert (scores["dpd"].delivery.count, scores["dpd"].delivery.average) == (1, None)
    assert scores["ups"].delivery.spread == {1: 0, 2: 0, 3: 0, 4: 2, 5: 3}
    page = browser.get("/desk/demo/ratings").text
    assert "4.6" in page
    assert "too few" in page
    assert "March 2026" in page
    assert "Good &lt;i&gt;driver&lt;/i&gt;" in page


def test_staff_say_nothing_empty_and_nothing_endless(portal, shop, order, enter):
    person = staff.create(portal, "kim@demo.example", "a long enough password", "Kim")
    me = staff.Me(person.id, person.email, "Kim", "en", 0, "")
    file = concerns.find(shop.id, 1)
    for text in ("", "\n \u202e", "x" * 2001):
        with pytest.raises(Refused):
            concern_desk.answer(portal, file, text, me=me)
    assert Remark.select().count() == 1
