"""Portals, shops and orders for tests: real ones, on the database of the test, with all bundled plugins."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tracker.config import Config, load_config
from tracker.sdk import Buyer, Event, Milestone, OrderLine, OrderMilestone, Status, StoreOrder, ZoneSource
from tracker.services import orders
from tracker.services.portal import Portal
from tracker.store.orders import Order
from tracker.store.shops import Shop

KEY = "k1:" + "test-key-" * 5


def make_config(database_url: str, instance: Path, **more: str) -> Config:
    """A configuration for tests: `more` are further settings by their name in capitals, without `TRACKER_`."""
    settings = {"URL": "http://localhost:8000", "KEYS": KEY, "DATABASE": database_url, "INSTANCE": str(instance)}
    settings |= {"MAIL_FROM": "portal@tracker.example", "NOTICE_HOLD": "0"}
    return load_config(
        {f"TRACKER_{name}": value for name, value in {**settings, **more}.items()} | {"TRACKER_CONFIG": ""}
    )


def make_shop(portal: Portal, slug: str = "demo", **fields: object) -> Shop:
    """A shop with a support contact."""
    given = {"name": "Lantern Tea", "sender": "hello@lantern.example", "support_email": "help@lantern.example"}
    return Shop.create(slug=slug, created_at=portal.now(), **{**given, **fields})


def make_order(portal: Portal, shop: Shop, number: str = "1001", **fields: object) -> Order:
    """An order of two lines (2 × TEA, 1 × CUP) as a store told it, unless `fields` of `StoreOrder` say otherwise."""
    given: dict[str, object] = {
        "ref": f"ref-{number}",
        "number": number,
        "placed_at": portal.now() - timedelta(hours=1),
        "changed_at": portal.now(),
        "milestone": OrderMilestone.CONFIRMED,
        "word": "Processing",
        "buyer": Buyer(name="Ada Ito", email="ada@example.com", postcode="04524", country="KR", locale="en"),
        "lines": (OrderLine("l1", "Green tea", 2, sku="TEA"), OrderLine("l2", "Stone cup", 1, sku="CUP")),
    }
    order = orders.accept(portal, shop.id, "woocommerce", StoreOrder(**{**given, **fields}))  # type: ignore[arg-type]
    assert order is not None
    return order


def scan(
    milestone: Milestone | str,
    at: str | datetime | None = "2026-03-02T10:00",
    offset: float | None = 9,
    code: str = "",
    text: str = "",
    place: str = "Seoul, KR",
    **flags: object,
) -> Event:
    """A carrier's event: `at` is its wall clock, `offset` hours east of UTC or `None`."""
    local = datetime.fromisoformat(at) if isinstance(at, str) else at
    milestone = Milestone(milestone)
    return Event(
        local=local,
        status=Status(milestone, **flags),  # type: ignore[arg-type]
        offset=None if offset is None or local is None else timedelta(hours=offset),
        zone_source=ZoneSource.UNKNOWN if offset is None else ZoneSource.CARRIER,
        code=code or milestone[:3].upper(),
        text=text or str(milestone),
        place=place,
    )


def utc(text: str) -> datetime:
    """An aware instant from ISO text without zone."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
