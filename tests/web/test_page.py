"""The page: four questions answered in order, in calm words, with nothing that is not known."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask.testing import FlaskClient

from tests.conftest import Clock
from tests.portals import make_order, scan, utc
from tests.web.reading import Reader
from tracker.sdk import Milestone, OrderLine, OrderMilestone, Window
from tracker.services import lateness, pages, scans
from tracker.services.portal import Portal
from tracker.store.orders import Order
from tracker.store.shops import Shop, write_shop, write_slot

QUESTIONS = ["Has the shop got my order?", "Has the carrier picked it up?", "Where is it?", "When will it come?"]
WINDOW = Window(datetime(2026, 3, 5, 14), datetime(2026, 3, 5, 18))
OFFER = {"title": "A cup for every season", "link_url": "https://lantern.example/cups"}
Send = Callable[..., None]
Link = Callable[..., str]


def _read(client: FlaskClient, path: str, **headers: str) -> Reader:
    response = client.get(path, headers=headers)
    assert response.status_code == 200, response.text
    return Reader(response.text)


@pytest.mark.parametrize("surface", ["t", "embed"])
def test_four_questions_are_answered_in_order(
    client: FlaskClient, order: Order, send: Send, link: Link, surface: str
) -> None:
    send(order, scan("picked_up", "2026-03-01T18:40"), scan("in_transit", place="Incheon, KR"), window=WINDOW)
    text = _read(client, link(order, surface)).text
    places = [text.index(question) for question in QUESTIONS]
    assert places == sorted(places)
    assert "Yes, on 2 March 2026" in text
    assert "Yes, UPS got it on 1 Mar, 18:40" in text
    assert "Thursday 5 March, 14–18 h" in text


def test_before_the_first_scan_the_shop_is_named_as_the_source(
    client: FlaskClient, order: Order, send: Send, link: Link
) -> None:
    send(order)
    text = _read(client, link(order)).text
    assert "The shop says: Picked up" in text
    assert "The shop says it was handed over on Monday 2 March. UPS has not scanned it yet." in text
    assert "Not known yet: UPS has not scanned it." in text
    send(order, scan("picked_up", "2026-03-02T18:40"))
    text = _read(client, link(order)).text
    assert "UPS says: Picked up" in text
    assert "The shop says:" not in text


@pytest.mark.parametrize("milestone", list(OrderMilestone))
def test_an_order_without_a_parcel_answers_too(
    portal: Portal, shop: Shop, client: FlaskClient, link: Link, milestone: OrderMilestone
) -> None:
    order = make_order(portal, shop, milestone=milestone)
    text = _read(client, link(order)).text
    assert all(question in text for question in (QUESTIONS[0], QUESTIONS[1], QUESTIONS[3]))
    assert "Yes, on 2 March 2026" in text


def test_a_stores_own_code_for_an_order_is_not_a_customers_reading(
    portal: Portal, shop: Shop, client: FlaskClient, link: Link
) -> None:
    order = make_order(portal, shop, word="awaiting-shipment")
    assert "awaiting-shipment" not in _read(client, link(order)).text


def test_a_steps_day_is_that_of_the_carriers_scan_where_there_is_one(
    client: FlaskClient, order: Order, send: Send, link: Link
) -> None:
    send(order)
    assert "With the carrier 2 Mar" in _read(client, link(order)).text
    send(order, scan("picked_up", "2026-03-03T07:10"))
    assert "With the carrier 3 Mar" in _read(client, link(order)).text


@pytest.mark.parametrize("milestone", list(Milestone))
@pytest.mark.parametrize("locale", ["en", "ko"])
def test_every_milestone_has_words(
    client: FlaskClient, order: Order, send: Send, link: Link, milestone: Milestone, locale: str
) -> None:
    send(order, scan("picked_up", "2026-03-01T18:40"), scan(milestone, "2026-03-02T08:00", reason="never-heard-of"))
    page = _read(client, link(order) + f"?lang={locale}")
    assert str(milestone) not in page.words
    assert len(page.find(aria_current="step")) == 1


def test_a_place_and_a_time_are_those_of_the_last_scan_and_no_zone_is_printed(
    client: FlaskClient, order: Order, send: Send, link: Link
) -> None:
    send(
        order,
        scan("in_transit", "2026-03-02T09:15", offset=-8, place="Oakland, CA, US"),
        scan("in_transit", "2026-03-01T23:10", offset=None, code="X", place="Incheon, KR"),
    )
    page = _read(client, link(order))
    assert "Oakland, CA, US" in page.text
    assert "On its way, 2 Mar, 09:15" in page.text
    times = {attributes["datetime"] for tag, attributes in page.elements if tag == "time"}
    assert {"2026-03-02T09:15-08:00", "2026-03-01T23:10"} <= times
    assert not any(zone in page.text for zone in ("UTC", "GMT", "KST", "PST", "+09"))


def test_r07_an_undated_event_stands_apart_and_is_never_the_latest(
    client: FlaskClient, order: Order, send: Send, link: Link
) -> None:
    send(order, scan("in_transit", place="Incheon, KR"), scan("delivered", None, text="Undated words", place="Nowhere"))
    text = _read(client, link(order)).text
    assert "UPS says: On its way" in text
    assert text.index("Told without a date") < text.index("Undated words")
    assert "Incheon, KR" in text[: text.index("Told without a date")]


def test_parcels_stand_side_by_side_and_what_is_missing_is_named(
    client: FlaskClient, order: Order, send: Send, link: Link
) -> None:
    send(order, scan("picked_up", "2026-03-01T08:00"), scan("delivered"), quantities={"l1": 1})
    send(order, scan("picked_up", code="P2"), number="1Z12345E0390515214", quantities={"l1": 1})
    text = _read(client, link(order)).text
    assert "1 of 2 parcels delivered" in text
    assert "Parcel 1 of 2" in text
    assert "Parcel 2 of 2" in text
    assert text.count("1 × Green tea") == 2
    assert text.index("Still to be sent") < text.index("1 × Stone cup")


def test_an_only_parcel_without_pieces_holds_the_whole_order(
    client: FlaskClient, order: Order, send: Send, link: Link
) -> None:
    send(order)
    text = _read(client, link(order)).text
    assert "2 × Green tea 1 × Stone cup" in text[text.index("In this parcel") :]


def test_a_cancelled_parcel_is_not_shown(
    portal: Portal, shop: Shop, client: FlaskClient, order: Order, send: Send, link: Link
) -> None:
    from tracker.services import shipping
    from tracker.store.shipments import load_shipments

    send(order)
    shipping.cancel_shipment(portal, shop.id, load_shipments(shop.id, order.id)[0].id, actor="test")
    text = _read(client, link(order)).text
    assert "1Z12345E0291980793" not in text
    assert "Your order is being prepared" in text


def test_a_passed_window_is_said_to_have_passed(
    portal: Portal, client: FlaskClient, order: Order, send: Send, link: Link, clock: Clock
) -> None:
    send(order, scan("in_transit"), window=WINDOW)
    clock.now = utc("2026-03-06T09:00")
    assert lateness.note_lateness(portal) == 1
    text = _read(client, link(order)).text
    assert "It was expected Thursday 5 March, 14–18 h." in text
    assert "Later than planned" in text


@pytest.mark.parametrize(
    ("events", "silent"),
    [
        ([scan("in_transit")], False),
        ([scan("in_transit", delayed=True)], True),
        ([scan("in_transit", action_required=True)], True),
        ([scan("attempt_failed")], True),
        ([scan("exception")], True),
        ([scan("delivered")], False),
    ],
)
def test_an_offer_shows_on_page_and_widget_and_is_silent_in_trouble(
    portal: Portal, shop: Shop, client: FlaskClient, order: Order, send: Send, link: Link, events: list, silent: bool
) -> None:
    write_slot(shop.id, "below", "offer", OFFER, portal.now())
    write_slot(shop.id, "widget", "offer", OFFER, portal.now())
    send(order, *events)
    for surface in ("t", "embed"):
        assert ("A cup for every season" in _read(client, link(order, surface)).text) is not silent


def test_a_block_that_breaks_leaves_the_page_whole(
    portal: Portal, shop: Shop, client: FlaskClient, order: Order, link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    block = portal.registry.blocks["offer"].object

    def explode(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(type(block), "context", explode)
    write_slot(shop.id, "below", "offer", OFFER, portal.now())
    assert QUESTIONS[0] in _read(client, link(order)).text


@pytest.mark.parametrize(
    ("block", "content"), [("gone", OFFER), ("offer", {}), ("offer", {"title": 3, "link_url": []})]
)
def test_a_slot_whose_block_or_content_does_not_fit_shows_nothing(
    portal: Portal, shop: Shop, client: FlaskClient, order: Order, link: Link, block: str, content: dict
) -> None:
    write_slot(shop.id, "below", block, content, portal.now())
    page = _read(client, link(order))
    assert QUESTIONS[0] in page.text
    assert not page.find(class_="slot")


def test_no_person_stands_on_the_page(client: FlaskClient, order: Order, send: Send, link: Link) -> None:
    send(order, scan("in_transit"))
    for surface in ("t", "embed"):
        html = client.get(link(order, surface)).text
        for secret in ("Ada", "Ito", "ada@example.com", "04524"):
            assert secret not in html


def test_a_shared_link_shows_milestone_and_day_and_nothing_finer(
    client: FlaskClient, order: Order, send: Send, link: Link
) -> None:
    events = (scan("picked_up", "2026-03-02T18:40", text="Pickup"), scan("in_transit", "2026-03-03T08:00"))
    send(order, *events, window=WINDOW)
    html = client.get(link(order, tier="shared")).text
    assert "On its way" in html
    for hidden in ("1Z12345E0291980793", "Seoul", "18:40", "14:00", "Green tea", "Pickup", ">1001<", "08:00"):
        assert hidden not in html


@pytest.mark.parametrize(
    ("events", "pace"),
    [((), 120), ((scan("in_transit"),), 60), ((scan("out_for_delivery"),), 10), ((scan("delivered"),), None)],
)
def test_the_server_sets_the_pace_of_asking_and_ends_it(
    client: FlaskClient, order: Order, send: Send, link: Link, events: tuple, pace: int | None
) -> None:
    if events:
        send(order, *events)
    path = link(order)
    page = _read(client, path + "?lang=en&utm_source=mail")
    (_, tracking), *_ = page.find(id="tracking")
    assert tracking.get("hx-trigger") == (f"every {pace}s, wake" if pace else None)
    assert tracking.get("hx-get") == (f"{path}?lang=en" if pace else None)
    assert any("live." in attributes.get("src", "") for _, attributes in page.elements) is bool(pace)


def test_htmx_gets_the_changing_part_alone_and_a_history_restore_the_whole(
    client: FlaskClient, order: Order, link: Link
) -> None:
    path = link(order)
    fragment = client.get(path, headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert fragment.text.lstrip().startswith('<div id="tracking"')
    for more in ({"HX-Request-Type": "full"}, {"HX-History-Restore-Request": "true"}, {"HX-Boosted": "true"}):
        assert client.get(path, headers={"HX-Request": "true", **more}).text.startswith("<!doctype html>")


def test_one_region_is_read_out_and_it_is_there_from_the_start(
    client: FlaskClient, order: Order, send: Send, link: Link
) -> None:
    send(order, scan("in_transit"))
    for headers in ({}, {"HX-Request": "true"}):
        page = _read(client, link(order), **headers)
        assert [attributes["id"] for _, attributes in page.find(role="status")] == ["summary"]


def test_the_page_speaks_the_readers_language(client: FlaskClient, shop: Shop, order: Order, link: Link) -> None:
    path = link(order)
    assert 'lang="ko"' in client.get(path, headers={"Accept-Language": "ko-KR,en;q=0.5"}).text
    assert 'lang="en"' in client.get(path, headers={"Accept-Language": "xx"}).text
    assert "주문이 접수되었나요?" in client.get(path + "?lang=ko").text
    Shop.update(locale="ko").execute()
    assert 'lang="ko"' in client.get(path).text
    assert 'lang="en"' in client.get(path + "?lang=en").text


def test_the_page_is_a_function_of_the_view_alone(portal: Portal, shop: Shop, order: Order, send: Send) -> None:
    send(order, scan("in_transit"), window=WINDOW)
    view = Order.get_by_id(order.id).view
    assert pages.read_page(view) == pages.read_page(view)


def test_a_view_of_virtual_lines_needs_no_parcel(portal: Portal, shop: Shop, client: FlaskClient, link: Link) -> None:
    order = make_order(portal, shop, lines=(OrderLine("l1", "A gift card", 1, shippable=False),))
    assert "A gift card" not in _read(client, link(order)).text


def test_the_shops_word_stands_with_its_day_and_no_hour_that_nobody_told() -> None:
    event = {"local": "2026-03-02T12:00:00", "offset": 540, "milestone": "picked_up", "place": "", "text": ""}
    said = [scans.read_scan({**event, "source": source}) for source in ("shop", "carrier")]
    assert [one.by_shop for one in said] == [True, False]
    assert "12:00" not in said[0].when + said[0].machine
    assert "12:00" in said[1].when


def test_the_shop_can_be_called_and_written_to_from_every_phone(
    shop: Shop, client: FlaskClient, order: Order, link: Callable[..., str]
) -> None:
    """A plus that stands as %2B is dialled by some phones as it stands."""
    write_shop(shop.id, {"support_email": "help@lantern.example", "support_phone": "+1 510 555 0142"})
    page = Reader(client.get(link(order)).text)
    assert page.find(href="tel:+15105550142")
    assert page.find(href="mailto:help@lantern.example")
