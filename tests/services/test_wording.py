"""Statuses of a shop's own making: what they may be, what is advised, and where their words are read."""

from dataclasses import replace

import pytest

from tests.portals import make_order, make_shop, scan, utc
from tracker.domain.likeness import fold_label, looks_like
from tracker.domain.states import Moment
from tracker.domain.tiers import ALL, NOTHING
from tracker.i18n import speak
from tracker.sdk import Milestone, OrderMilestone, Status, StoreOrder, TrackingResult
from tracker.services import custom_statuses, letters, links, orders, pages, recording, shipping, themes, wording
from tracker.services.custom_statuses import Draft
from tracker.services.icons import ICONS
from tracker.services.letters import Letter
from tracker.services.staff import Me
from tracker.store.audit import load_audit
from tracker.store.orders import find_order
from tracker.store.shipments import find_shipment
from tracker.store.shops import Shop

NUMBER = "DEMOTEST1"
ME = Me(7, "ada@example.com", "Ada", "en", 1, "token")
GLAZED = Draft("shipment", "pending", {"en": "Being glazed", "ko": "유약 바르는 중"}, "#8a3b12", "drop")
KILN = Draft("shipment", "pending", {"en": "In the kiln", "ko": "가마 안"}, "#a3341f", "flame")
RIBBON = Draft("order", "packed", {"en": "Ribbon tied", "ko": "리본 완료"}, "#7a2a6a", "gift")


def create(portal, shop, draft):
    draft = custom_statuses.tidy(draft)
    assert custom_statuses.check(shop, draft) == []
    return custom_statuses.create(portal, shop, draft, me=ME)


def ship(portal, shop, **more):
    given = {"actor": "staff:7", "handed_over": False, **more}
    return shipping.add_shipment(portal, shop.id, make_order(portal, shop), "demo", NUMBER, **given)[0]


def say(portal, shop, shipment, row, at=None):
    status = Status(Milestone(row.milestone))
    assert shipping.say(portal, shop.id, shipment, status, at, actor="staff:7", custom=row.key)
    return find_shipment(shop.id, shipment.id)


def read(shop, shipment, locale="en", sight=ALL):
    view = find_order(shop.id, shipment.order_id).view
    with speak(locale):
        return pages.read_page(view, "UTC", sight, wording.find_custom(shop.id, view))


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Delivered", "DELIVERED!", True),
        ("Delivered", "Delivred", True),
        ("Delivered", "Deilvered", True),
        ("Delivered", "Dеliverеd", True),  # with Cyrillic letters
        ("Livré", "livre", True),
        ("배송중", "배송 중", True),
        ("배달완료", "배달완로", True),
        ("배송중", "배송완료", False),
        ("Packed", "Picked", True),
        ("In", "On", False),
        ("Ready", "Being glazed", False),
        ("가마", "가방", False),
        ("★", "☆", False),
    ],
)
def test_words_are_alike_when_the_eye_takes_one_for_the_other(one, other, alike):
    assert looks_like(one, other) is looks_like(other, one) is alike
    assert looks_like(one, one) is bool(fold_label(one))


def test_002_02_a_status_of_the_shops_own_is_the_status_until_the_carrier_scans(portal, shop, clock):
    glazed, kiln = create(portal, shop, GLAZED), create(portal, shop, KILN)
    shipment = ship(portal, shop)
    row = say(portal, shop, shipment, glazed)
    assert (row.milestone, row.custom, row.state["custom"]) == ("pending", "being-glazed", "being-glazed")
    clock.advance(hours=1)
    assert say(portal, shop, shipment, kiln).custom == "in-the-kiln"
    clock.advance(hours=1)
    shipping.say(portal, shop.id, shipment, Status(Milestone.PICKED_UP), None, actor="staff:7")
    assert find_shipment(shop.id, shipment.id).custom == ""
    recording.record_result(portal, shop, "demo", TrackingResult(NUMBER, (scan("in_transit", "2026-03-02T21:00"),)))
    later = create(portal, shop, replace(GLAZED, milestone="in_transit", words={"en": "On the ferry"}))
    row = say(portal, shop, shipment, later)
    assert (row.milestone, row.custom, "custom" in row.state) == ("in_transit", "", False)
    assert any(event["code"] == "custom:on-the-ferry" for event in row.state["events"])


def test_the_page_says_it_in_the_readers_language_with_colour_and_icon(portal, shop):
    shipment = say(portal, shop, ship(portal, shop), create(portal, shop, GLAZED))
    page, korean, stranger = read(shop, shipment), read(shop, shipment, "ko"), read(shop, shipment, sight=NOTHING)
    assert (page.headline, page.parcels[0].label) == ("Being glazed", "Being glazed")
    assert (korean.headline, korean.parcels[0].scans[0].label) == ("유약 바르는 중", "유약 바르는 중")
    assert page.custom.path == ICONS["drop"].path
    assert (page.custom.colour, page.custom.dark) == ("#8a3b12", themes.fit("#8a3b12")[1])
    assert (stranger.headline, stranger.parcels[0].scans[0].label) == ("Being prepared", "Being prepared")
    assert page.parcels[0].attribution == "The shop says"
    assert [one.text for one in page.parcels[0].answers][:1] == ["Not yet. The shop is getting it ready."]


def test_without_a_word_in_the_readers_language_the_portals_own_stands_in(portal, shop):
    english = create(portal, shop, replace(GLAZED, words={"en": "Being glazed", "ko": " "}))
    shipment = say(portal, shop, ship(portal, shop), english)
    assert read(shop, shipment, "ko").headline == "준비 중"
    assert read(shop, shipment, "ko").custom.path == ICONS["drop"].path
    with speak("ko"):
        assert wording.list_custom(shop.id)["being-glazed"].label == "Being glazed"


def test_a_mail_says_it_with_colour_and_a_sign(portal, shop):
    shipment = say(portal, shop, ship(portal, shop), create(portal, shop, GLAZED))
    view = find_order(shop.id, shipment.order_id).view
    letter = Letter(shop, "1001", "ko", "https://x.example/t", view, {shipment.id: Moment.SHIPPED})
    _, html, text = letters.render(portal, letter)
    symbol, dark = ICONS["drop"].symbol, themes.fit("#8a3b12")[1]
    assert (
        f'<span class="own-{shipment.id}" aria-hidden="true" style="color:#8a3b12;">{symbol}</span> 유약 바르는 중'
        in html
    )
    assert f".own-{shipment.id} {{ color: {dark} !important; }}" in html
    assert "유약 바르는 중" in text


def test_a_page_is_another_page_when_the_words_change(portal, shop, clock):
    row = create(portal, shop, GLAZED)
    shipment = say(portal, shop, ship(portal, shop), row)
    token = links.issue(portal, shop.id, shipment.order, "ada@example.com")
    versions = [links.follow(portal, token).version]
    changed = replace(GLAZED, words={"en": "Glaze drying"})
    custom_statuses.change(portal, shop, row.key, changed, me=ME)
    versions.append(links.follow(portal, token).version)
    assert pages.load_page(links.follow(portal, token)).headline == "Glaze drying"
    custom_statuses.archive(portal, shop.id, row.key, True, me=ME)
    versions.append(links.follow(portal, token).version)
    assert all(one not in versions[:at] for at, one in enumerate(versions))
    assert pages.load_page(links.follow(portal, token)).headline == "Glaze drying"
    assert wording.find_sayable(shop.id, "shipment", row.key) is None


def test_an_order_has_words_of_its_own_that_its_store_does_not_take_away(portal, shop, clock):
    create(portal, shop, RIBBON)
    order = make_order(portal, shop, milestone=OrderMilestone.PACKED)
    told = StoreOrder("ref-1001", "1001", order.placed_at, clock.advance(hours=1), OrderMilestone.PACKED, "Packed!")
    packed, word = OrderMilestone.PACKED, "custom:ribbon-tied"
    shipping.set_milestone(portal, shop.id, order, packed, actor="staff:7", word=word)
    assert pages.read_page(*_of(shop, order)).headline == "Ribbon tied"
    orders.accept(portal, shop.id, "woocommerce", told)
    assert find_order(shop.id, order.id).word == word
    shipping.set_milestone(portal, shop.id, find_order(shop.id, order.id), packed, actor="staff:7")
    assert find_order(shop.id, order.id).word == ""
    shipping.set_milestone(portal, shop.id, find_order(shop.id, order.id), packed, actor="staff:7", word=word)
    moved = replace(told, changed_at=clock.advance(hours=1), milestone=OrderMilestone.CONFIRMED, word="Processing")
    orders.accept(portal, shop.id, "woocommerce", moved)
    assert find_order(shop.id, order.id).word == "Processing"


def _of(shop, order):
    view = find_order(shop.id, order.id).view
    return view, "UTC", ALL, wording.find_custom(shop.id, view)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"milestone": "delivered"}, "milestone"),
        ({"milestone": "cancelled"}, "milestone"),
        ({"milestone": "unknown"}, "milestone"),
        ({"stage": "order", "milestone": "cancelled"}, "milestone"),
        ({"stage": "shop", "milestone": "pending"}, "milestone"),
        ({"words": {"ko": "유약"}}, "word-en"),
        ({"words": {"en": " \u202e\n "}}, "word-en"),
        ({"words": {"en": "x" * 41}}, "word-en"),
        ({"icon": "skull"}, "icon"),
        ({"colour": "red"}, "colour"),
        ({"colour": "#0b6b5d;}"}, "colour"),
        ({"colour": "#ffee00"}, "colour"),
    ],
)
def test_what_cannot_be_a_status_is_told_beside_its_field(shop, changes, field):
    problems = custom_statuses.check(shop, custom_statuses.tidy(replace(GLAZED, **changes)))
    assert [problem.field for problem in problems] == [field]


def test_a_colour_that_cannot_be_read_comes_with_the_nearest_that_can(shop):
    problem = custom_statuses.check(shop, replace(GLAZED, colour="#ffee00"))[0]
    assert custom_statuses.check(shop, replace(GLAZED, colour=problem.proposal)) == []
    for colour in ("#ffee00", "#101010", "#8a3b12", "#777777"):
        light, dark = themes.fit(colour)
        for one, behind in ((light, themes.LIGHT), (dark, themes.DARK)):
            assert themes.contrast(themes._parse(one), behind) >= themes.READABLE


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"en": "Delivred"}, "looks like “Delivered”, a word that the portal has already"),
        ({"en": "Basket", "ko": "배송완료"}, "“배송완료” looks like “배송완료”, a word"),
        ({"en": "In the klin"}, "looks like your status “In the kiln”"),
        ({"en": "Waiting for the second firing"}, "is long"),
        ({"en": "ST-04"}, "looks like a code"),
    ],
)
def test_002_04_words_that_can_be_mistaken_are_advised_against_and_taken(portal, shop, words, said):
    create(portal, shop, KILN)
    draft = replace(GLAZED, words=words)
    advice = custom_statuses.advise(shop.id, draft)
    assert len(advice) == 1
    assert said in advice[0]
    assert create(portal, shop, draft).words == words


def test_002_03_there_is_no_end_of_statuses_but_advice_from_the_thirteenth_on(portal, shop):
    shades = ["#8a3b12", "#5a3b12", "#2a3b12", "#8a1b12"]
    for count in range(15):
        draft = replace(GLAZED, words={"en": f"Kiln {'abcdefghijklmno'[count] * 4}"}, colour=shades[count % 4])
        draft = replace(draft, icon=list(ICONS)[count])
        assert bool(custom_statuses.advise_count(count + 1)) is (count >= custom_statuses.MANY)
        assert custom_statuses.advise(shop.id, draft) == []
        create(portal, shop, draft)
    assert len(wording.list_sayable(shop.id, "shipment")) == 15
    custom_statuses.archive(portal, shop.id, "kiln-aaaa", True, me=ME)
    assert len(wording.list_sayable(shop.id, "shipment")) == 14


def test_the_same_sign_twice_is_advised_against(portal, shop):
    row = create(portal, shop, GLAZED)
    twin = replace(KILN, icon="drop", colour="#8a3b12")
    assert custom_statuses.advise(shop.id, twin) == [
        "It has the same icon and colour as your status “Being glazed”."
    ]  # fmt: skip
    assert custom_statuses.advise(shop.id, GLAZED, row.key) == []


def test_keys_are_made_of_the_word_and_never_twice(portal, shop):
    korean = make_shop(portal, "korean", locale="ko")
    keys = [create(portal, shop, GLAZED).key for _ in range(2)]
    only = replace(GLAZED, words={"ko": "유약 바르는 중"})
    keys += [create(portal, korean, only).key, create(portal, korean, only).key]
    assert keys == ["being-glazed", "being-glazed-2", "shipment-status", "shipment-status-2"]


def test_statuses_are_put_into_the_shops_own_order_and_every_change_is_in_the_record(portal, shop):
    for draft in (GLAZED, KILN, RIBBON):
        create(portal, shop, draft)
    custom_statuses.move(portal, shop.id, "in-the-kiln", True, me=ME)
    for key, up in (("in-the-kiln", True), ("ribbon-tied", False), ("nobody", True)):
        custom_statuses.move(portal, shop.id, key, up, me=ME)
    keys = [row.key for row in custom_statuses.list_statuses(shop.id)]
    assert [key for key in keys if key != "ribbon-tied"] == ["in-the-kiln", "being-glazed"]
    custom_statuses.archive(portal, shop.id, "being-glazed", True, me=ME)
    custom_statuses.archive(portal, shop.id, "being-glazed", False, me=ME)
    actions = [entry.action for entry in load_audit(shop.id, "shop")]
    assert actions == [*["status-added"] * 3, "status-moved", "status-archived", "status-restored"]
    assert Shop.get_by_id(shop.id).wording == 6


def test_statuses_of_one_shop_are_nothing_to_another(portal, shop):
    other = make_shop(portal, "other")
    create(portal, other, GLAZED)
    shipment = ship(portal, shop)
    shipping.say(portal, shop.id, shipment, Status(Milestone.PENDING), None, actor="t", custom="being-glazed")
    assert read(shop, shipment).headline == "Being prepared"
    assert custom_statuses.find_status(shop.id, "being-glazed") is None
    custom_statuses.archive(portal, shop.id, "being-glazed", True, me=ME)
    assert custom_statuses.find_status(other.id, "being-glazed").archived_at is None


def test_a_cancelled_shipment_keeps_no_word_of_the_shops_own(portal, shop, clock):
    shipment = say(portal, shop, ship(portal, shop), create(portal, shop, GLAZED), utc("2026-03-02T08:00"))
    shipping.cancel_shipment(portal, shop.id, shipment.id, actor="staff:7")
    row = find_shipment(shop.id, shipment.id)
    assert (row.milestone, row.custom) == ("cancelled", "")
