"""Instructions on the page: one form, one POST, one outcome; nothing by a GET, and nothing for strangers."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.portals import make_order, make_shop, scan
from tracker.services import instructions, links, shipping, tasks
from tracker.services.portal import Portal
from tracker.store.audit import load_audit
from tracker.store.instructions import Instruction
from tracker.store.orders import Order, find_order
from tracker.store.shipments import load_shipments
from tracker.store.shops import Shop, write_shop

Link = Callable[..., str]
Send = Callable[..., None]
ATTEMPT = (scan("picked_up"), scan("out_for_delivery", "2026-03-02T11:00"), scan("attempt_failed", "2026-03-02T12:00"))
KEY = re.compile(r'name="key" value="([0-9a-f]{32})"')
HOSTILE = '"><script>alert(1)</script>\u202e{{7*7}}'
ADDRESS = {
    "another_address-street": "12 Low Road",
    "another_address-city": "Busan",
    "another_address-postcode": "04524",
}


@pytest.fixture
def failed(order: Order, send: Send, link: Link) -> str:
    """The address of the form after a failed attempt."""
    send(order, *ATTEMPT)
    return f"{link(order)}/parcels/{load_shipments(order.shop_id, order.id)[0].id}/answer"


def kinds_in(page: str) -> list[str]:
    return re.findall(r'name="kind" value="(\w+)"', page)


def given(shop: Shop) -> list[tuple[str, str]]:
    return [(row.kind, row.state) for row in Instruction.select().where(Instruction.shop == shop).order_by("id")]


def view_of(order: Order) -> dict:
    found = find_order(order.shop_id, order.id)
    assert found is not None
    return found.view


def test_an_answer_is_asked_on_one_screen_taken_once_and_followed(
    portal: Portal, shop: Shop, order: Order, client: FlaskClient, failed: str
) -> None:
    page = client.get(failed)
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Frame-Options"] == "DENY"
    assert kinds_in(text) == [
        "another_day", "safe_place", "neighbour", "pickup_point", "directions", "correction", "another_address",
        "send_back",
    ]  # fmt: skip
    assert "checked" not in text
    chosen = client.get(f"{failed}?kind=safe_place").get_data(as_text=True)
    assert re.search(r'value="safe_place"[^>]* checked', chosen)
    form = {"key": KEY.search(text)[1], "kind": "safe_place", "safe_place-text": "Behind the shed"}  # type: ignore[index]
    for _ in range(2):
        done = client.post(failed, data=form)
        assert done.status_code == 303
        assert done.headers["Location"].startswith(failed.partition("/parcels")[0] + "#parcel-")
    assert given(shop) == [("safe_place", "task")]
    (told,) = view_of(order)["parcels"][0]["instructions"]
    assert (told["kind"], told["state"], told["reply"], told["attempt"]) == ("safe_place", "task", "", 1)
    row = Instruction.get()
    assert "shed" not in row.sealed
    said = instructions.open_said(portal, row)
    assert said is not None
    assert said.text == "Behind the shed"
    chain = str([entry.body for entry in load_audit(shop.id, f"shipment:{row.shipment_id}")])
    assert "safe_place" in chain
    assert "shed" not in chain


WRONG: list[tuple[str, dict[str, str], list[str]]] = [
    ("", {}, ["kind"]),
    ("cancel", {}, ["kind"]),
    ("away", {}, ["kind"]),
    ("another_day", {}, ["another_day-day"]),
    ("another_day", {"another_day-day": "2026-03-01"}, ["another_day-day"]),
    ("another_day", {"another_day-day": "2026-04-02"}, ["another_day-day"]),
    ("another_day", {"another_day-day": "2026-03-03", "another_day-part": "midnight"}, ["another_day-part"]),
    ("safe_place", {"safe_place-text": " \u200b "}, ["safe_place-text"]),
    ("safe_place", {"safe_place-text": "x" * 301}, ["safe_place-text"]),
    ("neighbour", {}, ["neighbour-text"]),
    ("directions", {}, ["directions-text"]),
    ("directions", {"directions-phone": "call me"}, ["directions-phone"]),
    ("another_address", {}, ["another_address-street", "another_address-postcode", "another_address-city"]),
    ("another_address", {**ADDRESS, "another_address-postcode": "1234"}, ["another_address-postcode"]),
]


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    shop: Shop, client: FlaskClient, failed: str
) -> None:
    for kind, typed, wrong in WRONG:
        page = client.post(failed, data={"key": "0" * 32, "kind": kind, **typed, "send_back-text": HOSTILE})
        text = page.get_data(as_text=True)
        assert page.status_code == 422
        assert re.findall(r'<li><a href="#([\w-]+)">', text) == wrong
        assert all(f'id="{name}-error"' in text for name in wrong)
        assert 'tabindex="-1" autofocus' in text
        assert f'name="key" value="{"0" * 32}"' in text
        # A part of the day is chosen from a list; one that is not on it has nowhere to stand.
        assert all(value.strip(" \u200b")[:300] in text for name, value in typed.items() if "part" not in name)
        assert "&#34;&gt;&lt;script&gt;alert(1)" in text
        assert "<script>alert" not in text
    assert given(shop) == []


def test_s18_s17_no_get_changes_anything_and_no_other_site_sends_a_form(
    shop: Shop, client: FlaskClient, failed: str, order: Order, link: Link
) -> None:
    form = {"kind": "send_back", "key": "a" * 32}
    version = find_order(shop.id, order.id).version  # type: ignore[union-attr]
    for ask in (client.get, client.head):
        for address in (failed, f"{link(order)}/change"):
            assert ask(address, query_string=form).status_code == 200
    for header in (
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        assert client.post(failed, data=form, headers=header).status_code == 403
    assert client.post(failed, data=form, content_type="text/plain").status_code == 422
    assert given(shop) == []
    assert find_order(shop.id, order.id).version == version  # type: ignore[union-attr]
    assert client.post(failed, data=form, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303


def test_s04_only_the_holder_of_a_link_with_the_grant_reaches_the_form(
    portal: Portal, shop: Shop, client: FlaskClient, failed: str, order: Order, send: Send, link: Link
) -> None:
    form = {"kind": "send_back", "key": "b" * 32}
    neighbour = make_order(portal, shop, "1002")
    other = make_order(portal, make_shop(portal, "other"), "1001")
    theirs = f"/t/{links.issue(portal, other.shop_id, other, other.email)}"
    path = failed.partition("/t/")[2].partition("/")[2]
    for base, status in (
        (link(neighbour), 404), (theirs, 404), ("/t/" + "x" * 32, 404), (link(order, tier="shared"), 403),
    ):  # fmt: skip
        assert client.get(f"{base}/{path}").status_code == status
        assert client.post(f"{base}/{path}", data=form).status_code == status
    assert client.get(f"{link(order)}/parcels/2147483648/answer").status_code == 404
    # Without the grant for addresses, whoever may act is offered everything else.
    write_shop(shop.id, {"tiers": {"mail": ["act"]}})
    kinds = kinds_in(client.get(failed).get_data(as_text=True))
    assert "send_back" in kinds
    assert not {"correction", "another_address"} & set(kinds)
    assert client.post(failed, data={"kind": "another_address", **ADDRESS}).status_code == 422
    assert given(shop) == []


def test_too_many_forms_have_to_wait(client: FlaskClient, failed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.web.customer.MOST_DEEDS", 4)
    answers = [client.post(failed, data={"kind": ""}) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [422] * 4 + [429]
    assert int(answers[4].headers["Retry-After"]) > 0


def test_a_new_answer_replaces_one_that_was_not_sent_and_a_new_attempt_frees_one_that_was(
    portal: Portal, shop: Shop, order: Order, client: FlaskClient, failed: str, send: Send
) -> None:
    for key, kind in (("1", "send_back"), ("2", "another_day")):
        assert ("takes its place" in client.get(failed).get_data(as_text=True)) == (key == "2")
        typed = {"another_day-day": "2026-03-05"}
        assert client.post(failed, data={"key": key * 32, "kind": kind, **typed}).status_code == 303
    assert given(shop) == [("send_back", "expired"), ("another_day", "task")]
    assert [one["kind"] for one in view_of(order)["parcels"][0]["instructions"]] == ["another_day"]
    assert [one.row.kind for one in tasks.list_of_order(portal, shop.id, order.id)] == ["another_day"]
    Instruction.update(state="accepted", reply="<b>Fine</b>").where(Instruction.kind == "another_day").execute()
    page = client.get(failed)
    assert "&lt;b&gt;Fine" in page.get_data(as_text=True)
    assert "<form" not in page.get_data(as_text=True)
    assert client.post(failed, data={"key": "3" * 32, "kind": "send_back"}).status_code == 409
    # The second press of the button that brought the one in force is no mistake.
    assert client.post(failed, data={"key": "2" * 32, "kind": "another_day"}).status_code == 303
    send(order, *ATTEMPT, scan("attempt_failed", "2026-03-03T11:00"))
    for words in ("Too late", "Too small", "Too small"):
        assert (
            client.post(failed, data={"key": "3" * 32, "kind": "send_back", "send_back-text": words}).status_code == 303
        )
    # The same form with other words, as one gets it by the browser's way back, is another wish.
    assert given(shop)[-2:] == [("send_back", "expired"), ("send_back", "task")]
    # What was asked of the order's other parcel stands.
    send(order, *ATTEMPT, number="1Z999AA10123456784")
    other = failed.replace("/parcels/1/", "/parcels/2/")
    assert client.post(other, data={"key": "6" * 32, "kind": "send_back"}).status_code == 303
    assert given(shop)[-2:] == [("send_back", "task"), ("send_back", "task")]


def test_before_dispatch_an_address_and_a_cancellation_wait_for_the_shop_and_end_with_the_first_scan(
    portal: Portal, shop: Shop, order: Order, client: FlaskClient, send: Send, link: Link
) -> None:
    address = f"{link(order)}/change"
    assert kinds_in(client.get(address).get_data(as_text=True)) == ["correction", "cancel"]
    typed = {name.replace("another_address", "correction"): value for name, value in ADDRESS.items()}
    done = client.post(address, data={"key": "4" * 32, "kind": "correction", **typed})
    assert (done.status_code, done.headers["Location"]) == (303, f"{link(order)}#instructions")
    assert given(shop) == [("correction", "approval")]
    assert [one["kind"] for one in view_of(order)["instructions"]] == ["correction"]
    assert find_order(shop.id, order.id).milestone == "confirmed"  # type: ignore[union-attr]
    send(order, scan("picked_up"))
    assert given(shop) == [("correction", "expired")]
    assert view_of(order)["instructions"][0]["reply"] == "left"
    assert kinds_in(client.get(address).get_data(as_text=True)) == []
    assert client.post(address, data={"key": "5" * 32, "kind": "cancel"}).status_code == 409


def test_forms_read_in_the_language_and_direction_asked_for(client: FlaskClient, failed: str) -> None:
    page = client.get(f"{failed}?lang=ko").get_data(as_text=True)
    assert '<html lang="ko"' in page
    assert f'action="{failed}?lang=ko"' in page


def test_what_was_said_goes_when_the_customer_wants_it_gone(
    portal: Portal, shop: Shop, order: Order, client: FlaskClient, failed: str
) -> None:
    client.post(failed, data={"key": "6" * 32, "kind": "neighbour", "neighbour-text": "Ms Grey, number 5"})
    shipment = load_shipments(shop.id, order.id)[0]
    shipping.cancel_shipment(portal, shop.id, shipment.id, actor="test")
    assert instructions.forget(portal, shop.id, order.id) == 1
    row = Instruction.get()
    assert (row.sealed, row.reply, row.state) == ("", "withdrawn", "expired")
    assert tasks.count_waiting(shop.id) == 0
