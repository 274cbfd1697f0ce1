"""The application as a client sees it, and orders with links to them."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.portals import make_order
from tracker.sdk import Event, TrackingResult, Window
from tracker.services import links, recording, shipping
from tracker.services.portal import Portal
from tracker.store.orders import Order
from tracker.store.shops import Shop
from tracker.web import create_app, tracking

NUMBER = "1Z12345E0291980793"


@pytest.fixture(autouse=True)
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test begins without rendered pages and without addresses that have to wait."""
    monkeypatch.setattr(tracking, "kept", tracking.Kept())
    links._waiting.clear()


@pytest.fixture
def app(portal: Portal) -> Flask:
    return create_app(portal)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def order(portal: Portal, shop: Shop) -> Order:
    return make_order(portal, shop)


@pytest.fixture
def link(portal: Portal, shop: Shop) -> Callable[..., str]:
    """The path of an order's page, or of its widget."""

    def make(order: Order, surface: str = "t", tier: str = "mail") -> str:
        return f"/{surface}/{links.issue(portal, shop.id, order, order.email, tier)}"

    return make


@pytest.fixture
def send(portal: Portal, shop: Shop) -> Callable[..., None]:
    """Sends a parcel of an order: the shop's word, the carrier's scans, its window and which pieces are in it."""

    def make(
        order: Order,
        *events: Event,
        window: Window | None = None,
        number: str = NUMBER,
        quantities: dict[str, int] | None = None,
        carrier: str = "ups",
        **more: object,
    ) -> None:
        shipment, _ = shipping.add_shipment(
            portal, shop.id, order, carrier, number, actor="test", quantities=quantities, **more
        )
        if events or window:
            result = TrackingResult(shipment.number, events, window)
            recording.record_result(portal, shop, carrier, result)

    return make
