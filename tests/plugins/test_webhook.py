"""What happens in a shop reaches the shop's own address, signed, and again until it is taken."""

import base64
import hmac
import json
from hashlib import sha256

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.conftest import Clock
from tests.portals import make_order, scan
from tracker.sdk import ConcernKind, TrackingResult
from tracker.services import concerns, ratings, recording, shipping, work
from tracker.services.portal import Portal
from tracker.services.settings import change
from tracker.store.database import writing
from tracker.store.outbox import Outbox
from tracker.store.plugins import write_switch
from tracker.store.shipments import Shipment
from tracker.store.shops import Shop

from .conftest import LoopbackHttp

SECRET = "hush-" * 6


class Taker:
    """The shop's server: keeps what it was sent, and answers with the next of `answers`, then with 204."""

    def __init__(self, server: HTTPServer) -> None:
        self.requests: list[Request] = []
        self.answers: list[int] = []
        server.expect_request("/news").respond_with_handler(self._answer)
        self.url = server.url_for("/news")

    def _answer(self, request: Request) -> Response:
        request.get_data()
        self.requests.append(request)
        return Response(status=self.answers.pop(0) if self.answers else 204)

    def told(self) -> list[str]:
        return [json.loads(request.get_data())["data"]["status"]["milestone"] for request in self.requests]


@pytest.fixture
def taker(portal: Portal, shop: Shop, httpserver: HTTPServer) -> Taker:
    taker = Taker(httpserver)
    change(portal, shop, "webhook", {"url": taker.url, "secret": SECRET}, "test")
    object.__setattr__(portal.contexts, "http", LoopbackHttp)
    return taker


def record(portal: Portal, shop: Shop, *milestones: str) -> None:
    scans = tuple(scan(name, f"2026-03-02T{10 + hour}:00") for hour, name in enumerate(milestones))
    recording.record_result(portal, shop, "demo", TrackingResult("N1", scans))


def ship(portal: Portal, shop: Shop) -> None:
    shipping.add_shipment(portal, shop.id, make_order(portal, shop), "demo", "N1", actor="staff:1")
    work.run_outbox(portal)


def test_hook_tracker_shipment_changed(portal: Portal, shop: Shop, taker: Taker) -> None:
    ship(portal, shop)
    record(portal, shop, "in_transit")
    record(portal, shop, "in_transit", "delivered")
    record(portal, shop, "in_transit", "delivered")
    work.run_outbox(portal)
    assert taker.told() == ["picked_up", "in_transit", "delivered"]
    last = json.loads(taker.requests[-1].get_data())
    assert last["type"] == "shipment.changed"
    assert (last["data"]["order"], last["data"]["number"], last["data"]["at"]) == (
        "1001", "N1", "2026-03-02T02:00:00+00:00",
    )  # fmt: skip
    assert last["data"]["before"]["milestone"] == "in_transit"
    assert "ada" not in str(last).lower()


def test_each_message_is_signed_over_its_id_its_time_and_its_bytes(portal: Portal, shop: Shop, taker: Taker) -> None:
    ship(portal, shop)
    (request,) = taker.requests
    head = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}."
    signed = hmac.digest(SECRET.encode(), head.encode() + request.get_data(), sha256)
    assert request.headers["webhook-signature"] == "v1," + base64.b64encode(signed).decode()
    assert request.headers["webhook-timestamp"] == str(int(portal.now().timestamp()))


def test_what_nobody_took_comes_again_under_the_same_id(portal: Portal, shop: Shop, taker: Taker, clock: Clock) -> None:
    taker.answers = [503, 500]
    ship(portal, shop)
    for _ in range(3):
        clock.advance(minutes=10)
        work.run_outbox(portal)
    assert len(taker.requests) == 3
    assert len({request.headers["webhook-id"] for request in taker.requests}) == 1


def test_a_shop_that_has_it_off_tells_nobody(portal: Portal, shop: Shop, taker: Taker) -> None:
    write_switch(shop.id, "webhook", False, portal.now())
    ship(portal, shop)
    assert taker.requests == []
    assert {row.state for row in Outbox.select().where(Outbox.topic == "change")} == {"done"}


def deliver(portal: Portal, shop: Shop) -> Shipment:
    parcel, _new = shipping.add_shipment(portal, shop.id, make_order(portal, shop), "demo", "N1", actor="staff:1")
    record(portal, shop, "delivered")
    return parcel


def test_hook_tracker_concern_raised(portal: Portal, shop: Shop, taker: Taker) -> None:
    parcel = deliver(portal, shop)
    draft = concerns.Draft(ConcernKind.MISSING, parcel.id, "One cup is not there", pieces={"l2": 1})
    for _time in range(2):
        concerns.raise_concern(portal, shop.id, parcel.order_id, draft)
    work.run_outbox(portal)
    told = [json.loads(request.get_data()) for request in taker.requests]
    (concern,) = [one["data"] for one in told if one["type"] == "concern.raised"]
    assert concern == {
        "shop": "demo", "order": "1001", "concern": 1, "kind": "missing", "carrier": "demo", "number": "N1",
        "at": portal.now().isoformat(), "text": "One cup is not there", "checks": [], "photos": 0,
        "pieces": [{"title": "Stone cup", "quantity": 1}],
    }  # fmt: skip
    assert "ada" not in str(concern).lower()


def test_hook_tracker_feedback_given(portal: Portal, shop: Shop, taker: Taker, clock: Clock) -> None:
    parcel = deliver(portal, shop)
    ratings.rate(portal, parcel, delivery=5)
    ratings.rate(portal, parcel, carrier=4, comment="Quick")
    work.run_outbox(portal)
    assert "feedback.given" not in str([request.get_data() for request in taker.requests])
    clock.advance(minutes=6)
    taker.answers = [503]
    for _time in range(2):
        work.run_outbox(portal)
        clock.advance(minutes=6)
    told = [request for request in taker.requests if b"feedback.given" in request.get_data()]
    assert len(told) == 2
    assert len({request.headers["webhook-id"] for request in told}) == 1
    feedback = json.loads(told[-1].get_data())["data"]
    assert (feedback["delivery_stars"], feedback["carrier_stars"], feedback["comment"]) == (5, 4, "Quick")
    assert (feedback["carrier"], feedback["number"], feedback["order"]) == ("demo", "N1", "1001")


def test_what_was_erased_before_it_was_told_is_told_to_nobody(portal: Portal, shop: Shop, taker: Taker) -> None:
    parcel = deliver(portal, shop)
    concerns.raise_concern(portal, shop.id, parcel.order_id, concerns.Draft(ConcernKind.OTHER, text="Canary"))
    with writing(shop.id):
        concerns.forget(shop.id, parcel.order_id)
    work.run_outbox(portal)
    told = b"".join(request.get_data() for request in taker.requests)
    assert b"concern.raised" in told
    assert b"Canary" not in told
    assert "Canary" not in str([row.payload for row in Outbox.select()])
