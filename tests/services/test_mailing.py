"""Notices on their way out: gathered, judged again, sent to a real mail server, and marked."""

import os
import random
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.conftest import Clock
from tests.mails import Sink, body
from tests.portals import KEY, make_order, scan, utc
from tests.services.test_recording import JOURNEY, NUMBER, ship, tell
from tracker.domain.states import Moment
from tracker.sdk import BadRequest, Buyer, Message, OrderLine, Receipt, Upstream, Window
from tracker.services import links, mailing, recording, shipping, work
from tracker.services.portal import Portal
from tracker.store import leases
from tracker.store.notices import Notice, load_notices
from tracker.store.orders import Order
from tracker.store.outbox import Outbox
from tracker.store.shipments import Shipment
from tracker.store.shops import Shop, Slot

HOSTILE = "\r\nBcc: eve@evil.example\r\n\r\n<script>alert(1)</script>{{7*7}}{x.__class__}%(number)s"


def send_raw(portal: Portal, message: Message) -> None:
    mail = portal.contexts.make(1, "email", worker=True).mail
    assert mail is not None
    assert mail.send(message).accepted


class Stub:
    """A mail server that answers what it is told to."""

    def __init__(self, portal: Portal, *answers: Receipt | Exception) -> None:
        self.answers, self.keys = list(answers), list[str]()
        portal.contexts = replace(portal.contexts, mail=lambda: self)

    def send(self, message: Message) -> Receipt:
        self.keys.append(message.key)
        answer = self.answers.pop(0) if self.answers else Receipt(accepted=True, reply="250 fine")
        if isinstance(answer, Exception):
            raise answer
        return answer


def notices(shop: Shop, order: Order) -> dict[str, tuple[str, str]]:
    return {row.moment: (row.state, row.why) for row in load_notices(shop.id, order.id)}


def test_a_shipped_parcel_makes_one_mail_with_all_that_its_customer_needs(
    portal: Portal, shop: Shop, box: Sink
) -> None:
    order = make_order(portal, shop)
    number = "1Z999AA10123456784"
    shipping.add_shipment(portal, shop.id, order, "ups", number, actor="staff:1")
    assert work.run_outbox(portal) >= 1
    (mail,) = box.mails()
    assert mail["To"] == "ada@example.com"
    assert mail["From"] == "Lantern Tea <hello@lantern.example>"
    assert mail["Reply-To"] == "help@lantern.example"
    assert mail["Subject"] == "Lantern Tea: order 1001 is on its way"
    address = links.address(portal, links.issue(portal, shop.id, order, "ada@example.com"))
    for kind in ("plain", "html"):
        text = body(mail, kind)
        for piece in ("1001", "UPS", number, address, "2 × ", "Green tea", "Stone cup", "help@lantern.example"):
            assert piece in text, (kind, piece)
        assert "https://www.ups.com/track?tracknum=1Z999AA10123456784" in text
    (row,) = load_notices(shop.id, order.id)
    assert (row.state, row.subject, row.sent_at) == ("sent", mail["Subject"], portal.now())
    assert work.run_outbox(portal) == 0


def test_a_text_without_an_end_reaches_a_mail_server_that_takes_lines_of_998_bytes(
    portal: Portal, shop: Shop, box: Sink
) -> None:
    long = " ".join(["endless"] * 35)
    lines = tuple(OrderLine(f"l{n}", long, 1) for n in range(3))
    ship_and_send(portal, shop, make_order(portal, shop, lines=lines))
    html = "".join(f"<i>{'x' * 99}</i>" for _ in range(20))
    send_raw(portal, Message("k9", "ada@example.com", "Long", "y" * 3000 + "\r\nend", html))
    first, second = box.mails()
    assert long in body(first, "html")
    assert body(second).split() == ["y" * 3000, "end"]
    assert body(second, "html").strip() == html


def test_html_mail_is_made_for_mail_programs(portal: Portal, shop: Shop, box: Sink) -> None:
    Shop.update(logo="a" * 64, theme={"accent": "#aa0044"}).execute()
    ship_and_send(portal, shop, make_order(portal, shop))
    html = body(box.mails()[0], "html")
    assert '<html lang="en" dir="ltr">' in html
    assert "prefers-color-scheme: dark" in html
    assert f'src="http://localhost:8000/assets/{"a" * 64}" alt="Lantern Tea"' in html
    assert "#aa0044" in html
    assert "<script" not in html
    assert len(html.encode()) < 100_000


def ship_and_send(portal: Portal, shop: Shop, order: Order, number: str = NUMBER) -> Shipment:
    shipment, _ = shipping.add_shipment(portal, shop.id, order, "demo", number, actor="staff:1")
    work.run_outbox(portal)
    return shipment


def test_korean_customers_are_written_to_in_korean(portal: Portal, shop: Shop, box: Sink) -> None:
    buyer = Buyer(name="김하나", email="hana@example.com", country="KR", locale="ko_KR")
    ship_and_send(portal, shop, make_order(portal, shop, buyer=buyer))
    (mail,) = box.mails()
    assert '<html lang="ko"' in body(mail, "html")
    assert "데모 택배" in body(mail)


def test_r31_two_milestones_in_one_second_make_one_mail(portal: Portal, shop: Shop, box: Sink, clock: Clock) -> None:
    clock.now = utc("2026-03-04T05:00")
    order = make_order(portal, shop, placed_at=utc("2026-03-02T00:00"))
    ship(portal, shop, order)
    tell(portal, shop, *JOURNEY[:4])
    work.run_outbox(portal)
    assert box.subjects() == ["Lantern Tea: order 1001 comes today"]
    assert notices(shop, order) == {"shipped": ("superseded", "overtaken"), "out_for_delivery": ("sent", "")}


def test_r31_parcels_of_one_order_that_are_due_together_travel_in_one_mail(
    portal: Portal, shop: Shop, box: Sink
) -> None:
    order = make_order(portal, shop)
    for number, pieces in (("A1234567", {"l1": 2}), ("B1234567", {"l2": 1})):
        shipping.add_shipment(portal, shop.id, order, "demo", number, actor="staff:1", quantities=pieces)
    work.run_outbox(portal)
    (mail,) = box.mails()
    text = body(mail)
    assert text.index("Green tea") < text.index("A1234567") < text.index("Stone cup") < text.index("B1234567")


def test_different_news_of_one_order_share_a_mail_of_their_own_kind(
    portal: Portal, shop: Shop, box: Sink, clock: Clock
) -> None:
    clock.now = utc("2026-03-04T05:30")
    order = make_order(portal, shop, placed_at=utc("2026-03-02T00:00"))
    for number in ("A1", "B1"):
        ship(portal, shop, order, number)
    tell(portal, shop, *JOURNEY[:2], number="A1")
    tell(portal, shop, *JOURNEY, number="B1")
    work.run_outbox(portal)
    assert box.subjects() == ["Lantern Tea: news of order 1001"]


def test_the_mail_of_the_second_shipment_shows_its_own_number(portal: Portal, shop: Shop, box: Sink) -> None:
    order = make_order(portal, shop)
    for number in ("FIRST111", "SECOND22"):
        ship_and_send(portal, shop, order, number)
    first, second = (body(mail) for mail in box.mails())
    assert "FIRST111" in first
    assert "SECOND22" not in first
    assert "SECOND22" in second
    assert "FIRST111" not in second
    assert "2 parcels" in second


@pytest.mark.parametrize("seed", range(6))
def test_one_mail_a_milestone_however_often_and_in_whatever_order_events_come(
    portal: Portal, shop: Shop, box: Sink, clock: Clock, seed: int
) -> None:
    clock.now = utc("2026-03-04T05:30")
    chance = random.Random(seed)
    order = make_order(portal, shop, placed_at=utc("2026-03-02T00:00"))
    ship(portal, shop, order)
    for event in chance.sample(JOURNEY * 3, len(JOURNEY) * 3):
        tell(portal, shop, event)
        if chance.random() < 0.5:
            work.run_outbox(portal)
    work.run_outbox(portal)
    subjects = box.subjects()
    assert len(subjects) == len(set(subjects)), "none twice"
    assert subjects[-1] == "Lantern Tea: order 1001 was delivered"
    assert set(notices(shop, order)) == {"shipped", "out_for_delivery", "delivered"}
    assert {state for state, _ in notices(shop, order).values()} <= {"sent", "superseded"}


def test_what_was_overtaken_while_it_waited_is_not_sent(portal: Portal, shop: Shop, clock: Clock) -> None:
    clock.now = utc("2026-03-04T05:30")
    stub = Stub(portal, Upstream("down"))
    order = make_order(portal, shop, placed_at=utc("2026-03-02T00:00"))
    ship(portal, shop, order)
    tell(portal, shop, *JOURNEY[:3])
    work.run_outbox(portal)
    assert notices(shop, order) == {"shipped": ("sending", "")}
    tell(portal, shop, *JOURNEY)
    clock.advance(minutes=5)
    work.run_outbox(portal)
    assert len(stub.keys) == 2, "one failed, one told of the delivery"
    found = notices(shop, order)
    assert (found["shipped"], found["delivered"]) == (("superseded", "overtaken"), ("sent", ""))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("cancel", "overtaken"), ("correct", "corrected"), ("readdress", "readdressed"), ("delete", "deleted"),
        ("wait", "old"),
    ],
)  # fmt: skip
def test_r33_what_changed_while_a_notice_waited_keeps_it_back(
    portal: Portal, shop: Shop, clock: Clock, change: str, why: str
) -> None:
    stub = Stub(portal)
    order = make_order(portal, shop)
    shipment, _ = shipping.add_shipment(portal, shop.id, order, "demo", NUMBER, actor="staff:1", silent=False)
    row = Notice.get(Notice.state == "held")
    if change == "cancel":
        shipping.cancel_shipment(portal, shop.id, shipment.id, actor="staff:1")
    elif change == "correct":
        Shipment.update(revision=1).execute()
    elif change == "readdress":
        Order.update(email="new@example.com").execute()
    elif change == "delete":
        Order.update(deleted_at=portal.now()).execute()
    else:
        clock.advance(days=4)
    mailing.send(portal, {"shop": shop.id, "notice": row.id}, f"notice:{row.id}")
    assert stub.keys == []
    left = Notice.get_or_none(Notice.id == row.id)
    assert left is None or (left.state, left.why) == ("superseded", why)


def test_a_refusal_for_good_is_kept_with_the_servers_words(portal: Portal, shop: Shop) -> None:
    stub = Stub(portal, Receipt(False, "550 no such person", permanent=True))
    order = make_order(portal, shop)
    ship_and_send(portal, shop, order)
    (row,) = load_notices(shop.id, order.id)
    assert (row.state, row.reply, row.sent_at) == ("failed", "550 no such person", None)
    assert work.run_outbox(portal) == 0
    assert len(stub.keys) == 1


def test_a_sender_that_cannot_be_used_fails_the_notice_and_not_the_worker(portal: Portal, shop: Shop) -> None:
    Stub(portal, BadRequest("the sender's address is not one that mail can come from"))
    order = make_order(portal, shop)
    ship_and_send(portal, shop, order)
    assert notices(shop, order)["shipped"][0] == "failed"


@pytest.mark.parametrize("answer", [Upstream("421 later"), Receipt(False, "451 later")])
def test_a_passing_refusal_is_tried_again_with_the_same_key(
    portal: Portal, shop: Shop, clock: Clock, answer: Receipt | Exception
) -> None:
    stub = Stub(portal, answer, answer)
    order = make_order(portal, shop)
    ship_and_send(portal, shop, order)
    for _ in range(4):
        clock.advance(minutes=2)
        work.run_outbox(portal)
    assert len(stub.keys) == 3
    assert len(set(stub.keys)) == 1
    assert notices(shop, order) == {"shipped": ("sent", "")}


def test_without_a_mail_server_the_notice_waits_and_says_why(portal: Portal, shop: Shop) -> None:
    order = make_order(portal, shop)
    ship_and_send(portal, shop, order)
    assert notices(shop, order)["shipped"][0] == "sending"
    assert "TRACKER_MAIL_HOST" in Outbox.get(Outbox.topic == "notice").error


def test_mail_carries_one_offer_and_none_while_a_parcel_is_delayed(
    portal: Portal, shop: Shop, box: Sink, clock: Clock
) -> None:
    clock.now = utc("2026-03-04T05:30")
    content = {"title": "Fresh <leaves>", "link_url": "https://lantern.example/fresh"}
    Slot.create(shop=shop, name="mail", block="offer", content=content, changed_at=portal.now())
    order = make_order(portal, shop, placed_at=utc("2026-03-02T00:00"))
    ship(portal, shop, order)
    tell(portal, shop, *JOURNEY[:2])
    work.run_outbox(portal)
    tell(portal, shop, scan("in_transit", "2026-03-04T14:00", delayed=True))
    work.run_outbox(portal)
    assert box.subjects() == ["Lantern Tea: order 1001 is on its way", "Lantern Tea: order 1001 takes longer"]
    first, second = box.mails()
    assert "Fresh &lt;leaves&gt;" in body(first, "html")
    assert "Fresh <leaves>" in body(first)
    assert "https://lantern.example/fresh" not in body(second) + body(second, "html")


def test_s12_s13_foreign_text_is_text_in_headers_and_bodies(portal: Portal, shop: Shop, box: Sink) -> None:
    Shop.update(name=HOSTILE[:110], support_phone="<b>1</b>").execute()
    lines = (OrderLine("l1", f"Tea {HOSTILE}", 1),)
    order = make_order(portal, shop, "10{{7*7}}01", lines=lines)
    shipping.add_shipment(
        portal, shop.id, order, "manual", "X 1", actor="staff:1", carrier_name=f"Vans {HOSTILE}"[:100],
        url="https://vans.example/?a=1&b=2",
    )  # fmt: skip
    work.run_outbox(portal)
    (mail,) = box.mails()
    headers = sorted(name.lower() for name in set(mail) if not name.lower().startswith("x-envelope"))
    usual = "auto-submitted content-type date from message-id mime-version reply-to subject to"
    assert headers == sorted({*usual.split(), "list-unsubscribe", "list-unsubscribe-post"})
    assert mail["X-Envelope-To"] == mail["To"] == "ada@example.com"
    assert "10{{7*7}}01" in str(mail["Subject"])
    assert "<script" not in body(mail, "html")
    assert "&lt;b&gt;1&lt;/b&gt;" in body(mail, "html")
    assert "{{7*7}}" in body(mail)


def test_s14_links_in_mails_come_from_the_configuration_alone(portal: Portal, shop: Shop, box: Sink) -> None:
    ship_and_send(portal, shop, make_order(portal, shop))
    assert "http://localhost:8000/t/" in body(box.mails()[0])


def test_a_window_the_carrier_named_stands_in_the_mail(portal: Portal, shop: Shop, box: Sink, clock: Clock) -> None:
    clock.now = utc("2026-03-04T00:30")
    order = make_order(portal, shop, placed_at=utc("2026-03-02T00:00"))
    ship(portal, shop, order)
    window = Window(datetime(2026, 3, 5, 14), datetime(2026, 3, 5, 18))
    from tracker.sdk import TrackingResult

    recording.record_result(portal, shop, "demo", TrackingResult(NUMBER, JOURNEY[:2], window))
    work.run_outbox(portal)
    assert "Thursday 5 March, 14–18 h" in body(box.mails()[0])


@pytest.mark.parametrize("moment", list(Moment))
@pytest.mark.parametrize("locale", ["en", "ko"])
def test_every_mail_can_be_seen_before_any_is_sent(portal: Portal, shop: Shop, moment: Moment, locale: str) -> None:
    subject, html, text = mailing.preview(portal, shop, moment, locale)
    assert "1001" in subject
    assert "SAMPLE1234567" in html
    assert "SAMPLE1234567" in text
    assert len(html.encode()) < 100_000
    assert "\n\n\n" not in text


def test_only_moments_have_a_preview(portal: Portal, shop: Shop) -> None:
    with pytest.raises(ValueError, match="nonsense"):
        mailing.preview(portal, shop, "nonsense", "en")


SCRIPT = """
from tracker.config import load_config
from tracker.services import work
from tracker.services.portal import open_portal
work.run_outbox(open_portal(load_config()))
"""


def test_r16_a_worker_killed_after_the_mail_left_sends_one_twin_at_most(
    portal: Portal, shop: Shop, box: Sink, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.now = datetime.now(UTC)
    order = make_order(portal, shop)
    shipping.add_shipment(portal, shop.id, order, "demo", NUMBER, actor="staff:1")
    settings = {
        "URL": "http://localhost:8000", "KEYS": KEY, "DATABASE": portal.database.url, "CRASH_AT": "mail-sent:1",
        "INSTANCE": str(portal.config.instance), "MAIL_HOST": "127.0.0.1", "MAIL_PORT": str(box.port),
        "MAIL_SECURITY": "none", "MAIL_FROM": "portal@tracker.example",
    }  # fmt: skip
    env = {**os.environ, **{f"TRACKER_{name}": value for name, value in settings.items()}, "TRACKER_CONFIG": ""}
    killed = subprocess.run([sys.executable, "-c", SCRIPT], check=False, env=env, capture_output=True, timeout=60)
    assert killed.returncode == -9, killed.stderr.decode()
    assert len(box.mails()) == 1
    assert notices(shop, order) == {"shipped": ("sending", "")}
    monkeypatch.setattr("tracker.store.leases.monotonic", lambda: time.monotonic() + 600)
    clock.advance(minutes=10)
    work.run_outbox(portal)
    mails = box.mails()
    assert len(mails) == 2
    assert mails[0]["Message-ID"] == mails[1]["Message-ID"], "mail programs fold twins"
    assert notices(shop, order) == {"shipped": ("sent", "")}
    assert leases.waiting(Outbox, Outbox.topic == "notice") == 0
    assert timedelta(0) < portal.now() - order.placed_at
