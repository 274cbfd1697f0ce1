"""Proofs that lie elsewhere, or are asked for: got by the worker, as long as it makes sense."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import ClassVar

import pytest

from tests.conftest import Clock
from tests.portals import make_order, scan, utc
from tracker.host.registry import Provider
from tracker.sdk import (
    BadRequest,
    Carrier,
    Context,
    HttpAnswer,
    NotFound,
    PluginError,
    Proof,
    Query,
    Upstream,
)
from tracker.services import proofs, work
from tracker.services.portal import Portal
from tracker.store import proofs as rows
from tracker.store.orders import Order
from tracker.store.outbox import Outbox
from tracker.store.shops import Shop

from .proving import DELIVERED, URL, Web, draw, send, ship, shown, tell


@pytest.fixture
def order(portal: Portal, shop: Shop, clock: Clock) -> Order:
    return send(portal, shop, clock)


@pytest.fixture
def web(portal: Portal) -> Web:
    found = Web()
    portal.contexts = replace(portal.contexts, http=lambda: found)
    return found


def test_a_photo_that_lies_elsewhere_is_got_by_the_worker_once(
    portal: Portal, shop: Shop, order: Order, web: Web
) -> None:
    moved = "https://store.example/1?X-Amz-Signature=abc"
    web.answers = {
        URL: HttpAnswer(302, {"location": moved}, b"", URL),
        moved: HttpAnswer(200, {}, draw(place=True), moved),
    }
    tell(portal, shop, DELIVERED, proofs=(Proof("photo", url=URL),))
    assert shown(shop, order) == []
    work.run_outbox(portal)
    assert shown(shop, order) == ["photo"]
    assert b"Exif" not in bytes(rows.Proof.get().body)
    tell(portal, shop, DELIVERED, proofs=(Proof("photo", url=URL.replace("=1", "=2")),))
    work.run_outbox(portal)
    assert (web.asked, rows.Proof.select().count()) == ([URL, moved], 1)


@pytest.mark.parametrize(
    "answer",
    [
        HttpAnswer(403, {}, b"", URL), HttpAnswer(404, {}, b"", URL), HttpAnswer(200, {}, b"<html>no", URL),
        HttpAnswer(302, {"location": "http://127.0.0.1:9/"}, b"", URL), HttpAnswer(302, {"location": URL}, b"", URL),
        BadRequest("an address that plugins may not call"),
    ],
    ids=["403", "404", "html", "inside", "round", "barred"],
)  # fmt: skip
def test_an_address_that_leads_to_no_picture_is_given_up(
    portal: Portal, shop: Shop, order: Order, web: Web, answer: HttpAnswer | PluginError
) -> None:
    web.answers = {URL: answer}
    for _ in range(2):
        tell(portal, shop, DELIVERED, proofs=(Proof("photo", url=URL),))
        work.run_outbox(portal)
    assert (rows.Proof.get().state, shown(shop, order)) == ("gone", [])
    assert Outbox.get(Outbox.topic == "proof").state == "done"
    assert len(web.asked) <= 4
    # An address of the same picture that is signed anew is tried again.
    fresh = URL.replace("Expires=1", "Expires=2")
    web.answers = {fresh: HttpAnswer(200, {}, draw(), fresh)}
    tell(portal, shop, DELIVERED, proofs=(Proof("photo", url=fresh),))
    work.run_outbox(portal)
    assert shown(shop, order) == ["photo"]


def test_a_store_of_photos_that_does_not_answer_is_asked_again_for_a_day(
    portal: Portal, shop: Shop, order: Order, web: Web, clock: Clock
) -> None:
    web.answers = {URL: Upstream("no usable answer")}
    tell(portal, shop, DELIVERED, proofs=(Proof("photo", url=URL),))
    work.run_outbox(portal)
    assert (rows.Proof.get().state, Outbox.get(Outbox.topic == "proof").state) == ("wanted", "waiting")
    clock.advance(hours=25)
    work.run_outbox(portal)
    assert (rows.Proof.get().state, Outbox.get(Outbox.topic == "proof").state) == ("gone", "done")
    assert len(web.asked) == 1


class Prover(Carrier):
    """Gives a photo of a delivery, some time after it."""

    id = "prover"
    names: ClassVar = {"en": "Prover"}
    proves = True

    def __init__(self, *answers: object) -> None:
        self.answers, self.asked = list(answers), []  # type: ignore[var-annotated]

    def proofs(self, query: Query, ctx: Context) -> Iterable[Proof]:
        self.asked.append(query.number)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer  # type: ignore[no-any-return]


@pytest.fixture
def asked_carrier(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Prover]:
    def add(*answers: object) -> Prover:
        made = Prover(*answers)
        monkeypatch.setitem(portal.registry.carriers, "prover", Provider("carrier", "prover", "demo", made))  # type: ignore[index]
        return made

    return add


def run_for(portal: Portal, clock: Clock, hours: int) -> None:
    for _ in range(hours):
        clock.advance(hours=1)
        work.run_outbox(portal)


def test_after_a_delivery_the_carrier_is_asked_until_it_has_a_proof(
    portal: Portal, shop: Shop, order: Order, clock: Clock, asked_carrier: Callable[..., Prover]
) -> None:
    prover = asked_carrier((), NotFound("none yet"), (Proof("photo", draw()),), ())
    clock.now = utc("2026-03-02T06:00")
    ship(portal, shop, make_order(portal, shop, "2"), "P1", "prover")
    mine = make_order(portal, shop, "2")
    tell(portal, shop, scan("in_transit", "2026-03-02T11:00"), number="P1", carrier="prover")
    run_for(portal, clock, 2)
    assert prover.asked == []
    tell(portal, shop, DELIVERED, number="P1", carrier="prover")
    run_for(portal, clock, 60)
    assert prover.asked == ["P1"] * 3
    assert shown(shop, mine) == ["photo"]
    assert rows.Proof.get().as_of == "2026-03-02T14:00:00"


def test_a_carrier_that_has_no_proof_is_asked_three_times_and_no_more(
    portal: Portal, shop: Shop, clock: Clock, asked_carrier: Callable[..., Prover]
) -> None:
    prover = asked_carrier((), (), (), ())
    clock.now = utc("2026-03-02T06:00")
    ship(portal, shop, make_order(portal, shop), "P1", "prover")
    tell(portal, shop, DELIVERED, number="P1", carrier="prover")
    run_for(portal, clock, 60)
    assert prover.asked == ["P1"] * 3
    assert {row.state for row in Outbox.select().where(Outbox.topic == proofs.TOPIC)} == {"done"}


def test_nobody_is_asked_about_what_was_delivered_long_ago_or_is_another_parcels_by_now(
    portal: Portal, shop: Shop, clock: Clock, asked_carrier: Callable[..., Prover]
) -> None:
    prover = asked_carrier(*[()] * 9)
    clock.now = utc("2026-03-02T06:00")
    ship(portal, shop, make_order(portal, shop), "P1", "prover")
    clock.now = utc("2026-04-02T06:00")
    tell(portal, shop, DELIVERED, number="P1", carrier="prover")
    run_for(portal, clock, 30)
    assert prover.asked == []
    ship(portal, shop, make_order(portal, shop, "2"), "P2", "prover")
    tell(portal, shop, scan("delivered", "2026-04-03T23:00"), number="P2", carrier="prover")
    clock.now = utc("2026-04-08T05:00")
    ship(portal, shop, make_order(portal, shop, "3"), "P2", "prover")
    tell(portal, shop, scan("picked_up", "2026-04-08T12:00"), number="P2", carrier="prover")
    run_for(portal, clock, 1)
    assert prover.asked == []


@pytest.mark.parametrize("url", ["https://127.0.0.1/1.jpg", "https://[::1]/1.jpg", "https://169.254.169.254/latest"])
def test_s20_a_photo_is_never_got_from_inside_the_operators_network(
    portal: Portal, shop: Shop, order: Order, url: str
) -> None:
    tell(portal, shop, DELIVERED, proofs=(Proof("photo", url=url),))
    work.run_outbox(portal)
    assert (rows.Proof.get().state, Outbox.get(Outbox.topic == "proof").state) == ("gone", "done")
