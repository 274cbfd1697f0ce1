"""The heart of the page: what happens now in words, the one next step as a link, and the truth about what is old."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from tests.conftest import Clock
from tests.portals import make_order, scan, utc
from tests.web.reading import Reader
from tracker.sdk import OrderLine, OrderMilestone, Window
from tracker.services import lateness, projections
from tracker.services.portal import Portal
from tracker.store.database import writing
from tracker.store.orders import Order
from tracker.store.shipments import Shipment, set_next_ask
from tracker.store.shops import Shop

Send = Callable[..., None]
Link = Callable[..., str]
WINDOW = Window(datetime(2026, 3, 5, 14), datetime(2026, 3, 5, 18))
WAY = (scan("picked_up", "2026-03-01T18:40"), scan("in_transit", "2026-03-02T08:00", place="Incheon, KR"))
INSTRUCTION = {
    "id": 1, "shipment": 1, "kind": "safe_place", "state": "sent", "reply": "", "due_at": None,
    "created_at": "2026-03-02T09:30:00+00:00", "changed_at": "2026-03-02T09:30:00+00:00",
}  # fmt: skip
PICKUP = {
    "name": "Café am Markt", "address": "Marktplatz 3", "hours": ["Mon–Fri 8–18"], "until": "2026-03-09T23:59:00",
    "code": "A7 42",
}  # fmt: skip


def read(client: FlaskClient, path: str) -> Reader:
    response = client.get(path)
    assert response.status_code == 200, response.text
    return Reader(response.text)


def find_link(page: Reader, id: str) -> str:
    found = page.find(id=id)
    return found[0][1]["href"] if found else ""


def change(order: Order, parcel: dict[str, object] | None = None, **fields: object) -> None:
    """Puts into an order's projection what other parts of the portal would have put there."""
    row = Order.get_by_id(order.id)
    view = {**row.view, **fields}
    if parcel:
        view["parcels"][0] = {**view["parcels"][0], **parcel}
    Order.update(view=view, version=Order.version + 1).where(Order.id == order.id).execute()


@pytest.mark.parametrize(
    ("events", "title", "step", "target"),
    [
        ((scan("info_received"),), "Not scanned yet", "heart-change", "/change"),
        (WAY, "Thursday 5 March", "heart-answer", "/parcels/1/answer"),
        (
            (*WAY, scan("attempt_failed", reason="absent")),
            "What should happen now?",
            "heart-answer",
            "/parcels/1/answer",
        ),
        ((*WAY, scan("exception", reason="payment_due")), "It waits until it is paid", "heart-carrier", "ups.com"),
        ((*WAY, scan("exception", reason="lost")), "We are looking for it", "heart-late", "?parcel=1&kind=late"),
        ((*WAY, scan("delivered", reason="signed")), "Monday 2 March, 10:00", "heart-rate", "/parcels/1/rating"),
        ((*WAY, scan("delivered", reason="presumed")), "Is it with you?", "heart-not_here", "kind=not_here"),
        ((*WAY, scan("returning")), "Another one, or your money back?", "heart-other", "/concerns/new?parcel=1"),
    ],
)
def test_each_state_says_what_happens_now_and_links_to_the_one_next_step(
    client: FlaskClient, order: Order, send: Send, link: Link, events: tuple, title: str, step: str, target: str
) -> None:
    send(order, *events, window=WINDOW, handed_over=False)
    for surface in ("t", "embed"):
        path = link(order, surface)
        page = read(client, path)
        assert title in page.text
        assert target in find_link(page, step)
        assert len(page.find(id="heart")) == 1
        if "ups.com" not in target:
            assert find_link(page, step).startswith(path.replace("/embed/", "/t/"))
            assert page.find(id=step)[0][1].get("target") == ("_top" if surface == "embed" else None)
            assert "lang=ko" in find_link(read(client, path + "?lang=ko"), step)


def test_an_order_before_dispatch_can_be_corrected_or_cancelled_and_a_closed_one_not(
    portal: Portal, shop: Shop, client: FlaskClient, order: Order, link: Link
) -> None:
    assert find_link(read(client, link(order)), "heart-change").endswith("/change")
    for number, milestone in (("2", OrderMilestone.CANCELLED), ("3", OrderMilestone.COMPLETED)):
        other = make_order(portal, shop, number, milestone=milestone)
        assert not read(client, link(other)).find(id="heart-change")


def test_after_an_answer_the_page_says_what_became_of_it_and_reads_it_out(
    client: FlaskClient, order: Order, send: Send, link: Link
) -> None:
    send(order, *WAY, scan("attempt_failed", reason="absent"))
    change(order, {"instructions": [INSTRUCTION]})
    page = read(client, link(order))
    assert "Your answer Leave it in a safe place" in page.text
    assert "What should happen now?" not in page.text
    assert not find_link(page, "heart-answer"), "the carrier knows, and the form would take nothing else"
    assert find_link(page, "heart-other").endswith("/concerns/new?parcel=1&kind=other")
    change(order, {"instructions": [{**INSTRUCTION, "state": "task"}]})
    assert find_link(read(client, link(order)), "heart-answer").endswith("/parcels/1/answer")
    change(order, {"instructions": [{**INSTRUCTION, "state": "refused", "reply": "Not <b>allowed</b>"}]})
    page = read(client, link(order))
    assert "What should happen now?" in page.text
    assert "“Not <b>allowed</b>”" in page.text
    announced = [words for words in page.words if words.startswith("It could not be done")]
    assert len(announced) == 2


def test_a_parcel_to_collect_says_where_until_when_and_with_which_code(
    client: FlaskClient, order: Order, send: Send, link: Link
) -> None:
    send(order, *WAY, scan("available_for_pickup", action_required=True))
    assert "At the pick-up point" in read(client, link(order)).text
    change(order, {"pickup": PICKUP})
    text = read(client, link(order)).text
    for words in (
        "Café am Markt",
        "Until Monday 9 March",
        "Where Marktplatz 3",
        "Opening hours Mon–Fri 8–18",
        "Code A7",
    ):
        assert words in text
    text = read(client, link(order, tier="shared")).text
    assert "Until Monday 9 March" in text
    for hidden in ("Café", "Marktplatz", "8–18", "A7 42"):
        assert hidden not in text


def test_a_failed_delivery_says_when_it_is_tried_again_and_where_it_can_be_fetched_as_far_as_anybody_told(
    client: FlaskClient, order: Order, send: Send, link: Link
) -> None:
    send(order, *WAY, window=Window(datetime(2026, 3, 2, 8), datetime(2026, 3, 2, 20)))
    send(order, scan("attempt_failed", "2026-03-02T09:00", reason="absent"))
    text = read(client, link(order)).text
    assert "If you do not answer, UPS decides what happens." in text
    assert "When will it come? Not known yet: UPS has not named a new day." in text
    assert "Next try" not in text
    send(order, scan("attempt_failed", "2026-03-02T09:00", reason="absent"), window=WINDOW)
    change(order, {"pickup": PICKUP})
    text = read(client, link(order)).text
    assert "Next try Thursday 5 March, 14–18 h Pick-up point Café am Markt Until Monday 9 March" in text
    assert "Opening hours Mon–Fri 8–18" in text
    assert "Next try 5 Mar" in read(client, link(order, tier="shared")).text
    assert "Café" not in read(client, link(order, tier="shared")).text
    change(order, {"instructions": [INSTRUCTION]})
    assert "Next try" not in read(client, link(order)).text


def test_a_parcel_that_goes_back_has_steps_and_words_of_its_own(
    client: FlaskClient, order: Order, send: Send, link: Link
) -> None:
    for scanned, steps, end in (
        (scan("returning", "2026-03-02T09:00"), ["done", "done", "done", "current", "ahead"], "is going back to"),
        (scan("returned", "2026-03-02T11:00", code="B"), ["done", "done", "done", "done", "current"], "is back at"),
    ):
        send(order, *WAY, scan("out_for_delivery", "2026-03-02T08:30"), scanned, window=WINDOW)
        page = read(client, link(order))
        classes = [one.get("class") or "" for _, one in page.elements]
        assert [one.removeprefix("step step-") for one in classes if one.startswith("step step-")] == steps
        assert "On its way back 2 Mar" in page.text or "On its way back done 2 Mar" in page.text
        assert f"When will it come? It will not come: it {end} the shop." in page.text
        assert "Delivered" not in page.text


def test_no_day_is_told_of_a_parcel_that_is_lost_and_none_is_sure_while_it_is_held_up(
    portal: Portal, shop: Shop, client: FlaskClient, send: Send, link: Link
) -> None:
    for at, (reason, told) in enumerate(
        {
            "lost": "Not known yet The carrier is searching for it.",
            "damaged": "Not known yet It was damaged on the way.",
            "weather": "Thursday 5 March, 14–18 h This may change: it is held up.",
        }.items()
    ):
        order = make_order(portal, shop, f"4{at}")
        send(order, *WAY, scan("exception", reason=reason), window=WINDOW, number=f"1Z{at}")
        assert f"When will it come? {told}" in read(client, link(order)).text
        shared = read(client, link(order, tier="shared")).text
        assert ("5 Mar" in shared) is (reason == "weather")
        assert "damaged" not in shared


def test_the_rest_of_several_parcels_is_told_in_whole_sentences(
    client: FlaskClient, order: Order, send: Send, link: Link
) -> None:
    send(order, *WAY, quantities={"l1": 1})
    send(order, *WAY, number="1Z12345E0390515214", quantities={"l1": 1})
    assert "On its way: 2 parcels." in read(client, link(order)).text
    send(order, scan("delivered", "2026-03-02T09:00", reason="signed"), number="1Z12345E0390515214")
    assert "1 of 2 parcels delivered On its way: 1 parcel." in read(client, link(order)).text


def test_open_concerns_stand_on_the_page_with_their_number_and_state(
    client: FlaskClient, order: Order, send: Send, link: Link
) -> None:
    send(order, *WAY, scan("exception", reason="lost"))
    concern = {"number": 12, "shipment": 1, "kind": "late", "state": "open", "created_at": "", "due_at": None}
    change(order, concerns=[concern])
    page = read(client, link(order))
    assert "No. 12: It is late The shop is looking into it." in page.text
    assert find_link(page, "heart-read").endswith("/concerns/12")
    change(order, concerns=[{**concern, "state": "answered"}])
    page = read(client, link(order))
    assert page.words.count("The shop has answered.") == 2
    assert "No. 12" not in read(client, link(order, tier="shared")).text


def test_of_several_parcels_the_one_that_presses_stands_on_top_and_each_has_its_own_heart(
    client: FlaskClient, order: Order, send: Send, link: Link
) -> None:
    send(order, *WAY, window=WINDOW, quantities={"l1": 1})
    number = "1Z12345E0390515214"
    send(order, *WAY, scan("attempt_failed", reason="absent"), number=number, quantities={"l1": 1})
    page = read(client, link(order))
    assert "Parcel 2 of 2 You decide What should happen now?" in page.text
    hearts = [one["id"] for _, one in page.elements if one.get("class", "").startswith("heart ")]
    assert hearts == ["heart", "heart-1"]
    levels = [tag for tag, one in page.elements if one.get("class") == "heart-head"]
    assert levels == ["h2", "h3"], "the heart of a parcel stands below its heading"
    assert page.find(href="#parcel-2")
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_the_promise_stands_beside_the_estimate_when_they_differ(
    client: FlaskClient, order: Order, send: Send, link: Link
) -> None:
    first, later = (
        Window(datetime(2026, 3, 4), datetime(2026, 3, 4, 23, 59)),
        Window(datetime(2026, 3, 6), datetime(2026, 3, 6, 23, 59)),
    )
    send(order, *WAY, window=first)
    assert "First expected" not in read(client, link(order)).text
    send(order, scan("in_transit", "2026-03-02T10:00", code="C", reason="customs"), window=later)
    text = read(client, link(order)).text
    assert "Friday 6 March First expected: Wednesday 4 March. It is with customs." in text
    shared = read(client, link(order, tier="shared")).text
    assert "First expected: 4 Mar." in shared
    assert "customs" not in shared
    exact = Window(datetime(2026, 3, 4, 14), datetime(2026, 3, 4, 18))
    send(order, scan("in_transit", "2026-03-02T11:00", code="E"), window=exact)
    assert "First expected" not in read(client, link(order)).text


def test_a_stalled_parcel_says_so_and_so_does_not_one_that_was_seen_again(
    portal: Portal, client: FlaskClient, order: Order, send: Send, link: Link, clock: Clock
) -> None:
    send(order, *WAY)
    clock.now = utc("2026-03-06T09:00")
    assert lateness.note_stalls(portal) == 0
    clock.now = utc("2026-03-08T09:00")
    assert [lateness.note_stalls(portal) for _ in range(2)] == [1, 0]
    page = read(client, link(order))
    assert "No new scan since Monday 2 March" in page.text
    assert "kind=late" in find_link(page, "heart-late")
    assert "stalled" not in page.text
    send(order, scan("in_transit", "2026-03-08T12:00", code="N"))
    assert "No new scan" not in read(client, link(order)).text


def test_r25_a_silent_carrier_is_named_with_the_age_of_what_stands_here_and_pages_do_not_flap(
    portal: Portal, shop: Shop, client: FlaskClient, order: Order, send: Send, link: Link, clock: Clock
) -> None:
    Shop.update(zone="Asia/Seoul").execute()
    send(order, *WAY)
    shipment = Shipment.get(Shipment.order == order.id)

    def ask(error: str, failures: int) -> int:
        set_next_ask(shop.id, shipment.id, None, clock.now, error, failures)
        with writing(shop.id):
            projections.refresh_order(portal, shop.id, order.id)
        clock.advance(minutes=30)
        return int(Order.get_by_id(order.id).version)

    calm = ask("", 0)
    assert [ask("upstream: no", failures) for failures in (1, 2)] == [calm, calm]
    silent = ask("upstream: no", 3)
    assert [ask("upstream: no", failures) for failures in range(4, 9)] == [silent] * 5 != [calm] * 5
    told = "UPS’s system has not answered since 2 Mar, 18:30. What you see is as of 2 Mar, 18:00."
    assert told in read(client, link(order)).text
    assert "UPS’s system has not answered since 2 Mar. " in read(client, link(order, tier="shared")).text
    ask("", 0)
    assert "has not answered" not in read(client, link(order)).text


def test_on_the_day_of_the_window_an_open_page_asks_every_ten_seconds(
    portal: Portal, client: FlaskClient, order: Order, send: Send, link: Link, clock: Clock
) -> None:
    def pace() -> str:
        return read(client, link(order)).find(id="tracking")[0][1]["hx-trigger"]

    send(order, *WAY, window=WINDOW)
    assert pace() == "every 60s, wake"
    clock.now = utc("2026-03-04T15:01")
    assert [lateness.note_turns(portal) for _ in range(2)] == [1, 0]
    assert pace() == "every 10s, wake"
    clock.now = utc("2026-03-05T10:01")
    assert lateness.note_turns(portal) == 1
    assert pace() == "every 60s, wake"


def test_a_guessed_delivery_is_not_called_one(client: FlaskClient, order: Order, send: Send, link: Link) -> None:
    send(order, *WAY, scan("delivered", reason="presumed"))
    for tier in ("mail", "shared"):
        page = read(client, link(order, tier=tier))
        assert "Probably delivered" in page.text
        current = page.words.index("Delivered")
        assert page.words[current + 1] == "not yet"
        assert "tone-good" not in {attributes.get("class", "") for _, attributes in page.elements}


def test_older_entries_are_folded_away_and_the_carriers_words_wait_to_be_asked_for(
    client: FlaskClient, order: Order, send: Send, link: Link
) -> None:
    start = datetime(2026, 3, 1, 1)
    texts = ["Arrived at facility", "배송 터미널 도착", "Zork " * 40]
    send(
        order,
        *(
            scan("in_transit", start + timedelta(hours=hour), code=f"C{hour}", text=texts[hour % 3])
            for hour in range(12)
        ),
        handed_over=False,
    )
    response = client.get(link(order))
    page = Reader(response.text)
    assert "7 older entries" in page.text
    assert response.text.count('class="scan"') == 12
    assert response.text.index('class="older"') > response.text.index('class="carrier-words"')
    assert {one.get("lang") for _, one in page.elements if one.get("class") == "scan-said"} == {"en", "ko", None}
    assert "It came to a depot." in page.text


def test_pictures_wait_until_they_are_asked_for_and_never_stand_in_the_widget(
    portal: Portal, shop: Shop, client: FlaskClient, send: Send, link: Link
) -> None:
    image = "https://lantern.example/cup.png"
    lines = (OrderLine("l1", "Cup", 2, sku="A", image_url=image), OrderLine("l2", "Pot", 1, sku="B", image_url=image))
    order = make_order(portal, shop, lines=lines)
    send(order, *WAY, quantities={"l1": 1})
    html = client.get(link(order)).text
    shown = [attributes for tag, attributes in Reader(html).elements if tag == "img"]
    assert [one["alt"] for one in shown] == ["Cup", "Cup", "Pot"]
    assert all((one["loading"], one["width"], one["height"]) == ("lazy", "96", "96") for one in shown)
    for place in (found.start() for found in re.finditer("<img", html)):
        assert html.rindex("<details", 0, place) > html.rfind("</details>", 0, place)
    assert "<img" not in client.get(link(order, "embed")).text
    change(order, lines=[{**Order.get_by_id(order.id).view["lines"][0], "image": "http://x.test/1.png"}])
    assert "x.test" not in client.get(link(order)).text
