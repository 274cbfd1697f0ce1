"""Something is wrong: what customers report, what of it is refused, and who sees it."""

import hashlib
import io
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from tests.conftest import Clock
from tests.portals import make_order, make_shop, scan
from tests.web.reading import Reader
from tracker.domain import evidence
from tracker.domain.concerns import MOST_CONCERNS, MOST_PHOTOS, MOST_REMARKS
from tracker.sdk import ConcernKind, OrderLine
from tracker.services import concerns, shipping, work
from tracker.services.portal import Portal
from tracker.services.refusals import Refused
from tracker.store.audit import load_audit
from tracker.store.concerns import Concern, Photo, Remark
from tracker.store.orders import Order, find_order
from tracker.store.outbox import Outbox
from tracker.store.shops import Shop, write_shop
from tracker.web import customer_words

Link = Callable[..., str]
ARRIVED = scan("delivered", "2026-03-02T16:00")


def picture(size: tuple[int, int] = (640, 480), kind: str = "JPEG", **more: Any) -> io.BytesIO:
    """A photo as a phone takes it: with the place it was taken at, and the maker's name."""
    body = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Canary Phones"
    exif.get_ifd(0x8825)[2] = (37.0, 33.0, 59.0)
    Image.effect_noise(size, 60).convert("RGB").save(body, kind, exif=exif, **more)
    body.seek(0)
    return body


def fill(client: FlaskClient, address: str, **fields: Any) -> TestResponse:
    """Sends a form as its page has it: with the key that stands in it."""
    page = client.get(address)
    assert page.status_code == 200, page.text
    key = re.search(r'name="key" value="([0-9a-f]{32})"', page.text)
    assert key
    return client.post(address.partition("?")[0], data={"key": key[1], **fields}, content_type="multipart/form-data")


def numbers(shop: Shop) -> list[tuple[int, str, str]]:
    rows = Concern.select().where(Concern.shop == shop.id).order_by(Concern.number)
    return [(row.number, row.kind, row.state) for row in rows]


def test_what_makes_sense_is_offered_first(client: FlaskClient, order: Order, send: Any, link: Link) -> None:
    def offered() -> tuple[list[str], list[str]]:
        first, _, rest = client.get(f"{link(order)}/concerns/new").text.partition("<details")
        return tuple(re.findall(r"kind=(\w+)", part) for part in (first, rest))  # type: ignore[return-value]

    assert offered() == (["late", "other"], ["damaged", "missing", "not_here"])
    send(order, scan("in_transit"))
    assert offered()[0] == ["late", "other"]
    send(order, scan("in_transit"), ARRIVED)
    assert offered() == (["not_here", "damaged", "missing", "other"], ["late"])


def test_a_parcel_that_is_not_there_is_looked_for_first_and_where_is_kept(
    client: FlaskClient, shop: Shop, order: Order, send: Any, link: Link
) -> None:
    send(order, ARRIVED)
    form = f"{link(order)}/concerns/new?kind=not_here"
    page = client.get(form).text
    assert page.index("I asked the neighbours") < page.index("In your own words")
    assert "See the photo" not in page
    answer = fill(client, form, kind="not_here", checks=["evening", "neighbour", "moon"])
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/concerns/1")
    assert Concern.get().checks == ["neighbour", "evening"]
    fill(client, form, kind="not_here", checks=["safe_place"])
    assert Concern.get().checks == ["neighbour", "safe_place", "evening"]
    text = Reader(client.get(answer.headers["Location"]).text).text
    assert "It is not here" in text
    assert "The shop has your message and aims to answer by Tuesday 3 March." in text
    assert "I asked the neighbours" in text


def test_missing_items_are_counted_within_what_was_ordered(
    client: FlaskClient, shop: Shop, order: Order, send: Any, link: Link
) -> None:
    send(order, ARRIVED)
    form = f"{link(order)}/concerns/new?kind=missing"
    odd = {"piece:l1": "0", "piece:nope": "3", "piece:l2": "x", "piece:l3": "9" * 5000}
    empty = fill(client, form, kind="missing", **odd)
    assert empty.status_code == 422
    assert "Say what is missing" in empty.text
    answer = fill(client, form, kind="missing", **{"piece:l1": "9", "piece:l2": "1"})
    assert answer.status_code == 303
    told = [(one["ref"], one["quantity"]) for one in Concern.get().pieces]
    assert told == [("l1", 2), ("l2", 1)]
    fill(client, form, kind="missing", text="It is the tin with the lid.")
    assert [one["quantity"] for one in Concern.get().pieces] == [2, 1]
    write_shop(shop.id, {"tiers": {"mail": ["concern"]}})
    hidden = client.get(form).text + client.get(answer.headers["Location"]).text
    assert "Green tea" not in hidden
    assert fill(client, form, kind="missing", **{"piece:l1": "1"}).status_code == 422


def test_of_several_parcels_the_one_that_was_meant_is_chosen(
    client: FlaskClient, order: Order, send: Any, link: Link
) -> None:
    for number in ("1Z12345E0291980793", "1Z999AA10123456784"):
        send(order, scan("in_transit"), number=number)
    page = client.get(f"{link(order)}/concerns/new?kind=late&parcel=2").text
    said = re.findall(r'<option value="(\d*)"( selected)?>([^<]+)</option>', page)
    assert said == [
        ("", "", "The whole order"),
        ("1", "", "Parcel 1 of 2: On its way (UPS 1Z12345E0291980793)"),
        ("2", " selected", "Parcel 2 of 2: On its way (UPS 1Z999AA10123456784)"),
    ]


def test_what_the_store_has_cancelled_is_not_missing(
    client: FlaskClient, portal: Portal, shop: Shop, send: Any, link: Link
) -> None:
    order = make_order(portal, shop, lines=(OrderLine("l1", "Green tea", 3, sku="TEA", cancelled=1),))
    send(order, ARRIVED)
    fill(client, f"{link(order)}/concerns/new?kind=missing", kind="missing", **{"piece:l1": "3"})
    assert [one["quantity"] for one in Concern.get().pieces] == [2]


def test_the_same_form_twice_is_one_concern_and_another_of_the_kind_a_remark(
    client: FlaskClient, portal: Portal, shop: Shop, order: Order, link: Link, clock: Clock
) -> None:
    address = f"{link(order)}/concerns/new"
    same = {"kind": "late", "text": "Where is it?", "key": "a" * 32}
    first, second = (client.post(address, data=same) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert (Concern.select().count(), Remark.select().count()) == (1, 1)
    clock.advance(hours=2)
    assert "What you write here is added to it" in client.get(f"{address}?kind=late").text
    again = client.post(address, data={**same, "text": "Still nothing.", "key": "b" * 32})
    assert again.headers["Location"].endswith("/concerns/1?joined=1")
    assert "so we have added it here" in client.get(again.headers["Location"]).text
    assert client.post(address, data={"kind": "other", "text": "Hm", "key": "c" * 32}).headers["Location"][-1] == "2"
    assert numbers(shop) == [(1, "late", "open"), (2, "other", "open")]


def test_a_concern_goes_to_and_fro_until_it_is_closed_and_opens_again(
    client: FlaskClient, portal: Portal, shop: Shop, order: Order, link: Link, clock: Clock
) -> None:
    answer = fill(client, f"{link(order)}/concerns/new?kind=late", kind="late", text="Where?")
    place = answer.headers["Location"]
    clock.advance(days=1, hours=1)
    assert "aims to answer by Tuesday 3 March" in Reader(client.get(place).text).text, "that day is not over"
    clock.advance(hours=23)
    assert "wanted to answer by Tuesday 3 March and is late" in Reader(client.get(place).text).text
    assert client.post(f"{place}/close").status_code == 303
    assert numbers(shop) == [(1, "late", "closed")]
    assert "This is closed" in client.get(place).text
    assert "It is solved" not in client.get(place).text
    assert fill(client, place, text=" ").status_code == 422
    assert Concern.get().due_at is None
    assert fill(client, place, text="It is not solved.").status_code == 303
    assert numbers(shop) == [(1, "late", "open")]
    assert Concern.get().due_at == clock.now + timedelta(days=1)
    assert Outbox.select().where(Outbox.topic == "concern-mail").count() == 2
    row = find_order(shop.id, order.id)
    assert row
    assert [(one["number"], one["state"]) for one in row.view["concerns"]] == [(1, "open")]


def test_the_audit_record_holds_kind_number_and_digest_and_no_word(
    client: FlaskClient, shop: Shop, order: Order, send: Any, link: Link
) -> None:
    send(order, ARRIVED)
    form = f"{link(order)}/concerns/new?kind=damaged"
    fill(client, form, kind="damaged", parcel="1", text="Canary broke", photos=(picture(), "a.jpg"))
    entry = load_audit(shop.id, "shipment:1")[-1]
    assert (entry.actor, entry.action) == ("customer", "concern-raised")
    assert (entry.body["number"], entry.body["kind"], len(entry.body["digest"])) == (1, "damaged", 64)
    bare = hashlib.sha256(bytes(Photo.get().body)).hexdigest()
    assert entry.body["photos"] == [evidence.seal(Remark.get().salt, bytes(Photo.get().body))] != [bare]
    assert "Canary" not in str(entry.body)
    Remark.update(text="").execute()  # as it is with a photo and no word
    concerns.forget(shop.id, order.id)
    assert (Photo.select().count(), Remark.get().text, Remark.get().salt) == (0, "", "")
    assert numbers(shop) == [(1, "damaged", "open")]


def test_s29_photos_are_drawn_anew_and_shown_to_the_holder_of_the_link_alone(
    client: FlaskClient, portal: Portal, shop: Shop, order: Order, link: Link
) -> None:
    taken = picture((2400, 1800))
    assert b"Canary Phones" in taken.getvalue()
    form = f"{link(order)}/concerns/new?kind=damaged"
    answer = fill(client, form, kind="damaged", text="Broken", photos=[(taken, "a.jpg"), (picture(kind="PNG"), "b")])
    place = answer.headers["Location"]
    paths = sorted(set(re.findall(r'src="([^"]+/photos/\d+)"', client.get(place).text)))
    assert len(paths) == 2
    shown = client.get(paths[0])
    assert shown.status_code == 200
    assert (shown.headers["Content-Security-Policy"], shown.headers["X-Content-Type-Options"]) == (
        "default-src 'none'; frame-ancestors 'none'; sandbox", "nosniff",
    )  # fmt: skip
    assert shown.headers["Cache-Control"] == "private, no-cache"
    assert b"Canary" not in shown.data
    with Image.open(io.BytesIO(shown.data)) as drawn:
        assert max(drawn.size) <= 1600
        assert not drawn.getexif()
    assert client.get(paths[0], headers={"If-None-Match": shown.headers["ETag"]}).status_code == 304
    stranger = make_order(portal, shop, "1002")
    number = paths[0].rpartition("/")[2]
    assert client.get(f"{link(stranger)}/concerns/1/photos/{number}").status_code == 404
    assert client.get(paths[0].replace("/concerns/1/", "/concerns/2/")).status_code == 404
    assert client.get(f"{link(order)}/concerns/1/photos/{2**70}").status_code == 404


def bomb() -> bytes:
    """A small file that would fill the memory."""
    body = io.BytesIO()
    Image.new("1", (6000, 6000)).save(body, "PNG")
    return body.getvalue()


def test_s29_what_is_no_picture_or_too_large_a_one_is_refused_and_the_text_is_kept(
    client: FlaskClient, shop: Shop, order: Order, link: Link
) -> None:
    form = f"{link(order)}/concerns/new?kind=damaged"
    for body, said in (
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "SVG files can hold programs"),
        (b"GIF89a<script>alert(1)</script>", "This is not a picture"),
        (bomb(), "too many pixels"),
        (b"\xff\xd8\xff" + b"x" * 8_000_001, "larger than 8 MB"),
    ):
        answer = fill(client, form, kind="damaged", text="A crack in the <lid>", photos=(io.BytesIO(body), "a.jpg"))
        assert answer.status_code == 422
        assert said in answer.text
        assert "A crack in the &lt;lid&gt;" in answer.text
        assert "choose the photos again" in answer.text
    five = [(picture((40, 40)), "a.jpg") for _ in range(5)]
    assert "at most 4 photos" in fill(client, form, kind="damaged", text="x", photos=five).text
    assert Concern.select().count() == 0


def test_s08_what_people_write_is_text_and_nothing_else(client: FlaskClient, order: Order, link: Link) -> None:
    evil = '"><img src=x onerror=alert(1)><b hx-get="/x">{{7*7}}</b>\u202e\x07\nsecond line'
    answer = fill(client, f"{link(order)}/concerns/new?kind=other", kind="other", text=evil)
    page = client.get(answer.headers["Location"]).text
    read = Reader(page)
    assert not read.find(src="x")
    assert not read.find(hx_get="/x")
    assert "49" not in read.text
    assert "\u202e" not in page
    assert "\x07" not in page
    assert 'hx-ignore><bdi dir="auto">&#34;&gt;&lt;img' in page
    assert "&lt;/b&gt;\nsecond line" in page


def test_s17_no_other_site_sends_these_forms_and_s18_no_get_changes_anything(
    client: FlaskClient, shop: Shop, order: Order, link: Link
) -> None:
    base = link(order)
    fill(client, f"{base}/concerns/new?kind=other", kind="other", text="Hello")
    before = (numbers(shop), Remark.select().count())
    for path in ("new", "1", "1/close"):
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
            given = {"kind": "late", "text": "x"}
            assert client.post(f"{base}/concerns/{path}", data=given, headers=headers).status_code == 403
    for path in ("new?kind=late&text=x&key=" + "d" * 32, "1?text=x", "1/close"):
        assert client.get(f"{base}/concerns/{path}").status_code in (200, 405)
    assert (numbers(shop), Remark.select().count()) == before


def test_a_concern_of_another_order_or_shop_is_not_there(
    client: FlaskClient, portal: Portal, shop: Shop, order: Order, send: Any, link: Link
) -> None:
    fill(client, f"{link(order)}/concerns/new?kind=other", kind="other", text="Mine")
    stranger = make_order(portal, shop, "1002")
    far = make_shop(portal, "far")
    foreign = make_order(portal, far, "1003")
    for other in (stranger, foreign):
        for path, verb in (("1", "get"), ("1", "post"), ("1/close", "post"), (f"{2**40}", "get")):
            answer = client.open(f"{link(other)}/concerns/{path}", method=verb, data={"text": "x"})
            assert answer.status_code == 404, path
    send(order, number="1Z999AA10123456784")
    shipping.cancel_shipment(portal, shop.id, 1, actor="test")
    for each in (stranger, order):
        assert client.post(f"{link(each)}/concerns/new", data={"kind": "late", "parcel": "1"}).status_code == 422
    assert client.get(f"{link(order, tier='shared')}/concerns/1").status_code == 403
    assert numbers(shop) == [(1, "other", "open")]


def test_nobody_fills_the_portal_with_concerns_remarks_or_photos(
    client: FlaskClient, portal: Portal, shop: Shop, order: Order, link: Link
) -> None:
    def report(text: str = "x", **more: Any) -> concerns.Raised:
        return concerns.raise_concern(portal, shop.id, order.id, concerns.Draft(ConcernKind.OTHER, text=text, **more))

    report()
    file = concerns.find(shop.id, 1)
    assert file
    Remark.insert_many(
        {"concern": 1, "by_customer": True, "text": "x", "created_at": portal.now()} for _ in range(MOST_REMARKS - 2)
    ).execute()
    concerns.add_remark(portal, file, "the last", [], "")
    with pytest.raises(Refused, match="nothing more fits"):
        concerns.add_remark(portal, file, "one more", [], "")
    concerns.close(portal, file)
    report()
    second = concerns.find(shop.id, 2)
    assert second
    row = {"concern": 2, "content_type": "image/png", "body": b"x", "created_at": portal.now()}
    Photo.insert_many(row for _ in range(MOST_PHOTOS)).execute()
    with pytest.raises(Refused, match="as many as we keep"):
        concerns.add_remark(portal, second, "look", [picture((40, 40)).getvalue()], "")
    Concern.update(state="closed").execute()
    for _ in range(MOST_CONCERNS - 2):
        report()
        Concern.update(state="closed").execute()
    with pytest.raises(Refused, match="There are 20 concerns"):
        report()
    assert "Write at most 2000 characters" in fill(
        client, f"{link(order)}/concerns/new?kind=late", kind="late", text="y" * 2001
    ).text.replace(",", "")


def test_photos_go_half_a_year_after_the_last_word(portal: Portal, shop: Shop, order: Order, clock: Clock) -> None:
    photo = picture((40, 40)).getvalue()
    for kind in (ConcernKind.LATE, ConcernKind.OTHER):
        concerns.raise_concern(portal, shop.id, order.id, concerns.Draft(kind, text="x", photos=[photo]))
    closed = concerns.find(shop.id, 1)
    assert closed
    clock.advance(days=100)
    concerns.close(portal, closed)
    clock.advance(days=179)
    work.let_go(portal)
    assert Photo.select().count() == 2
    clock.advance(days=2)
    work.let_go(portal)
    assert [row.concern_id for row in Photo.select()] == [2]
    assert Remark.select().where(Remark.text == "x").count() == 2


def test_the_shops_support_hears_of_a_concern_without_a_word_of_it(
    client: FlaskClient, portal: Portal, shop: Shop, order: Order, link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Any] = []
    monkeypatch.setattr("tracker.services.channels.deliver", lambda _p, _s, _c, message: sent.append(message))
    fill(client, f"{link(order)}/concerns/new?kind=other", kind="other", text="Canary words")
    rows = [row for row in Outbox.select() if row.topic == "concern-mail"]
    work.TOPICS["concern-mail"](portal, rows[0].payload, rows[0].key)
    (mail,) = sent
    assert (mail.recipient, mail.subject) == ("help@lantern.example", "Concern 1: order 1001")
    assert "http://localhost:8000/desk/demo/concerns/1" in mail.text
    assert "Canary" not in mail.text


@pytest.mark.parametrize(("due", "day"), [("2026-03-03T00:00", 2), ("2026-03-03T00:01", 3), ("2026-03-03T23:59", 3)])
def test_an_answer_due_at_midnight_is_due_on_the_day_that_ends_then(due: str, day: int) -> None:
    assert customer_words.last_day(datetime.fromisoformat(f"{due}+09:00"), "Asia/Seoul") == date(2026, 3, day)
