"""Changes of a shipment's status reach the shop's own address, signed, and again until they are taken."""

import base64
import hmac
import json
from hashlib import sha256

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.conftest import Clock
from tests.portals import make_order, scan
from tracker.sdk import TrackingResult
from tracker.services import recording, shipping, work
from tracker.services.portal import Portal
from tracker.services.settings import change
from tracker.store.outbox import Outbox
from tracker.store.plugins import write_switch
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
