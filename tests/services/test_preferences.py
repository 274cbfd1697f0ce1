"""Notices obey their customer: by which channel, when, and whether at all, asked at the moment they leave."""

import re
from dataclasses import replace

import pytest

from tests.conftest import Clock
from tests.mails import Sink, body
from tests.portals import make_order, make_shop, scan, utc
from tests.services.test_mailing import notices
from tests.services.test_recording import NUMBER, ship, tell
from tracker.domain.audit import chain_of_shipment
from tracker.sdk import Buyer, Channel, Context, Message, Receipt
from tracker.services import links, work
from tracker.services.portal import Portal
from tracker.store.audit import load_audit
from tracker.store.notices import Notice
from tracker.store.orders import Order
from tracker.store.outbox import Outbox
from tracker.store.preferences import write_preference
from tracker.store.shops import Shop

ADA = Buyer(name="Ada Ito", email="ada@example.com", phone="010-1234-5678", country="KR", locale="en")
ON_WAY = scan("in_transit", "2026-03-04T10:00")
COMES = scan("out_for_delivery", "2026-03-04T14:00")
MISSED = scan("attempt_failed", "2026-03-04T17:00")
AGAIN = scan("attempt_failed", "2026-03-05T17:00", code="AT2")


class Texts(Channel):
    """A channel to phones that keeps what it is given, or refuses it for good."""

    id = "texts"
    names = {"en": "Text message"}
    address = "phone"

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.answer = Receipt(accepted=True, reply="queued")

    def send(self, message: Message, ctx: Context) -> Receipt:
        self.sent.append(message)
        return self.answer


@pytest.fixture
def texts(portal: Portal) -> Texts:
    channel = Texts()
    portal.registry.channels["texts"] = replace(portal.registry.channels["email"], id="texts", object=channel)
    return channel


@pytest.fixture
def order(portal: Portal, shop: Shop, clock: Clock) -> Order:
    clock.now = utc("2026-03-04T02:00")
    return make_order(portal, shop, placed_at=utc("2026-03-02T00:00"), buyer=ADA)


def wish(portal: Portal, shop: Shop, **fields: object) -> None:
    write_preference(shop.id, "ada@example.com", fields, portal.now())


def run(portal: Portal, clock: Clock, at: str) -> None:
    clock.now = utc(at)
    work.run_outbox(portal)


def test_each_kind_leaves_by_the_channel_that_was_chosen_for_it_and_once(
    portal: Portal, shop: Shop, order: Order, box: Sink, texts: Texts, clock: Clock
) -> None:
    wish(portal, shop, channels={"out_for_delivery": "texts", "attempt_failed": "texts"})
    ship(portal, shop, order)
    tell(portal, shop, ON_WAY)
    run(portal, clock, "2026-03-04T02:00")
    tell(portal, shop, ON_WAY, COMES)
    run(portal, clock, "2026-03-04T06:00")
    wish(portal, shop, channels={})  # what was sent by one channel is not sent again by another
    tell(portal, shop, ON_WAY, COMES)
    run(portal, clock, "2026-03-04T06:01")
    wish(portal, shop, channels={"attempt_failed": "texts"})
    tell(portal, shop, ON_WAY, COMES, MISSED)
    run(portal, clock, "2026-03-04T09:00")
    assert box.subjects() == ["Lantern Tea: order 1001 is on its way"]
    page = links.address(portal, links.issue(portal, shop.id, order, order.email))
    comes, missed = texts.sent
    assert comes.recipient == "+821012345678"
    assert comes.text == f"Lantern Tea: order 1001 comes today\n{page}"
    shipment = Notice.get().shipment_id
    assert missed.text == f"Lantern Tea: order 1001 could not be delivered\n{page}/parcels/{shipment}/answer"
    assert all(len(one.text) <= 300 and not one.html for one in texts.sent)
    told = {row.moment: (row.channel, row.recipient, row.state) for row in Notice.select()}
    assert told["shipped"] == ("email", "ada@example.com", "sent")
    assert told["out_for_delivery"] == ("texts", "ada@example.com", "sent")


def test_one_order_may_be_told_of_by_two_channels_at_once(
    portal: Portal, shop: Shop, order: Order, box: Sink, texts: Texts, clock: Clock
) -> None:
    wish(portal, shop, channels={"shipped": "texts"})
    for number in ("A1", "B1"):
        ship(portal, shop, order, number)
    tell(portal, shop, ON_WAY, number="A1")
    tell(portal, shop, ON_WAY, COMES, number="B1")
    run(portal, clock, "2026-03-04T06:00")
    assert box.subjects() == ["Lantern Tea: order 1001 comes today"]
    assert [one.subject for one in texts.sent] == ["Lantern Tea: order 1001 is on its way"]
    assert {row.state for row in Notice.select().where(Notice.why == "")} == {"sent"}


def test_what_a_channel_refuses_for_good_goes_by_mail(
    portal: Portal, shop: Shop, order: Order, box: Sink, texts: Texts, clock: Clock
) -> None:
    texts.answer = Receipt(accepted=False, reply="21610: unsubscribed", permanent=True)
    wish(portal, shop, channels={"shipped": "texts"})
    ship(portal, shop, order)
    tell(portal, shop, ON_WAY)
    run(portal, clock, "2026-03-04T02:00")
    assert len(texts.sent) == len(box.mails()) == 1
    (row,) = Notice.select()
    assert (row.state, row.channel) == ("sent", "email")


def test_a_channel_whose_address_nobody_is_sure_of_is_not_used(
    portal: Portal, shop: Shop, box: Sink, texts: Texts, clock: Clock
) -> None:
    clock.now = utc("2026-03-04T02:00")
    order = make_order(portal, shop, placed_at=utc("2026-03-02T00:00"), buyer=replace(ADA, phone="1234"))
    wish(portal, shop, channels={"shipped": "texts"})
    ship(portal, shop, order)
    tell(portal, shop, ON_WAY)
    run(portal, clock, "2026-03-04T02:00")
    assert (len(texts.sent), len(box.mails())) == (0, 1)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"channels": {"shipped": ""}}, "unwanted"),
        ({"only_trouble": True}, "unwanted"),
        ({"paused_until": utc("2026-03-09T00:00")}, "paused"),
        ({"paused_until": utc("2026-03-03T00:00")}, ""),
    ],
)
def test_r33_a_wish_that_comes_while_a_notice_waits_is_obeyed(
    portal: Portal, shop: Shop, order: Order, box: Sink, clock: Clock, fields: dict[str, object], why: str
) -> None:
    other = make_shop(portal, "other")
    write_preference(other.id, "ada@example.com", {"channels": {"shipped": ""}}, portal.now())  # another shop's affair
    ship(portal, shop, order)
    tell(portal, shop, ON_WAY)
    assert notices(shop, order) == {"shipped": ("held", "")}
    wish(portal, shop, **fields)
    run(portal, clock, "2026-03-04T02:00")
    assert notices(shop, order) == {"shipped": ("superseded", why) if why else ("sent", "")}
    assert len(box.mails()) == (0 if why else 1)


def test_r32_news_waits_for_the_morning_and_what_is_none_by_then_is_dropped(
    portal: Portal, shop: Shop, order: Order, box: Sink, clock: Clock
) -> None:
    wish(portal, shop, quiet_from="11:00", quiet_until="18:30", zone="Asia/Seoul")
    ship(portal, shop, order)
    tell(portal, shop, ON_WAY, COMES)
    run(portal, clock, "2026-03-04T05:30")
    assert notices(shop, order) == {"shipped": ("superseded", "overtaken"), "out_for_delivery": ("held", "")}
    (waits,) = Outbox.select().where((Outbox.topic == "notice") & (Outbox.state == "waiting"))
    assert waits.due == utc("2026-03-04T09:30")
    tell(portal, shop, ON_WAY, COMES, scan("delivered", "2026-03-04T18:00"))
    run(portal, clock, "2026-03-04T09:29")
    assert box.mails() == []
    run(portal, clock, "2026-03-04T09:30")
    assert box.subjects() == ["Lantern Tea: order 1001 was delivered"]
    assert notices(shop, order)["out_for_delivery"] == ("superseded", "overtaken")


def test_every_day_on_which_nobody_was_there_is_told_once_with_a_way_to_answer(
    portal: Portal, shop: Shop, order: Order, box: Sink, clock: Clock
) -> None:
    ship(portal, shop, order)
    for at, events in (("04T09:00", (MISSED,)), ("04T09:30", (MISSED,)), ("05T09:00", (MISSED, AGAIN))):
        clock.now = utc(f"2026-03-{at}")
        tell(portal, shop, *events)
        work.run_outbox(portal)
    assert box.subjects() == ["Lantern Tea: order 1001 could not be delivered"] * 2
    shipment = Notice.get().shipment_id
    page = links.address(portal, links.issue(portal, shop.id, order, order.email))
    for kind in ("plain", "html"):
        assert f"{page}/parcels/{shipment}/answer" in body(box.mails()[1], kind)
    assert set(notices(shop, order)) == {"shipped", "attempt_failed:20260304", "attempt_failed:20260305"}


def test_a_delivered_mail_carries_stars_a_way_to_report_and_the_head_of_the_record(
    portal: Portal, shop: Shop, order: Order, box: Sink, clock: Clock
) -> None:
    ship(portal, shop, order)
    tell(portal, shop, scan("delivered", "2026-03-04T10:30"))
    run(portal, clock, "2026-03-04T02:00")
    (mail,) = box.mails()
    shipment = Notice.get().shipment_id
    known = [entry.hash for entry in load_audit(shop.id, chain_of_shipment(shipment))]
    page = links.address(portal, links.issue(portal, shop.id, order, order.email))
    assert str(mail["List-Unsubscribe"]).strip() == f"<{page}/unsubscribe>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for kind in ("plain", "html"):
        text = body(mail, kind)
        assert all(f"{page}/parcels/{shipment}/rating?stars={star}" in text for star in range(1, 6))
        (head,) = re.findall(r"Delivery record ([0-9a-f]{64})\b", text)
        assert head in known
        assert f"{page}/preferences" in text
    Shop.update(tiers={"mail": ["preferences"]}).execute()
    other = make_order(portal, shop, "1002", placed_at=utc("2026-03-02T00:00"), buyer=ADA)
    ship(portal, shop, other, "OTHER1")
    tell(portal, shop, scan("delivered", "2026-03-04T10:30"), number="OTHER1")
    run(portal, clock, "2026-03-04T02:01")
    text = body(box.mails()[1], "html")
    for hidden in ("/rating", "/concerns", "OTHER1", "Green tea"):
        assert hidden not in text, "a mail shows and offers what its link does"


def test_the_language_is_the_customers_before_the_orders_and_the_shops(
    portal: Portal, shop: Shop, order: Order, box: Sink, clock: Clock
) -> None:
    wish(portal, shop, locale="ko")
    ship(portal, shop, order)
    tell(portal, shop, ON_WAY)
    run(portal, clock, "2026-03-04T02:00")
    assert '<html lang="ko"' in body(box.mails()[0], "html")
    assert NUMBER in body(box.mails()[0])
