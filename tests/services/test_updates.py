"""Messages that say that there is an answer to what a customer asked or reported."""

from tests.conftest import Clock
from tests.mails import Sink, body
from tests.portals import make_order, utc
from tracker.sdk import Buyer
from tracker.services import links, updates, work
from tracker.services.portal import Portal
from tracker.store.database import writing
from tracker.store.orders import Order
from tracker.store.outbox import Outbox
from tracker.store.preferences import Preference
from tracker.store.shops import Shop


def owe(portal: Portal, shop: Shop, order: Order, kind: str = "concern", ref: int = 7) -> None:
    with writing(shop.id):
        updates.owe_update(portal, shop.id, order, kind, ref)


def wish(portal: Portal, shop: Shop, email: str = "ada@example.com", **fields: object) -> None:
    Preference.create(shop=shop.id, email=email, changed_at=portal.now(), **fields)


def test_an_answer_is_told_once_with_a_way_to_it_and_nothing_foreign(portal: Portal, shop: Shop, box: Sink) -> None:
    order = make_order(portal, shop)
    owe(portal, shop, order)
    owe(portal, shop, order)  # in the same transaction's instant: one thing to tell
    owe(portal, shop, order, "instruction", 7)
    work.run_outbox(portal)
    page = links.address(portal, links.issue(portal, shop.id, order, order.email))
    concern, instruction = box.mails()
    assert concern["Subject"] == "Lantern Tea: an answer to your report (order 1001)"
    assert instruction["Subject"] == "Lantern Tea: news about what you asked (order 1001)"
    for kind in ("plain", "html"):
        assert f"{page}/concerns/7" in body(concern, kind)
        assert "The shop has answered your report" in body(concern, kind)
        assert page in body(instruction, kind)
        assert "/concerns/" not in body(instruction, kind)


def test_what_changes_again_while_a_mail_waits_is_told_once(
    portal: Portal,
    shop: Shop,
    box: Sink,
    clock: Clock,
) -> None:
    clock.now = utc("2026-03-02T10:00")
    order = make_order(portal, shop)
    owe(portal, shop, order)
    clock.advance(seconds=1)
    owe(portal, shop, order)
    work.run_outbox(portal)
    assert len(box.mails()) == 1
    clock.advance(seconds=60)
    owe(portal, shop, order)
    work.run_outbox(portal)
    assert len(box.mails()) == 2


def test_answers_obey_their_customer_when_they_leave(portal: Portal, shop: Shop, box: Sink, clock: Clock) -> None:
    clock.now = utc("2026-03-02T20:00")
    cases = {
        "no@example.com": ({"channels": {"answer": ""}}, 0),
        "paused@example.com": ({"paused_until": utc("2030-01-01T00:00"), "only_trouble": True}, 1),
        "night@example.com": ({"quiet_from": "20:00", "quiet_until": "07:00", "zone": "Europe/Berlin"}, 0),
    }
    for number, (email, (fields, count)) in enumerate(cases.items()):
        order = make_order(portal, shop, str(number), buyer=Buyer(email=email, locale="ko"))
        wish(portal, shop, email, **fields)
        owe(portal, shop, order, ref=number)
        before = len(box.mails())
        work.run_outbox(portal)
        assert len(box.mails()) - before == count, email
    (waiting,) = Outbox.select().where(Outbox.state == "waiting")
    assert waiting.due == utc("2026-03-03T06:00")
    clock.now = waiting.due
    work.run_outbox(portal)
    assert str(box.mails()[-1]["To"]) == "night@example.com"
