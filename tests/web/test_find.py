"""The look-up: one answer for everybody, and a mail for the right one."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.conftest import Clock
from tests.portals import make_order, make_shop
from tracker.sdk import Message, Receipt
from tracker.services import links, lookups, work
from tracker.services.portal import Portal
from tracker.store.links import Lookup
from tracker.store.orders import Order
from tracker.store.outbox import Outbox
from tracker.store.shops import Shop

Ask = Callable[..., object]


@pytest.fixture
def mails(portal: Portal) -> list[Message]:
    """The mails that left."""
    sent: list[Message] = []

    class Sink:
        def send(self, message: Message) -> Receipt:
            sent.append(message)
            return Receipt(True, "250 ok")

    # Frozen, and of this test alone.
    object.__setattr__(portal.contexts, "mail", Sink)
    return sent


def _ask(client: FlaskClient, number: str, proof: str, **options: object) -> object:
    return client.post("/s/demo/find", data={"number": number, "proof": proof}, **options)


def _work(portal: Portal) -> None:
    work.run_lookups(portal)
    work.run_outbox(portal)


@pytest.mark.parametrize("proof", ["ada@example.com", " ADA@Example.com ", "04524", "０４５２４", "045-24"])
@pytest.mark.parametrize("number", ["1001", "#1001", " # 1001 "])
def test_the_right_pair_brings_the_link_to_the_address_on_file(
    portal: Portal, client: FlaskClient, order: Order, mails: list[Message], number: str, proof: str
) -> None:
    assert _ask(client, number, proof).status_code == 200  # type: ignore[attr-defined]
    _work(portal)
    (mail,) = mails
    assert mail.recipient == "ada@example.com"
    address = links.address(portal, links.issue(portal, order.shop_id, order, order.email))
    assert address in mail.text
    assert address in mail.html
    assert client.get(address.removeprefix("http://localhost:8000")).status_code == 200


@pytest.mark.parametrize(
    ("number", "proof"),
    [("1001", "eve@example.com"), ("9999", "ada@example.com"), ("1001", "04525"), ("1001", "0452"), ("2002", "04524")],
)
def test_a_wrong_pair_brings_nothing(
    portal: Portal, client: FlaskClient, order: Order, mails: list[Message], number: str, proof: str
) -> None:
    make_order(portal, make_shop(portal, "other"), "2002")
    _ask(client, number, proof)
    _work(portal)
    assert mails == []
    assert Outbox.select().where(Outbox.topic == lookups.TOPIC).count() == 0


def test_s02_right_and_wrong_get_the_same_answer_and_the_request_looks_nothing_up(
    portal: Portal, client: FlaskClient, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the request may not look for an order")

    monkeypatch.setattr("tracker.services.lookups.find_by_number", refuse)
    monkeypatch.setattr("tracker.services.lookups.find_order", refuse)
    pairs = [("1001", "ada@example.com"), ("1001", "eve@example.com"), ("9999", "ada@example.com"), ("1001", "04524")]
    answers = [_ask(client, *pair) for pair in pairs]
    assert len({(answer.status_code, answer.data) for answer in answers}) == 1  # type: ignore[attr-defined]
    varying = {"X-Request-Id"}
    assert len({tuple(h for h in answer.headers if h[0] not in varying) for answer in answers}) == 1  # type: ignore[attr-defined]
    assert [(row.number, row.proof) for row in Lookup.select().order_by(Lookup.id)] == [
        ("1001", "ada@example.com"), ("1001", "eve@example.com"), ("9999", "ada@example.com"), ("1001", "04524"),
    ]  # fmt: skip
    assert Outbox.select().where(Outbox.topic == lookups.TOPIC).count() == 0


def test_s03_five_guesses_lock_an_order_for_a_day_whoever_makes_them(
    portal: Portal, client: FlaskClient, order: Order, mails: list[Message], clock: Clock
) -> None:
    for index in range(lookups.PER_ORDER):
        _ask(client, "1001", f"0000{index}", environ_base={"REMOTE_ADDR": f"198.51.100.{index}"})
    _ask(client, "1001", "04524", environ_base={"REMOTE_ADDR": "203.0.113.1"})
    _work(portal)
    assert mails == []
    clock.advance(hours=25)
    _ask(client, "1001", "04524")
    _work(portal)
    assert len(mails) == 1


def test_s03_an_address_may_ask_ten_times_an_hour_and_forged_headers_do_not_help(
    client: FlaskClient, shop: Shop
) -> None:
    asked = [
        _ask(client, str(index), "04524", headers={"X-Forwarded-For": f"198.51.100.{index}", "X-Real-IP": "1.2.3.4"})
        for index in range(lookups.PER_ADDRESS + 2)
    ]
    statuses = [answer.status_code for answer in asked]  # type: ignore[attr-defined]
    assert statuses == [200] * lookups.PER_ADDRESS + [429] * 2
    assert int(asked[-1].headers["Retry-After"]) > 0  # type: ignore[attr-defined]
    assert Lookup.select().count() == lookups.PER_ADDRESS


def test_addresses_are_counted_and_not_kept(portal: Portal, client: FlaskClient, shop: Shop) -> None:
    _ask(client, "1001", "04524", environ_base={"REMOTE_ADDR": "203.0.113.77"})
    assert "203.0.113" not in repr([row.__data__ for row in Lookup.select()])
    assert links.name_of(portal, "2001:db8:1:2:aaaa::1") == links.name_of(portal, "2001:db8:1:2:bbbb::2")
    assert links.name_of(portal, "2001:db8:1:2::1") != links.name_of(portal, "2001:db8:1:3::1")


@pytest.mark.parametrize(
    ("number", "proof", "wrong"),
    [("", "04524", "number"), ("#", "04524", "number"), ("9" * 65, "04524", "number"), ("1001", "", "proof"),
     ("1001", "@", "proof"), ("1001", "a@", "proof"), ("1001", "12", "proof"), ("1001", "5" * 21, "proof"),
     ("\0\x1b", "04524", "number"), ("1001", "\u202e\u200b", "proof")],
)  # fmt: skip
def test_what_cannot_be_an_answer_is_said_beside_its_field(
    client: FlaskClient, shop: Shop, number: str, proof: str, wrong: str
) -> None:
    response = _ask(client, number, proof)
    assert response.status_code == 422  # type: ignore[attr-defined]
    assert f'id="{wrong}-error"' in response.text  # type: ignore[attr-defined]
    assert Lookup.select().count() == 0


def test_the_form_works_without_cookies_and_refuses_other_sites(client: FlaskClient, shop: Shop) -> None:
    response = _ask(client, "1001", "04524")
    assert "Set-Cookie" not in response.headers  # type: ignore[attr-defined]
    for headers, status in (
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://localhost:8000"}, 200),
        ({"Origin": "https://evil.test"}, 403),
        ({"Origin": "null"}, 403),
    ):
        assert _ask(client, "1001", "04524", headers=headers).status_code == status, headers  # type: ignore[attr-defined]


def test_s18_asking_for_the_form_changes_nothing(client: FlaskClient, shop: Shop) -> None:
    for method in (client.get, client.head):
        assert method("/s/demo/find?number=1001&proof=04524").status_code == 200
    assert Lookup.select().count() == 0
    assert client.get("/s/nobody/find").status_code == 404


def test_a_mail_that_could_not_leave_is_tried_again(
    portal: Portal, client: FlaskClient, order: Order, mails: list[Message], clock: Clock
) -> None:
    object.__setattr__(portal.contexts, "mail", None)
    _ask(client, "1001", "04524")
    _work(portal)
    assert Outbox.get(Outbox.topic == lookups.TOPIC).state == "waiting"
    mails_now: list[Message] = []

    class Sink:
        def send(self, message: Message) -> Receipt:
            mails_now.append(message)
            return Receipt(True)

    object.__setattr__(portal.contexts, "mail", Sink)
    clock.advance(hours=1)
    _work(portal)
    assert len(mails_now) == 1


def test_an_order_that_is_gone_gets_no_mail(
    portal: Portal, client: FlaskClient, order: Order, mails: list[Message]
) -> None:
    _ask(client, "1001", "04524")
    work.run_lookups(portal)
    Order.update(deleted_at=portal.now()).execute()
    work.run_outbox(portal)
    assert mails == []
